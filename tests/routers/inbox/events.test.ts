import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { serve } from '@hono/node-server';
import { expect, onTestFinished, test } from 'vitest';
import { createClient } from '../../../clients/typescript/client.ts';
import type { ApiKeyScope } from '../../../db/index.ts';
import { createApiKey } from '../../../routers/accounts/keys/api-keys.ts';
import { countSubscribers } from '../../../routers/core/events/wake-up.ts';
import { type TestApp, type TestClient, testApp } from '../../support/app.ts';

// biome-ignore lint/suspicious/noExplicitAny: what the wire carries
type Told = any;

/** A connection to the stream that reads what has come. */
async function listenTo(app: TestApp, client: TestClient, headers: Record<string, string> = {}, root = '') {
  const left = new AbortController();
  const answer = await app.app.request(`${root}/events/stream`, {
    headers: { authorization: `Bearer ${client.token}`, ...headers },
    signal: left.signal,
  });
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
  const decoder = new TextDecoder();
  let text = '';
  onTestFinished(() => void reader.cancel().catch(() => {}));
  return {
    /** the next event, but for word of the notifications that some events make */
    async next(): Promise<{ id: string; data: Told }> {
      for (;;) {
        const [, lines] = /^((?:(?:event|data|id): .*\n)+)\n/m.exec(text) ?? [];
        if (lines) {
          text = text.slice(text.indexOf(lines) + lines.length);
          const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(lines)?.[1] ?? '';
          const data = JSON.parse(field('data'));
          if (data.event_type === 'notification.created') continue;
          return { id: field('id'), data };
        }
        const { value, done } = await reader.read();
        if (done) throw new Error(`the stream has ended: ${text}`);
        text += decoder.decode(value, { stream: true });
      }
    },
    /** everything up to the end */
    async rest(): Promise<string> {
      for (let read = await reader.read(); !read.done; read = await reader.read())
        text += decoder.decode(read.value, { stream: true });
      return text;
    },
    leave: async () => {
      await reader.cancel();
      left.abort();
    },
  };
}

function withKey(app: TestApp, owner: number, ...scopes: ApiKeyScope[]): TestClient {
  const { db, clock, random } = app.deps;
  const client = app.client();
  client.token = createApiKey(db, clock, random, { name: 'k', scopes, user: owner }).key;
  return client;
}

const say = (client: TestClient, event_type: string, payload: object = {}) =>
  client.post('/events/broadcast', { event_type, payload });

test('a broadcast reaches its addressee, by id or `user_…`, and no one else', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const key = withKey(app, alice.id, 'events');
  const bobHears = await listenTo(app, bob);
  const { user_id } = (await bob.get('/me')).body;
  const first = await key.post('/api/v1/events/broadcast', {
    event_type: 'llm_rate_limit_hit',
    payload: { model: 'gpt-4o', user_id: bob.id },
    timestamp: '2025-10-28T11:00:00Z',
  });
  expect([first.status, first.body]).toEqual([202, { event_id: expect.any(Number) }]);
  expect(await bobHears.next()).toEqual({
    id: String(first.body.event_id),
    data: {
      id: first.body.event_id,
      event_type: 'llm_rate_limit_hit',
      origin: 'broadcast',
      payload: { model: 'gpt-4o', user_id: bob.id },
      timestamp: '2025-10-28T11:00:00Z',
    },
  });
  const aliceHears = await listenTo(app, alice, {}, '/api/v1');
  await say(key, 'by.name', { user_id });
  expect((await bobHears.next()).data.event_type).toBe('by.name');
  await say(key, 'to.owner');
  expect((await aliceHears.next()).data.event_type).toBe('to.owner');
  await say(key, 'to.nobody.there', { user_id: 123456 });
  expect((await aliceHears.next()).data.event_type).toBe('to.nobody.there');
});

test('keys of scope events or agent and administrators may broadcast, and users to themselves', async () => {
  const app = testApp();
  const [alice, bob, admin] = [await app.user('alice'), await app.user('bob'), await app.admin()];
  const bobHears = await listenTo(app, bob);
  const aliceHears = await listenTo(app, alice);
  expect((await say(withKey(app, alice.id, 'llm'), 'x')).status).toBe(403);
  expect((await say(app.client(), 'x')).status).toBe(401);
  expect((await say(alice, 'from.a.user', { user_id: bob.id })).status).toBe(202);
  expect((await aliceHears.next()).data.event_type).toBe('from.a.user');
  expect((await say(admin, 'from.admin', { user_id: bob.id })).status).toBe(202);
  expect((await say(withKey(app, alice.id, 'agent'), 'from.agent', { user_id: bob.id })).status).toBe(202);
  expect((await bobHears.next()).data.event_type).toBe('from.admin');
  expect((await bobHears.next()).data.event_type).toBe('from.agent');
  for (const body of [
    {},
    { event_type: '' },
    { event_type: 'x', payload: 'y' },
    { event_type: 'x', timestamp: 'now' },
  ])
    expect((await alice.post('/events/broadcast', body)).body.code).toBe('INVALID_INPUT');
});

test('events of the product are streamed too', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const hears = await listenTo(app, alice);
  const project = (await alice.post('/git/projects/register', { name: 'p', remote_url: 'https://h/a/b' }))
    .body;
  await alice.post(`/projects/${project.id}/jobs`, { job_type: 'git_scan' });
  const types: string[] = [];
  while (!types.includes('job.queued')) {
    const { data } = await hears.next();
    expect(data).toMatchObject({ origin: 'product', payload: { project_id: project.id } });
    types.push(data.event_type);
  }
});

test('an interrupted stream continues after the last received event', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const first = await listenTo(app, alice);
  for (const type of ['one', 'two', 'three']) await say(alice, type);
  expect((await first.next()).data.event_type).toBe('one');
  const { id } = await first.next();
  await first.leave();
  await say(alice, 'four');
  const second = await listenTo(app, alice, { 'last-event-id': id });
  expect((await second.next()).data.event_type).toBe('three');
  expect((await second.next()).data.event_type).toBe('four');
  const odd = await listenTo(app, alice, { 'last-event-id': 'not a number' });
  await say(alice, 'five');
  expect((await odd.next()).data.event_type).toBe('five');
});

test('many missed events arrive in order, none twice', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { body } = await say(alice, 'start');
  for (let n = 0; n < 350; n++) await say(alice, `n${n}`);
  const hears = await listenTo(app, alice, { 'last-event-id': String(body.event_id) });
  for (let n = 0; n < 350; n++) expect((await hears.next()).data.event_type).toBe(`n${n}`);
});

test('a stream that is closed is released, and one user may hold only a limited number', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const streams = [];
  for (let n = 0; n < 20; n++) {
    const stream = await listenTo(app, alice);
    await say(alice, 'hello');
    await stream.next();
    streams.push(stream);
  }
  expect(countSubscribers(app.deps.db, alice.id)).toBe(20);
  const { status, body } = await alice.get('/events/stream');
  expect([status, body.code]).toEqual([429, 'RATE_LIMIT_EXCEEDED']);
  for (const stream of streams) await stream.leave();
  await expect.poll(() => countSubscribers(app.deps.db, alice.id)).toBe(0);
  await (await listenTo(app, alice)).leave();
});

test('events that another process writes are streamed', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'shared.db');
  const [here, there] = [testApp({ file }), testApp({ file })];
  const alice = await here.user('alice');
  const hears = await listenTo(here, alice);
  const other = there.client();
  other.token = alice.token;
  await say(other, 'from the other side');
  expect((await hears.next()).data.event_type).toBe('from the other side');
  await say(alice, 'from this side');
  await say(other, 'and again');
  expect((await hears.next()).data.event_type).toBe('from this side');
  expect((await hears.next()).data.event_type).toBe('and again');
});

test('streams end when the product stops, and need a login', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const hears = await listenTo(app, alice);
  await say(alice, 'last');
  await hears.next();
  app.stop();
  expect(await hears.rest()).not.toContain('error');
  expect((await app.client().get('/events/stream')).body.code).toBe('AUTH_REQUIRED');
  expect((await app.client().post('/events/stream')).status).toBe(405);
  expect((await alice.send('/events/stream', { method: 'HEAD' })).status).toBe(200);
});

test('the typed client gets events over tRPC with their ids, and continues after an interruption', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const server = serve({ fetch: app.app.fetch, port: 0, hostname: '127.0.0.1' });
  onTestFinished(() => {
    (server as unknown as { closeAllConnections(): void }).closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const heard: string[] = [];
  const client = createClient(url, { token: alice.token });
  const running = client.events.stream.subscribe(undefined, {
    onData: ({ data }) => heard.push(`${data.event_type} ${data.payload.n ?? ''}`),
  });
  onTestFinished(() => running.unsubscribe());
  await expect.poll(() => countSubscribers(app.deps.db, alice.id)).toBe(1);
  await client.events.broadcast.mutate({ event_type: 'over.trpc', payload: { n: 1 } });
  await expect.poll(() => heard).toEqual(['over.trpc 1']);
  (server as unknown as { closeAllConnections(): void }).closeAllConnections();
  await say(alice, 'while.away', { n: 2 });
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual(['over.trpc 1', 'while.away 2']);
  running.unsubscribe();
  await expect.poll(() => countSubscribers(app.deps.db, alice.id)).toBe(0);
});

test('an error inside a stream is logged and ends it', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const hears = await listenTo(app, alice);
  await say(alice, 'one');
  await hears.next();
  app.deps.db.$client.exec('ALTER TABLE events RENAME TO gone');
  const { wakeSubscribers: announce } = await import('../../../routers/core/events/wake-up.ts');
  announce(app.deps.db, alice.id);
  await hears.rest();
  expect(app.logged).toContainEqual(expect.objectContaining({ message: 'an event stream failed' }));
});
