/**
 * How the cost of a request grows with users, history and jobs: the whole product in this process, on databases of
 * 1, 10, 100 and 1,000 times the rows, one request after the other. Prints a table in Markdown.
 *
 * npm run bench:growth [-- --sizes 1,10,100,1000] [--calls 20]
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import Sqlite from 'better-sqlite3';
import pino from 'pino';
import type { Db } from '../../db/index.ts';
import { hashPassword } from '../../routers/accounts/auth/passwords.ts';
import { createUser } from '../../routers/accounts/auth/users.ts';
import { remindDueTasks } from '../../routers/inbox/tasks/due.ts';
import { deleteScoresBefore } from '../../routers/learning/gami/scores.ts';
import { expireSessions } from '../../routers/learning/quiz/expire-sessions.ts';
import { readPoolFiles } from '../../routers/learning/quiz/pool-files.ts';
import { publishPools } from '../../routers/learning/quiz/publish.ts';
import { deleteExpired } from '../../routers/maintenance/expiry.ts';
import { applyRetention } from '../../routers/maintenance/retention.ts';
import { expireLeases } from '../../routers/work/jobs/lease.ts';
import { createApp } from '../../server/http/app.ts';
import { createMetrics } from '../../server/observability/metrics.ts';
import { clock } from '../../server/process/clock-and-random.ts';
import { closeDeps, openDeps } from '../../server/process/deps.ts';
import { readEnv, resolveInPackage } from '../../server/process/env.ts';
import { fill } from './growth-fill.ts';
import { type Operation, operations, PASSWORD } from './growth-operations.ts';
import { median } from './report.ts';

const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1,10,100,1000' },
    calls: { type: 'string', default: '20' },
  },
});
const SIZES = values.sizes.split(',').map(Number);
const CALLS = Number(values.calls);
const WARM_UP = 3;
/** At size 1. */
const USERS = 100;
const ROWS = 1000;

interface Cost {
  ms: number;
  queries: number;
  /** bytes that went between this process and its files, a call */
  read: number;
  written: number;
}

/** statements so far */
let ran = 0;
let counting = false;
const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-bench-growth-'));
const found = new Map<string, Map<number, Cost>>();
try {
  for (const size of SIZES) await measureAt(size);
  print();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function measureAt(size: number): Promise<void> {
  const file = path.join(folder, `${size}.db`);
  const env = readEnv({ DATA_DIR: folder, DATABASE_URL: `file:${file}`, SLOW_QUERY_MS: '0' });
  const figures = createMetrics(clock);
  countQueries();
  const deps = await openDeps(env, pino({ level: 'silent' }), figures);
  const note = (name: string, cost: Cost) =>
    found.set(name, (found.get(name) ?? new Map<number, Cost>()).set(size, cost));
  try {
    publishPools(deps, readPoolFiles(resolveInPackage('db/seed-data/quiz')));
    const password_hash = await hashPassword(PASSWORD);
    const made = (username: string, role: 'user' | 'admin') =>
      createUser(deps.db, clock, { email: `${username}@example.com`, username, password_hash, role }).id;
    const me = made('me', 'user');
    made('boss', 'admin');
    const began = performance.now();
    fill(deps.db, { users: USERS * size, rows: ROWS * size }, me);
    const bytes = deps.db.$client.prepare(
      'SELECT page_count * page_size FROM pragma_page_count, pragma_page_size',
    );
    const took = ((performance.now() - began) / 1000).toFixed(1);
    tell(`${size}×: ${took} s to fill, ${((bytes.pluck().get() as number) / 1e6).toFixed(0)} MB`);
    const app = createApp(deps, {
      rate_limits: true,
      trust_proxy: 0,
      max_batch: 100,
      cors_origins: [],
      public_url: undefined,
      metrics: { registry: () => figures.registry, token: undefined, trust_loopback: false },
    });
    for (const [name, operation] of Object.entries(operations(app, { size, project: me }))) {
      note(name, await costOf(deps.db, operation));
    }
    const upkeep = {
      'reap leases': () => expireLeases(deps),
      'due tasks': () => remindDueTasks(deps),
      'overdue quizzes': () => expireSessions(deps),
      'forget scores': () => deleteScoresBefore(deps),
      'forget expired': () => deleteExpired(deps),
      'forget old': () => applyRetention(deps),
    };
    for (const [name, job] of Object.entries(upkeep)) {
      // The first turn finds the work of half a year; what it costs when there is none is what it costs every time.
      await job();
      note(`schedule: ${name}`, await costOf(deps.db, { run: job }, 3));
    }
  } finally {
    await closeDeps(deps);
    rmSync(file);
  }
}

/** Counts the statements that connections run: they share one prototype, whatever a connection puts over it. */
function countQueries(): void {
  if (counting) return;
  counting = true;
  const any = new Sqlite(':memory:');
  const statement = Object.getPrototypeOf(any.prepare('SELECT 1'));
  any.close();
  for (const name of ['run', 'get', 'all', 'iterate']) {
    const native = statement[name];
    statement[name] = function (this: unknown, ...args: unknown[]) {
      ran++;
      return native.apply(this, args);
    };
  }
}

async function costOf(db: Db, { before, run }: Operation, calls = CALLS): Promise<Cost> {
  const costs: Cost[] = [];
  for (let n = -WARM_UP; n < calls; n++) {
    const given = await before?.();
    // Calls are counted against their rates as ever, but that must not end the measurement.
    db.$client.exec('DELETE FROM rate_limits');
    const [queries, from, began] = [ran, transferred(), performance.now()];
    await run(n + WARM_UP, given);
    const [ms, to] = [performance.now() - began, transferred()];
    const cost = {
      ms,
      queries: ran - queries,
      read: to.read - from.read,
      written: to.written - from.written,
    };
    if (n >= 0) costs.push(cost);
  }
  const middle = (of: (cost: Cost) => number) => median(costs.map(of));
  return {
    ms: middle((it) => it.ms),
    queries: middle((it) => it.queries),
    read: middle((it) => it.read),
    written: middle((it) => it.written),
  };
}

/** What this process has read and written through system calls. Linux tells; elsewhere the columns stay empty. */
function transferred(): { read: number; written: number } {
  try {
    const io = readFileSync('/proc/self/io', 'utf8');
    const of = (name: string) => Number(new RegExp(`${name}: (\\d+)`).exec(io)?.[1]);
    return { read: of('rchar'), written: of('wchar') };
  } catch {
    return { read: Number.NaN, written: Number.NaN };
  }
}

function tell(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** Times of every size; statements and bytes of the largest, and what a row grew by where it did. */
function print(): void {
  const head = ['', ...SIZES.map((size) => `${size}×, ms`), 'queries', 'read', 'written', ''];
  const rows = [...found].map(([name, costs]) => {
    const [small, large] = [costs.get(SIZES[0] as number), costs.get(SIZES.at(-1) as number)] as [Cost, Cost];
    const times = SIZES.map((size) => costs.get(size)?.ms.toFixed(2) ?? '');
    const grew =
      large.ms > 3 * small.ms && large.ms > small.ms + 2 ? `${(large.ms / small.ms).toFixed(0)}-fold` : '';
    return [name, ...times, large.queries.toFixed(0), kilobytes(large.read), kilobytes(large.written), grew];
  });
  const line = (cells: string[]) => `| ${cells.join(' | ')} |\n`;
  process.stdout.write(
    [line(head), line(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(line)].join(''),
  );
}

function kilobytes(bytes: number): string {
  return Number.isNaN(bytes) ? '' : `${(bytes / 1024).toFixed(bytes < 10_240 ? 1 : 0)} KiB`;
}
