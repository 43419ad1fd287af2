/**
 * How fast jobs are claimed and completed: by the verbs in this process, against the same statements in a bare
 * better-sqlite3 loop in the same run, and over HTTP by 16 agents against the real server.
 *
 * npm run bench:queue
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closeDatabase, type Db, jobs, openDatabase, projects } from '../../db/index.ts';
import { createUser } from '../../routers/accounts/auth/users.ts';
import type { Key } from '../../routers/core/context.ts';
import { createEmit } from '../../routers/core/events/emit.ts';
import type { KeyContext } from '../../routers/core/procedures.ts';
import { EVENT_HANDLERS, TRANSIENT_HANDLERS } from '../../routers/event-handlers.ts';
import { completeJob } from '../../routers/work/jobs/complete.ts';
import { requestJobs } from '../../routers/work/jobs/request.ts';
import { createMetrics } from '../../server/observability/metrics.ts';
import { clock, random } from '../../server/process/clock-and-random.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { bareLoop } from './bare-queue.ts';

const PAIRS = 50;
const TURNS = 20;
const ROUNDS = 5;
const AGENTS = 16;
const HTTP_PAIRS = 2000;
const push = { fcm: null, apns: null };
const PASSWORD = 'correct horse battery staple';

const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-bench-'));
try {
  await inProcess();
  if (!process.argv.includes('--in-process')) await overHttp();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function inProcess(): Promise<void> {
  const db = openDatabase({ file: path.join(folder, 'queue.db'), migrations: resolveInPackage('drizzle') });
  const names = { email: 'a@example.com', username: 'a', password_hash: null };
  const { id: user } = db.transaction((_tx) => createUser(db, clock, names));
  const project = addProject(db, user);
  const ctx = contextFor(db, user);
  const bare = bareLoop(db.$client, user);
  const verbs = async () => {
    const { jobs: offered } = await requestJobs(ctx, { agent_id: 'a', max_jobs: 1, wait_seconds: 0 });
    const { job_id, attempt } = offered[0] as (typeof offered)[number];
    completeJob(ctx, { job_id, agent_id: 'a', attempt, status: 'success', summary: 'done' });
  };
  const spent = { verbs: 0, bare: 0 };
  for (let round = 0; round <= ROUNDS; round++) {
    fill(db, user, project);
    // By turns, so that whatever else the machine does slows both alike.
    for (let turn = 0; turn < TURNS; turn++) {
      const [one, other] = [await milliseconds(verbs), await milliseconds(bare)];
      // The first round warms up.
      if (round === 0) continue;
      spent.verbs += one;
      spent.bare += other;
    }
  }
  closeDatabase(db);
  const rate = (ms: number) => `${Math.round((ROUNDS * TURNS * PAIRS * 1000) / ms)} pairs/s`;
  tell('in process, verbs', rate(spent.verbs));
  tell('in process, bare better-sqlite3', rate(spent.bare));
  tell('ratio (goal 0.6)', (spent.bare / spent.verbs).toFixed(2));
}

function contextFor(db: Db, principal_id: number): KeyContext {
  const caller: Key = { kind: 'key', key_id: 1, principal_id, public_id: '', scopes: ['agent'] };
  const unused = new Proxy({}, { get: () => () => undefined }) as never;
  return {
    db,
    clock,
    emit: createEmit(
      { db, clock, random, push, time_zone: 'Asia/Seoul' },
      EVENT_HANDLERS,
      TRANSIENT_HANDLERS,
    ),
    push,
    metrics: createMetrics(clock).metrics,
    draining: new AbortController().signal,
    stopping: new AbortController().signal,
    caller,
    auth: { caller },
    language: 'en',
    http: null,
    consume: () => () => {},
    ...{
      accounts: unused,
      classifier: unused,
      message_classifier: unused,
      advice: unused,
      chat: unused,
      llm: unused,
      files: unused,
      random: unused,
      log: unused,
      settings: unused,
      tasks: unused,
      turns: unused,
      pictures: unused,
      feeds: unused,
      network: null,
    },
  } as KeyContext;
}

function addProject(db: Db, user_id: number): number {
  const now = Date.now();
  const row = { user_id, name: 'p', local_path: '/p', created_at: now, updated_at: now };
  return db.insert(projects).values(row).returning({ id: projects.id }).get().id;
}

/** A fresh queue, so that every round begins alike. */
function fill(db: Db, user_id: number, project_id: number): void {
  const now = Date.now();
  const job = {
    ...{ project_id, user_id, status: 'pending' as const, job_type: 'git_scan', max_attempts: 3 },
    ...{
      payload: { branch: 'main', depth: 3 },
      required_capabilities: [],
      available_at: now,
      created_at: now,
    },
  };
  db.transaction((_tx) => {
    db.delete(jobs).run();
    for (let n = 0; n < 2 * PAIRS * TURNS; n++) db.insert(jobs).values(job).run();
  });
  db.$client.pragma('wal_checkpoint(TRUNCATE)');
}

/** How long a turn takes. */
async function milliseconds(pair: () => unknown): Promise<number> {
  const began = performance.now();
  for (let n = 0; n < PAIRS; n++) await pair();
  return performance.now() - began;
}

async function overHttp(): Promise<void> {
  const { url, stop } = await serve();
  const send = sender(url);
  const login = await send('/auth/login', { email: 'a@example.com', password: PASSWORD });
  const token = login.access_token as string;
  const project = await send('/git/projects/register', { name: 'p', local_path: '/p' }, token);
  for (let n = 0; n < HTTP_PAIRS; n += 50) {
    const job = { job_type: 'look', payload: { branch: 'main', depth: 3 } };
    const fifty = Array.from({ length: 50 }, () => send(`/projects/${project.id}/jobs`, job, token));
    await Promise.all(fifty);
  }
  const times: number[] = [];
  const work = async (agent_id: string) => {
    for (;;) {
      const began = performance.now();
      const { jobs: offered } = await send('/agent/jobs/request', { agent_id }, token);
      if (offered.length === 0) return;
      const report = { agent_id, attempt: offered[0].attempt, status: 'success', summary: 'done' };
      await send(`/agent/jobs/${offered[0].job_id}/complete`, report, token);
      times.push(performance.now() - began);
    }
  };
  const began = performance.now();
  await Promise.all(Array.from({ length: AGENTS }, (_, n) => work(`agent-${n}`)));
  const seconds = (performance.now() - began) / 1000;
  times.sort((a, b) => a - b);
  const at = (share: number) => `${(times[Math.floor(times.length * share)] ?? 0).toFixed(1)} ms`;
  tell(`HTTP, ${AGENTS} agents`, `${Math.round(times.length / seconds)} pairs/s`);
  tell('HTTP, one pair (two calls)', `p50 ${at(0.5)}, p95 ${at(0.95)}`);
  await stop();
}

/** The real server as a process of its own. */
async function serve(): Promise<{ url: string; stop(): Promise<unknown> }> {
  const env = {
    ...{ PATH: process.env.PATH, HOME: process.env.HOME, DATA_DIR: path.join(folder, 'data'), PORT: '0' },
    ...{ RATE_LIMITS: 'off', ADMIN_EMAIL: 'a@example.com', ADMIN_PASSWORD: PASSWORD },
  };
  const args = ['--import', 'tsx', resolveInPackage('server/cli/cli.ts'), 'serve'];
  const child = spawn(process.execPath, args, {
    cwd: resolveInPackage('.'),
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let text = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.once('close', () => reject(new Error(`the server did not start: ${text}`)));
    child.stdout.on('data', (chunk) => {
      if (text.length > 10_000) return;
      text += chunk;
      const [, found] = /"url":"(http:[^"]+)"/.exec(text) ?? [];
      if (found) resolve(found);
    });
  });
  const stop = () => {
    child.kill('SIGTERM');
    return once(child, 'close');
  };
  return { url, stop };
}

function sender(url: string) {
  // biome-ignore lint/suspicious/noExplicitAny: whatever the wire carries
  return async (route: string, body: object, token?: string): Promise<any> => {
    const authorization = token ? { authorization: `Bearer ${token}` } : {};
    const answer = await fetch(url + route, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...authorization },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${route} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
}

function tell(what: string, figure: string): void {
  process.stdout.write(`${what.padEnd(34)} ${figure}\n`);
}
