import path from 'node:path';
import type { Page, Response } from 'playwright-core';
import { toBuffer } from 'qrcode';
import { afterAll, expect, test } from 'vitest';
import { emptyFolder, startServer } from '../process/run.ts';
import { openPage, PICTURES } from './page.ts';

const ACCOUNT = { email: 'user@example.com', password: 'securePassword123' };

interface Listed {
  method: string;
  route: string;
  tag: string;
  id: string;
}

/** Swagger UI's name for an operation on the page. */
const blockId = ({ tag, id }: Listed) => `operations-${tag}-${id.replaceAll('.', '\\.')}`;
const blockOf = (page: Page, operation: Listed) =>
  page.locator(`[id="${blockId(operation).replaceAll('\\', '\\\\')}"]`);

afterAll(() => console.log(`pictures: ${PICTURES}`));

async function openDocs() {
  const { url } = await startServer({ DATA_DIR: path.join(emptyFolder(), 'data'), LOG_LEVEL: 'info' });
  const document = await (await fetch(`${url}/openapi.json`)).json();
  const operations = Object.entries<Record<string, { tags: string[]; operationId: string }>>(
    document.paths,
  ).flatMap(([route, methods]) =>
    Object.entries(methods).map(
      ([method, { tags, operationId }]): Listed => ({
        method,
        route,
        tag: tags[0] as string,
        id: operationId,
      }),
    ),
  );
  const watched = await openPage(`${url}/docs`);
  await watched.page.waitForSelector('.opblock');
  return { url, operations, ...watched };
}

/** Registers over the API and hands the token to the page's Authorize dialogue. */
async function authorize(page: Page, url: string): Promise<void> {
  const answer = await fetch(`${url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(ACCOUNT),
  });
  const { access_token } = await answer.json();
  await page.click('.auth-wrapper .btn.authorize');
  const bearer = page.locator('.auth-container').filter({ hasText: 'bearer' });
  await bearer.locator('input').fill(access_token);
  await bearer.getByRole('button', { name: 'Apply credentials' }).click();
  await bearer.getByRole('button', { name: 'Remove authorization' }).waitFor();
  await page.click('.btn-done');
}

/** Opens an operation, executes it with what the page has filled in, and hands over what the server answered. */
async function execute(page: Page, url: string, operation: Listed): Promise<Response> {
  const block = blockOf(page, operation);
  if ((await block.locator('.opblock-body').count()) === 0)
    await block.locator('.opblock-summary-control').click();
  const file = block.locator('input[type=file]');
  if ((await file.count()) > 0) {
    const buffer = await toBuffer('https://example.com');
    await file.setInputFiles({ name: 'code.png', mimeType: 'image/png', buffer });
  }
  const [answer] = await Promise.all([
    page.waitForResponse(
      (r) => r.request().method() === operation.method.toUpperCase() && r.url().startsWith(url),
      {
        timeout: 20_000,
      },
    ),
    block.locator('.btn.execute').click(),
  ]);
  const status = block.locator('.live-responses-table .response-col_status').last();
  await expect.poll(() => status.innerText(), { timeout: 20_000 }).toContain(String(answer.status()));
  return answer;
}

test('the page lists every operation of the document, and asks nobody else for anything', async () => {
  const { page, hosts, complaints, operations, picture } = await openDocs();
  const listed = await page.locator('.opblock').evaluateAll((blocks) => blocks.map(({ id }) => id));
  expect(listed.sort()).toEqual(operations.map(blockId).sort());
  await picture('list');
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(complaints).toEqual([]);
}, 120_000);

test('with a token from a registration, Authorize and Execute answer as the API does', async () => {
  const { page, url, operations, complaints, picture } = await openDocs();
  const me = operations.find(({ id }) => id === 'me.get') as Listed;
  expect((await execute(page, url, me)).status()).toBe(401);
  await authorize(page, url);
  for (const id of ['health.get', 'scan.analyze', 'me.get']) {
    const answer = await execute(page, url, operations.find((operation) => operation.id === id) as Listed);
    expect(answer.status(), id).toBe(200);
    await picture(`executed-${id}`);
  }
  await expect
    .poll(() => blockOf(page, me).locator('.live-responses-table').last().innerText())
    .toContain(ACCOUNT.email);
  // The token is still there after a reload.
  await page.reload();
  await page.waitForSelector('.opblock');
  expect((await execute(page, url, me)).status()).toBe(200);
  expect(complaints).toEqual([]);
}, 300_000);

test('operations of accounts, scanning and the chatbot can be tried with what the page fills in', async () => {
  const { page, url, operations, hosts, complaints, picture } = await openDocs();
  await authorize(page, url);
  // What ends the login comes last, so that the rest is tried as somebody.
  const last = ['auth.logout', 'me.update', 'auth.endSession', 'me.remove'];
  // Accounts, scanning and the chatbot; the page shows an answer when it is complete, and a live stream never is.
  const tried =
    /^(scan|history|auth|me|settings|config|health|chatbot|policies|admin\.(lists|policies|scan))\./;
  const ending = operations.filter(({ id }) => tried.test(id) && id !== 'chatbot.askStream');
  const ordered = ending.sort((a, b) => last.indexOf(a.id) - last.indexOf(b.id));
  const seen: Record<string, number> = {};
  for (const operation of ordered) {
    const answer = await execute(page, url, operation);
    seen[operation.id] = answer.status();
    // A page with every operation open would be slow.
    await blockOf(page, operation).locator('.opblock-summary-control').click();
    expect(answer.status(), operation.id).toBeLessThan(500);
    if (answer.status() >= 400) {
      const body = await answer.json();
      expect(body, operation.id).toMatchObject({ status: 'error', code: expect.any(String) });
      if (!last.includes(operation.id)) expect(body.code, operation.id).not.toBe('AUTH_REQUIRED');
    }
  }
  await picture('everything');
  expect(Object.keys(seen)).toHaveLength(ordered.length);
  // What stands in the document as an example is something the server takes.
  expect(Object.entries(seen).filter(([, status]) => [400, 413, 415].includes(status))).toEqual([]);
  expect([...hosts]).toEqual(['127.0.0.1']);
  expect(complaints).toEqual([]);
}, 900_000);
