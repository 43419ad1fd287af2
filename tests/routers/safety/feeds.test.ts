import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { canonicalize } from '../../../ml/url/canonical.ts';
import { toExpressionHash } from '../../../ml/url/expressions.ts';
import { DAY_MS } from '../../../routers/core/days.ts';
import { fetchFeeds } from '../../../routers/safety/feeds/fetch.ts';
import { importFeed } from '../../../routers/safety/feeds/import.ts';
import { cleanFeeds, importWaitingFeeds } from '../../../routers/safety/feeds/import-waiting.ts';
import { type TestApp, testApp } from '../../support/app.ts';
import type { TestClient } from '../../support/test-client.ts';
import { FEED_SAMPLES } from './feed-samples.ts';

function toForm(name: string, text: string | Buffer, days?: number): FormData {
  const form = new FormData();
  form.set('name', name);
  form.set('file', new Blob([new Uint8Array(Buffer.from(text))]), 'feed.txt');
  if (days !== undefined) form.set('expires_in_days', String(days));
  return form;
}

async function importText(
  app: TestApp,
  admin: TestClient,
  name: string,
  text: string | Buffer,
  days?: number,
): Promise<Record<string, unknown>> {
  const { status, body } = await admin.post('/admin/feeds', toForm(name, text, days));
  expect([status, body.state]).toEqual([202, 'waiting']);
  await importWaitingFeeds(app.deps);
  const { body: list } = await admin.get('/admin/feeds');
  return list.feeds.find((feed: { name: string }) => feed.name === name);
}

async function scan(client: TestClient, url: string) {
  const { body } = await client.post('/scan/analyze', { url });
  const { analysis_result, details } = body.data;
  return { analysis_result, feeds: details.lists?.map(({ feed }: { feed: string }) => feed) ?? [], details };
}

test('each published format is found by its content, and all it lists is dangerous', async () => {
  const app = testApp();
  const admin = await app.admin();
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-feeds-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  let at = 0;
  for (const [format, { text, listed }] of Object.entries(FEED_SAMPLES)) {
    const name = `sample-${at++}`;
    const file = path.join(folder, name);
    writeFileSync(file, text);
    const job = { database: app.deps.feeds.file, name, ttl_ms: 30 * DAY_MS, file, now: app.clock.now() };
    const { entries, refused } = await importFeed(job);
    expect([format, entries, refused]).toEqual([format, 10, 0]);
    const { body } = await admin.post('/scan/batch', { urls: listed });
    const found = body.data.results.map(
      ({ details }: { details: { lists?: { feed: string }[] } }) =>
        details.lists?.some((list) => list.feed === name) ?? false,
    );
    expect([format, found]).toEqual([format, listed.map(() => true)]);
  }
});

test('a hit says which feed and when, without asking the model, and is not cached', async () => {
  const app = testApp();
  const admin = await app.admin();
  await importText(app, admin, 'mylist', 'https://kind-shop.kr/evil/\n');
  const { body } = await app.client().post('/scan/analyze', { url: 'https://kind-shop.kr/evil/page?x=1' });
  const day = new Date(app.clock.now()).toISOString().slice(0, 10);
  expect(body.data).toMatchObject({
    analysis_result: 'dangerous',
    cached: false,
    details: {
      risk_score: 1,
      lists: [{ feed: 'mylist', first_seen: expect.stringContaining(day), last_seen: expect.any(String) }],
      reasons: [{ code: 'listed_by', part: 'kind-shop.kr', text: expect.stringContaining('mylist') }],
    },
  });
  expect(app.model.asked).toEqual([]);
  expect(await scan(app.client(), 'https://kind-shop.kr/good')).toMatchObject({
    analysis_result: 'safe',
    feeds: [],
  });
  await admin.delete('/admin/feeds/mylist');
  expect(await scan(app.client(), 'https://kind-shop.kr/evil/page?x=1')).toMatchObject({ feeds: [] });
});

test('the allow list comes before feeds', async () => {
  const app = testApp();
  const admin = await app.admin();
  await importText(app, admin, 'mylist', 'wrongly-listed.kr\n');
  await admin.post('/admin/lists', { list: 'allow', kind: 'domain', entry: 'wrongly-listed.kr' });
  expect(await scan(admin, 'https://wrongly-listed.kr/')).toMatchObject({
    analysis_result: 'safe',
    details: { list: 'allow' },
  });
});

test('no feed can block a host of many people, and what it wanted to block is listed with the reason', async () => {
  const app = testApp();
  const admin = await app.admin();
  const guarded: [entry: string, reason: string][] = [
    ['naver.com', 'brand'],
    ['https://www.naver.com/', 'brand'],
    ['nid.naver.com', 'brand'],
    ['github.io', 'shared_hosting'],
    ['www.blogspot.com', 'shared_hosting'],
    ['tistory.com', 'shared_hosting'],
    ['bit.ly', 'redirector'],
    ['mit.edu', 'most_visited'],
    ['http://www.wikipedia.org', 'most_visited'],
    ['10.0.0.1', 'not_public'],
    ['http://printer.internal/', 'not_public'],
  ];
  const links = [
    'https://docs.google.com/forms/',
    'https://bit.ly/3abcDEF',
    'evil.github.io',
    'https://web.mit.edu/x/',
  ];
  const feed = await importText(
    app,
    admin,
    'greedy',
    [...guarded.map(([entry]) => entry), ...links].join('\n'),
  );
  expect(feed).toMatchObject({ entries: links.length, refused: guarded.length });
  expect(feed.refused_entries).toEqual(guarded.map(([entry, reason]) => ({ entry, reason })));
  for (const url of [
    'https://naver.com/',
    'https://good.github.io/',
    'https://docs.google.com/forms/d/abc',
  ]) {
    expect([url, (await scan(admin, url)).feeds]).toEqual([url, []]);
  }
  for (const url of [...links, 'https://a.evil.github.io/b', 'https://docs.google.com/forms/?usp=x']) {
    expect([url, (await scan(admin, url)).feeds]).toEqual([url, ['greedy']]);
  }
});

test('a link that names a listed target is listed with it', async () => {
  const app = testApp();
  const admin = await app.admin();
  await importText(app, admin, 'mylist', 'bad-target.top\n');
  expect(
    await scan(admin, 'https://www.youtube.com/redirect?q=https%3A%2F%2Fbad-target.top%2Fa'),
  ).toMatchObject({
    analysis_result: 'dangerous',
    feeds: ['mylist'],
  });
});

test('a newer import ends what is gone and keeps when the rest was first seen', async () => {
  const app = testApp();
  const admin = await app.admin();
  await importText(app, admin, 'mylist', 'stays.top\ngoes.top\n');
  app.clock.advance('2d');
  admin.token = null;
  await importText(app, admin, 'mylist', 'stays.top\ncomes.top\n');
  expect((await scan(admin, 'goes.top')).feeds).toEqual([]);
  expect((await scan(admin, 'comes.top')).feeds).toEqual(['mylist']);
  const { lists } = (await scan(admin, 'stays.top')).details;
  const apart = Date.parse(lists[0].last_seen) - Date.parse(lists[0].first_seen);
  expect(Math.round(apart / DAY_MS)).toBe(2);
});

test("entries expire after the feed's own time and are then deleted", async () => {
  const app = testApp();
  const admin = await app.admin();
  await importText(app, admin, 'short', 'short.top\n', 2);
  await importText(app, admin, 'long', 'long.top\n');
  app.clock.advance('3d');
  admin.token = null;
  expect((await scan(admin, 'short.top')).feeds).toEqual([]);
  expect((await scan(admin, 'long.top')).feeds).toEqual(['long']);
  expect(await cleanFeeds(app.deps)).toBe(1);
  const { body } = await admin.get('/admin/feeds');
  expect(body.feeds).toMatchObject([
    { name: 'long', entries: 1 },
    { name: 'short', entries: 0 },
  ]);
});

test('a file that is no feed changes nothing and says why', async () => {
  const app = testApp();
  const admin = await app.admin();
  await importText(app, admin, 'mylist', 'kept.top\n');
  for (const text of [
    '',
    'one word\nand another sentence, with a comma\n',
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0, 0, 1]),
    '{"a": [1, 2',
    '[]',
  ]) {
    const feed = await importText(app, admin, 'mylist', text);
    expect([text, feed.state, feed.error]).toEqual([text, 'failed', expect.stringMatching(/\w{3}/)]);
    expect((await scan(admin, 'kept.top')).feeds).toEqual(['mylist']);
  }
  expect(await importText(app, admin, 'mylist', 'new.top\n')).toMatchObject({ state: 'ready', error: null });
});

test('an accepted upload survives a stop before its import, and its file is gone after it', async () => {
  const app = testApp();
  const admin = await app.admin();
  await admin.post('/admin/feeds', toForm('mylist', 'late.top\n'));
  const stopped = { ...app.deps, stopping: AbortSignal.abort() };
  expect(await importWaitingFeeds(stopped)).toBe(null);
  expect(await importWaitingFeeds(app.deps)).toEqual({ mylist: { entries: 1, refused: 0, unreadable: 0 } });
  const folder = path.dirname(app.deps.feeds.file);
  expect(readdirSync(folder).filter((name) => !name.startsWith('feeds.db'))).toEqual([]);
});

test('hashes can be asked for by their first 8 digits, without telling the URL', async () => {
  const app = testApp();
  const admin = await app.admin();
  await importText(app, admin, 'one', 'listed.top\nhttps://docs.google.com/forms/d/bad\n');
  await importText(app, admin, 'two', 'listed.top\n');
  const hash = (url: string) => toExpressionHash(canonicalize(url)!).toString('hex');
  const ask = async (url: string) => {
    const { body } = await app.client().get(`/scan/prefixes/${hash(url).slice(0, 8)}`);
    return body.hashes;
  };
  expect(await ask('listed.top')).toEqual([
    { hash: hash('listed.top'), feeds: ['one', 'two'], exact: false },
  ]);
  expect(await ask('https://docs.google.com/forms/d/bad')).toMatchObject([{ feeds: ['one'], exact: true }]);
  expect(await ask('https://unlisted.top/')).toEqual([]);
  expect((await app.client().get('/scan/prefixes/xyz')).status).toBe(400);
});

test('the schedule fetches the feeds of FEEDS; one that fails keeps what it listed', async () => {
  let answer: { status: number; body: string } = { status: 200, body: 'fetched.top\n' };
  const server = http.createServer((_, response) => {
    response.writeHead(answer.status).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/feed`;
  const app = testApp({ feeds: [{ name: 'fetched', url }] });
  const admin = await app.admin();
  expect(await fetchFeeds(app.deps)).toEqual({ fetched: 12 });
  await importWaitingFeeds(app.deps);
  expect((await scan(admin, 'fetched.top')).feeds).toEqual(['fetched']);
  answer = { status: 500, body: 'no' };
  expect(await fetchFeeds(app.deps)).toEqual({});
  expect(app.logged).toContainEqual(expect.objectContaining({ message: 'a feed could not be fetched' }));
  expect((await scan(admin, 'fetched.top')).feeds).toEqual(['fetched']);
});

test('nothing is fetched and no file is made where no feed is configured', async () => {
  const app = testApp();
  expect(await fetchFeeds(app.deps)).toBe(null);
  expect(await importWaitingFeeds(app.deps)).toBe(null);
  expect(await cleanFeeds(app.deps)).toBe(0);
  await scan(app.client(), 'https://example.com');
  expect(existsSync(app.deps.feeds.file)).toBe(false);
});
