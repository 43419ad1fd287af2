import path from 'node:path';
import type { Locator, Page, Response } from 'playwright-core';
import { toBuffer } from 'qrcode';
import { afterAll, expect, test } from 'vitest';
import { emptyFolder, startServer } from '../server/process/run.ts';
import { openPage, PICTURES } from './page.ts';

const ACCOUNT = { email: 'user@example.com', password: 'securePassword123' };
const ADMIN = { email: 'admin@example.com', password: 'securePassword456' };

/** An example cannot know what the server gave out a moment ago. */
const NEEDS_MORE = ['deviceToken', 'authRefresh', 'authMobileLogin', 'scanFeedback'];

interface Listed {
  method: string;
  route: string;
  tag: string;
  id: string;
  /** what the page asks for: operations of one kind are filled in alike */
  kind: string;
}

interface Told {
  tags: string[];
  operationId: string;
  parameters?: { in: string }[];
  requestBody?: { content: object };
}

/** Swagger UI's name for an operation on the page. */
const blockId = ({ tag, id }: Listed) => `operations-${tag}-${id}`;
const blockOf = (page: Page, operation: Listed) => page.locator(`[id="${blockId(operation)}"]`);

afterAll(() => console.log(`pictures: ${PICTURES}`));

async function openDocs() {
  const { url } = await startServer({
    DATA_DIR: path.join(emptyFolder(), 'data'),
    LOG_LEVEL: 'info',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  });
  const document = await (await fetch(`${url}/openapi.json`)).json();
  const operations = Object.entries<Record<string, Told>>(document.paths).flatMap(([route, methods]) =>
    Object.entries(methods).map(
      ([method, { tags, operationId, parameters = [], requestBody }]): Listed => ({
        method,
        route,
        tag: tags[0] as string,
        id: operationId,
        kind: [method, ...parameters.map((one) => one.in), ...Object.keys(requestBody?.content ?? {})].join(
          ' ',
        ),
      }),
    ),
  );
  const watched = await openPage(`${url}/docs`);
  await watched.page.waitForSelector('.opblock');
  return { url, operations, ...watched };
}

/** Registers or logs in over the API and hands the token to the page's Authorize dialogue. */
async function authorize(page: Page, url: string, how: 'register' | 'login', account: object): Promise<void> {
  const answer = await fetch(`${url}/auth/${how}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(account),
  });
  const { access_token } = await answer.json();
  await page.click('.auth-wrapper .btn.authorize');
  const bearer = page.locator('.auth-container').filter({ hasText: 'bearer' });
  await bearer.locator('input').fill(access_token);
  await bearer.getByRole('button', { name: 'Apply credentials' }).click();
  await bearer.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await page.click('.btn-done');
}

function byTag(operations: readonly Listed[]): Map<string, Listed[]> {
  const tags = new Map<string, Listed[]>();
  for (const operation of operations)
    tags.set(operation.tag, [...(tags.get(operation.tag) ?? []), operation]);
  return tags;
}

/** Shows one tag alone, in a window that is high enough for it: what is far outside of it is not in the page. */
async function showTag(page: Page, tag: string, size: number): Promise<void> {
  await page.setViewportSize({ width: 1280, height: 600 + 60 * size });
  await page.evaluate((filter) => {
    const { ui } = globalThis as unknown as { ui: { layoutActions: { updateFilter(by: string): void } } };
    ui.layoutActions.updateFilter(filter);
  }, `tag:${tag}`);
  await expect.poll(() => blocksOf(page, tag).count(), { timeout: 20_000 }).toBe(size);
}

const blocksOf = (page: Page, tag: string) => page.locator(`.opblock[id^="operations-${tag}-"]`);

const PRESSES = 4;

/**
 * Opens an operation, executes it with what the page has filled in, and hands over what the server answered. What the
 * page does while it still works a block out is lost (a press sends nothing, a file that was chosen is forgotten), so
 * both are done again until a request goes out.
 */
async function execute(page: Page, url: string, operation: Listed): Promise<Response> {
  const block = blockOf(page, operation);
  if ((await block.locator('.opblock-body').count()) === 0)
    await block.locator('.opblock-summary-control').click();
  await block.locator('.btn.execute').waitFor();
  let answer: Response | null = null;
  for (let presses = 0; !answer; presses++) {
    if (presses === PRESSES) throw new Error('the page sends nothing');
    await chooseFile(block);
    const sent = page.waitForResponse(
      (r) => r.request().method() === operation.method.toUpperCase() && r.url().startsWith(url),
      { timeout: 5000 * (presses + 1) },
    );
    [answer] = await Promise.all([sent.catch(() => null), block.locator('.btn.execute').click()]);
  }
  const status = block.locator('.live-responses-table .response-col_status').last();
  await expect.poll(() => status.innerText(), { timeout: 20_000 }).toContain(String(answer.status()));
  return answer;
}

async function chooseFile(block: Locator): Promise<void> {
  const file = block.locator('input[type=file]');
  if ((await file.count()) === 0) return;
  const buffer = await toBuffer('https://example.com');
  await file.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
}

test('the page lists every operation of the document, and asks nobody else for anything', async () => {
  const { page, hosts, complaints, operations, picture } = await openDocs();
  for (const [tag, ofTag] of byTag(operations)) {
    await showTag(page, tag, ofTag.length);
    const listed = await blocksOf(page, tag).evaluateAll((blocks) => blocks.map(({ id }) => id));
    expect(listed.sort()).toEqual(ofTag.map(blockId).sort());
  }
  await picture('list');
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(complaints).toEqual([]);
}, 120_000);

test('with a token from a registration, Authorize and Execute answer as the API does', async () => {
  const { page, url, operations, complaints, picture } = await openDocs();
  const me = operations.find(({ id }) => id === 'meGet') as Listed;
  const showMe = () => showTag(page, me.tag, byTag(operations).get(me.tag)?.length ?? 0);
  await showMe();
  expect((await execute(page, url, me)).status()).toBe(401);
  await authorize(page, url, 'register', ACCOUNT);
  for (const id of ['healthGet', 'scanAnalyze', 'meGet']) {
    const operation = operations.find((one) => one.id === id) as Listed;
    await showTag(page, operation.tag, byTag(operations).get(operation.tag)?.length ?? 0);
    const answer = await execute(page, url, operation);
    expect(answer.status(), id).toBe(200);
    await picture(`executed-${id}`);
  }
  await expect
    .poll(() => blockOf(page, me).locator('.live-responses-table').last().innerText())
    .toContain(ACCOUNT.email);
  // The token is still there after a reload.
  await page.reload();
  await page.waitForSelector('.opblock');
  await showMe();
  expect((await execute(page, url, me)).status()).toBe(200);
  expect(complaints).toEqual([]);
}, 300_000);

/** Tries operations one after the other; what each was answered, by its name. */
async function tryAll(
  page: Page,
  { url, operations, of }: { url: string; operations: readonly Listed[]; of: Map<string, Listed[]> },
): Promise<Record<string, string>> {
  const seen: Record<string, string> = {};
  let shown = '';
  for (const operation of operations) {
    if (operation.tag !== shown) {
      shown = operation.tag;
      await showTag(page, shown, of.get(shown)?.length ?? 0);
    }
    const answer = await execute(page, url, operation).catch((cause) => {
      throw new Error(`${operation.id} could not be tried`, { cause });
    });
    const { code } = answer.status() >= 400 ? await answer.json() : { code: null };
    seen[operation.id] = `${answer.status()}${code ? ` ${code}` : ''}`;
    // A page with every operation open would be slow.
    await blockOf(page, operation).locator('.opblock-summary-control').click();
  }
  return seen;
}

/** One operation of each kind. What each of them answers is tested without a browser (`examples.test.ts`). */
function ofEachKind(operations: readonly Listed[]): Listed[] {
  return [...new Map(operations.map((one) => [one.kind, one])).values()];
}

test('an operation of every kind can be tried with what the page fills in', async () => {
  const { page, url, operations, hosts, complaints, picture } = await openDocs();
  await authorize(page, url, 'login', ADMIN);
  // Streams have a test of their own. The others end the login.
  const left = ['chatbotAskStream', 'eventsStream', 'authLogout', 'meUpdate', 'authEndSession', 'meRemove'];
  const tried = ofEachKind(operations.filter(({ id }) => !left.includes(id)));
  tried.sort((a, b) => a.tag.localeCompare(b.tag));
  const seen = await tryAll(page, { url, operations: tried, of: byTag(operations) });
  await picture('every-kind');
  expect(Object.keys(seen)).toHaveLength(tried.length);
  expect(tried.length).toBeGreaterThan(10);
  const answering = (pattern: RegExp) =>
    Object.entries(seen).filter(([, answered]) => pattern.test(answered));
  expect(answering(/^5/).filter(([, answered]) => answered !== '503 LLM_UNAVAILABLE')).toEqual([]);
  expect(answering(/AUTH_REQUIRED/)).toEqual([]);
  expect(answering(/^4(?:00|13|15)/).filter(([id]) => !NEEDS_MORE.includes(id))).toEqual([]);
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(complaints).toEqual([]);
}, 300_000);

test('every operation is found by typing, and what finds none says so', async () => {
  const { page, operations, complaints, picture } = await openDocs();
  const search = page.getByLabel('Search');
  const shown = () => page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id }) => id));
  const ofEachTag = new Map(operations.map((one) => [one.tag, one]));
  for (const operation of ofEachTag.values()) {
    await search.fill(`${operation.method} ${operation.route}`);
    await expect.poll(shown, { timeout: 10_000 }).toContain(blockId(operation));
  }
  const unfound = await page.evaluate((all) => {
    const { ui } = globalThis as unknown as { ui: { fn: { countMatches(phrase: string): number } } };
    return all.filter(({ id, route }) => ui.fn.countMatches(`${id} ${route}`) === 0);
  }, operations);
  expect(unfound).toEqual([]);
  await search.fill('wrong verdict');
  await expect.poll(shown).toContain(`operations-${tagOf(operations, 'scanFeedback')}-scanFeedback`);
  await picture('search');
  await search.fill('no such thing at all');
  await expect.poll(() => page.getByRole('status').innerText()).toMatch(/No operation/);
  expect(await shown()).toEqual([]);
  await search.fill('');
  await expect.poll(async () => (await shown()).length).toBeGreaterThan(5);
  expect(complaints).toEqual([]);
}, 300_000);

const tagOf = (operations: readonly Listed[], id: string) =>
  operations.find((one) => one.id === id)?.tag ?? '';

async function logIn(page: Page, { email, password }: typeof ADMIN): Promise<void> {
  await page.getByLabel('E-mail or username').fill(email);
  await page.getByLabel('Password').fill(password);
  await page.getByRole('button', { name: 'Log in' }).click();
}

test('logging in with a password authorizes what is tried out; filters are empty; logging out ends it', async () => {
  const { page, url, operations, complaints, picture } = await openDocs();
  await logIn(page, { ...ADMIN, password: 'wrong' });
  await expect.poll(() => page.getByRole('alert').innerText()).toMatch(/password|비밀번호/i);
  await logIn(page, ADMIN);
  await expect.poll(() => page.locator('#logout').innerText()).toContain(ADMIN.email);
  const users = operations.find(({ id }) => id === 'adminUsersList') as Listed;
  await showTag(page, users.tag, byTag(operations).get(users.tag)?.length ?? 0);
  const answer = await execute(page, url, users);
  expect([answer.status(), new URL(answer.url()).searchParams.get('search')]).toEqual([200, null]);
  await picture('logged-in');
  await page.getByRole('button', { name: 'Log out' }).click();
  await expect.poll(() => page.locator('#login').isVisible()).toBe(true);
  expect((await execute(page, url, users)).status()).toBe(401);
  expect(complaints).toEqual([]);
}, 120_000);

test('a stream shows its events as they come, until its answer is cleared', async () => {
  const { page, url, operations, complaints, picture } = await openDocs();
  await logIn(page, ADMIN);
  const stream = operations.find(({ id }) => id === 'eventsStream') as Listed;
  await showTag(page, stream.tag, byTag(operations).get(stream.tag)?.length ?? 0);
  expect((await execute(page, url, stream)).status()).toBe(200);
  const login = await fetch(`${url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ADMIN),
  });
  const { access_token } = await login.json();
  const broadcast = (title: string) =>
    fetch(`${url}/events/broadcast`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${access_token}` },
      body: JSON.stringify({ event_type: 'note', payload: { title } }),
    });
  const shown = () => blockOf(page, stream).locator('.live-responses-table').last().innerText();
  expect((await broadcast('first-event')).status).toBeLessThan(300);
  await expect.poll(shown, { timeout: 20_000 }).toContain('first-event');
  await broadcast('second-event');
  await expect.poll(shown, { timeout: 20_000 }).toContain('second-event');
  await picture('stream');
  await blockOf(page, stream).getByRole('button', { name: 'Clear' }).click();
  expect(complaints).toEqual([]);
}, 120_000);

test('it can be read in the dark and on a phone', async () => {
  const { page, url, operations, complaints, picture } = await openDocs();
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.setViewportSize({ width: 390, height: 844 });
  const scan = operations.find(({ id }) => id === 'scanAnalyze') as Listed;
  await page.getByLabel('Search').fill('scan/analyze');
  await expect.poll(() => page.getByRole('status').innerText()).toMatch(/of \d+ operations/);
  await execute(page, url, scan);
  const { scrollWidth, brightness } = await page.evaluate(() => {
    const [red = 255] =
      getComputedStyle(document.querySelector('header') as Element)
        .backgroundColor.match(/\d+/g)
        ?.map(Number) ?? [];
    return { scrollWidth: document.documentElement.scrollWidth, brightness: red };
  });
  await picture('phone-dark');
  expect(scrollWidth).toBeLessThanOrEqual(390);
  expect(brightness).toBeLessThan(80);
  expect(complaints).toEqual([]);
}, 120_000);
