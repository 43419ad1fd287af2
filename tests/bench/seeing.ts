/**
 * What it costs to be seen: a call through the whole app, a statement and a transaction, each with and without being
 * measured, by turns in one process. `npx tsx tests/bench/seeing.ts`
 */
import { closeDatabase, openDatabase, transact } from '../../db/index.ts';
import type { Metrics } from '../../routers/core/context.ts';
import { createMetrics } from '../../server/observability/metrics.ts';
import { clock } from '../../server/process/clock-and-random.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { median } from './report.ts';

const ROUNDS = 30;
const RUNS = 4000;

const figures = createMetrics(clock);
const slow = { ms: 100, report: () => {} };
const plain = openDatabase({ file: ':memory:', migrations: resolveInPackage('drizzle') });
const watched = openDatabase({
  file: ':memory:',
  migrations: resolveInPackage('drizzle'),
  watch: { ...figures.database, slow },
});

const SELECT = 'SELECT * FROM principals WHERE id = ?';
const [bare, measured] = [plain.$client.prepare(SELECT), watched.$client.prepare(SELECT)];
const silent: Metrics['operation'] = () => {};

compare(
  'a prepared statement',
  () => bare.get(1),
  () => measured.get(1),
);
compare(
  'a write transaction',
  () => transact(plain, () => bare.get(1)),
  () => transact(watched, () => bare.get(1)),
);
compare(
  'a call',
  () => silent('scan.analyze', 200, 1.5),
  () => figures.metrics.operation('scan.analyze', 200, 1.5),
);
closeDatabase(plain);
closeDatabase(watched);

function compare(what: string, without: () => unknown, having: () => unknown): void {
  const spent: Record<'without' | 'having', number[]> = { without: [], having: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    const [one, other] = [microseconds(without), microseconds(having)];
    // The first round warms up.
    if (round > 0) [spent.without.push(one), spent.having.push(other)];
  }
  const [one, other] = [median(spent.without), median(spent.having)];
  const shown = `${one.toFixed(2)} µs, measured ${other.toFixed(2)} µs`;
  process.stdout.write(`${what}: ${shown}, ${(other - one).toFixed(2)} µs more\n`);
}

function microseconds(act: () => unknown): number {
  const began = performance.now();
  for (let i = 0; i < RUNS; i++) act();
  return ((performance.now() - began) * 1000) / RUNS;
}
