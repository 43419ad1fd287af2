import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import { readEnv } from '../../../server/process/env.ts';
import { startWithAdmin } from './login.ts';
import type { Server } from './run.ts';

/** One folder for all: the chatbot's index is built once. */
const DATA_DIR = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
afterAll(() => rmSync(DATA_DIR, { recursive: true, force: true }));
const both = { WORKERS: '2', DATA_DIR };

/** The numbers of the processes that serve, once all do for the `times`th time. */
async function serving({ output }: Server, times = 1): Promise<number[]> {
  const told = () => [...output().matchAll(/"pids":\[([\d,]+)\]/g)];
  await expect.poll(() => told().length, { timeout: 40_000, interval: 50 }).toBe(times);
  return String(told().at(-1)?.[1]).split(',').map(Number);
}

/** A client that keeps one connection, and so one process, to itself. New ones go to each process in turn. */
function clientOf({ url }: Server, authorization: Record<string, string>) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return (method: string, route: string, body?: object, headers: Record<string, string> = {}) =>
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any kind
    new Promise<{ status: number | undefined; headers: object; text: string; body: any }>(
      (resolve, reject) => {
        const told = { 'content-type': 'application/json', ...authorization, ...headers };
        const sent = request(url + route, { method, agent, headers: told }, (answer) => {
          let text = '';
          answer.on('data', (chunk) => (text += chunk));
          answer.on('end', () => {
            const json = String(answer.headers['content-type']).includes('json');
            const body = json ? JSON.parse(text) : null;
            resolve({ status: answer.statusCode, headers: answer.headers, text, body });
          });
        });
        sent.on('error', reject);
        sent.end(body && JSON.stringify(body));
      },
    );
}

type Client = ReturnType<typeof clientOf>;

test('what processes cannot share keeps more than one from starting', () => {
  expect(() => readEnv({ WORKERS: '2', DATABASE_URL: 'file::memory:' })).toThrow('WORKERS must be 1');
});

test('two processes are one product, and stay one when either is killed', async () => {
  const { server, headers } = await startWithAdmin(both);
  const before = await serving(server);
  const [a, b] = [clientOf(server, headers), clientOf(server, headers)] as [Client, Client];
  const uptime = async (ask: Client) => (await ask('GET', '/health')).body.uptime_seconds;
  expect(Math.abs((await uptime(a)) - (await uptime(b))), 'each has a process of its own').toBeGreaterThan(0);

  const scans = await oneLimit(a, b);
  const project = (await a('POST', '/git/projects/register', { name: 'p', local_path: '/p' })).body.id;
  const jobs = await oneKey(a, b, project);
  await eachJobOnce(server, headers, project);
  await oneStream(server, headers, a, b);
  await onePolicy(a, b);
  await oneSetOfFigures(a, b, scans);

  process.kill(before[0] as number, 'SIGKILL');
  const after = await serving(server, 2);
  expect(after.filter((pid) => before.includes(pid))).toEqual([before[1]]);
  const [c, d] = [clientOf(server, headers), clientOf(server, headers)] as [Client, Client];
  for (const ask of [c, d]) {
    const found = await ask('GET', `/projects/${project}/jobs/${jobs}`);
    expect([found.status, found.body.id]).toEqual([200, jobs]);
    expect((await ask('GET', '/metrics')).text).toContain('flashscan_workers_replaced 1');
  }

  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(server.output().match(/"msg":"stopped"/g)).toHaveLength(2);
  const db = new Sqlite(path.join(DATA_DIR, 'flashscan.db'), { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
}, 90_000);

/** How many scans were let through. */
async function oneLimit(a: Client, b: Client): Promise<number> {
  let taken = 0;
  const scan = async (ask: Client) => {
    const answer = await ask('POST', '/scan/analyze', { url: 'https://example.com' });
    taken += Number(answer.status === 200);
    return answer;
  };
  await Promise.all(Array.from({ length: 70 }, (_, n) => scan(n % 2 ? a : b)));
  // Each process counts in memory and tells the other within a second or two: one extra window at most.
  expect(taken).toBeGreaterThanOrEqual(60);
  await expect
    .poll(async () => [(await scan(a)).status, (await scan(b)).status], { timeout: 10_000, interval: 500 })
    .toEqual([429, 429]);
  expect(taken).toBeLessThanOrEqual(120);
  return taken;
}

async function oneKey(a: Client, b: Client, project: number): Promise<number> {
  const send = (ask: Client) =>
    ask('POST', `/projects/${project}/jobs`, { job_type: 'look' }, { 'idempotency-key': 'the same' });
  const [one, other] = await Promise.all([send(a), send(b)]);
  expect([one.status, other.status]).toEqual([201, 201]);
  expect(one.body.id).toBe(other.body.id);
  const replayed = [one, other].filter((answer) => 'idempotency-replayed' in answer.headers);
  expect(replayed).toHaveLength(1);
  return one.body.id;
}

async function eachJobOnce(server: Server, headers: Record<string, string>, project: number): Promise<void> {
  const agents = Array.from({ length: 20 }, () => clientOf(server, headers));
  const queue = (ask: Client) => ask('POST', `/projects/${project}/jobs`, { job_type: 'look' });
  await Promise.all(agents.flatMap((ask) => [queue(ask), queue(ask)]));
  const take = (ask: Client, n: number) =>
    ask('POST', '/agent/jobs/request', { agent_id: `${n}`, max_jobs: 3 });
  const offers = await Promise.all(agents.map(take));
  const handed = offers.flatMap(({ body }) => body.jobs.map(({ job_id }: { job_id: number }) => job_id));
  expect(handed).toHaveLength(41);
  expect(new Set(handed).size).toBe(41);
}

async function oneStream(
  { url }: Server,
  headers: Record<string, string>,
  a: Client,
  b: Client,
): Promise<void> {
  const left = new AbortController();
  const answer = await fetch(`${url}/events/stream`, { headers, signal: left.signal });
  const heard = (async () => {
    let text = '';
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      text += Buffer.from(chunk).toString();
      if (text.includes('"from a"') && text.includes('"from b"')) return true;
    }
    return false;
  })();
  await a('POST', '/events/broadcast', { event_type: 'from a' });
  await b('POST', '/events/broadcast', { event_type: 'from b' });
  expect(await heard).toBe(true);
  left.abort();
}

async function onePolicy(a: Client, b: Client): Promise<void> {
  const hits = async (ask: Client) =>
    (await ask('POST', '/llm/traces', { run_id: 'r', prompt: 'the falcon flies', response: 'yes' })).body
      .policy_hits;
  expect([await hits(a), await hits(b)]).toEqual([[], []]);
  const policy = {
    ...{ id: 'no-falcon', category: 'secret_project', kind: 'keyword', pattern: 'falcon' },
    ...{ applies_to: ['input'], action: 'block', description: 'Not to be named' },
  };
  expect((await a('POST', '/admin/policies', policy)).status).toBe(201);
  expect(await hits(b)).toMatchObject([{ id: 'no-falcon', action: 'block' }]);
  expect((await b('PUT', '/admin/policies/no-falcon', { ...policy, action: 'flag' })).status).toBe(200);
  expect(await hits(a)).toMatchObject([{ id: 'no-falcon', action: 'flag' }]);
}

async function oneSetOfFigures(a: Client, b: Client, scans: number): Promise<void> {
  for (const ask of [a, b]) {
    const { text } = await ask('GET', '/metrics');
    expect(text).toContain(`flashscan_requests_total{operation="scan.analyze",status="200"} ${scans}`);
    expect(text).toMatch(/^flashscan_workers 2$/m);
    expect(text).toMatch(/^flashscan_part_up\{part="database"\} 1$/m);
  }
}

test('processes whose first one is killed finish what runs and end', async () => {
  const { server, headers } = await startWithAdmin(both);
  const pids = await serving(server);
  const waits = clientOf(server, headers)('POST', '/agent/jobs/request', { agent_id: 'x', wait_seconds: 30 });
  await new Promise((resolve) => setTimeout(resolve, 500));
  server.child.kill('SIGKILL');
  expect((await waits).body.jobs).toEqual([]);
  const alive = () =>
    pids.filter((pid) => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    });
  await expect.poll(alive, { timeout: 15_000, interval: 100 }).toEqual([]);
}, 60_000);

test('a second signal ends all processes at once', async () => {
  const { server, headers } = await startWithAdmin({ ...both, STOP_DELAY_MS: '60000' });
  await serving(server);
  server.child.kill('SIGTERM');
  await expect
    .poll(async () => (await clientOf(server, headers)('GET', '/health/ready')).status, { timeout: 8000 })
    .toBe(503);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(1);
  await expect(fetch(server.url)).rejects.toThrow();
}, 60_000);
