import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import { relayMetrics } from '../observability/cluster-metrics-relay.ts';
import { createLog } from '../observability/log.ts';
import type { Env } from './env.ts';

/** A worker that dies younger than this makes the next one wait. */
const STEADY_MS = 30_000;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 30_000;
/** The others start then, although the first still builds its index. */
const INDEX_MS = 60_000;
/** What a worker gets to stop, beyond its own delay and grace, before it is killed. */
const STOP_MS = 20_000;

/**
 * The process that `WORKERS` processes share the port of. It opens nothing and answers nobody: it hands connections
 * out, puts a new worker in the place of one that died, and stops them all.
 *
 * What is done once (migration, first administrator, content, the chatbot's index) the first worker does before the
 * others start.
 */
export function superviseWorkers({ WORKERS, STOP_DELAY_MS, LOG_LEVEL }: Env): void {
  const log = createLog(LOG_LEVEL);
  const troop: WorkerPool = {
    wanted: 1,
    listening: new Set(),
    replaced: 0,
    quick: 0,
    stopping: false,
    failed: false,
  };
  const callOthers = () => {
    if (troop.stopping || troop.wanted === WORKERS) return;
    troop.wanted = WORKERS;
    for (let n = workers().length; n < WORKERS; n++) forkWorker(troop, log);
  };
  cluster.on('listening', (worker) => {
    if (troop.listening.size === 0) setTimeout(callOthers, INDEX_MS).unref();
    troop.listening.add(worker);
    if (troop.listening.size === WORKERS)
      log.info({ pids: workers().map((one) => one.process.pid) }, 'all workers listen');
  });
  cluster.on('message', (_worker, message) => {
    if (message === 'settled') callOthers();
  });
  relayMetrics(() => ({ listening: [...troop.listening], replaced: troop.replaced }));
  const stop = () => stopAll(troop, STOP_DELAY_MS + STOP_MS);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  forkWorker(troop, log);
}

interface WorkerPool {
  wanted: number;
  listening: Set<Worker>;
  replaced: number;
  /** deaths in a row that came early */
  quick: number;
  stopping: boolean;
  /** a worker did not stop as it should */
  failed: boolean;
}

/** Those that run: one that has ended is on the list until its channel has closed too. */
const workers = () =>
  Object.values(cluster.workers ?? {})
    .filter((worker) => worker !== undefined)
    .filter((worker) => !worker.isDead());

function forkWorker(troop: WorkerPool, log: Logger): void {
  const worker = cluster.fork();
  const began = performance.now();
  // Something was said to one that has just died: its end is told next.
  worker.on('error', (err) => log.warn({ err, pid: worker.process.pid }, 'a worker could not be told'));
  worker.once('exit', (code: number | null, signal: string | null) => {
    const firstOfAll = troop.listening.size === 0 && troop.wanted === 1 && troop.replaced === 0;
    troop.listening.delete(worker);
    if (troop.stopping) {
      troop.failed ||= code !== 0;
      if (workers().length === 0) process.exit(troop.failed ? 1 : 0);
      return;
    }
    // What keeps the first from starting would keep every other: it has said what it is.
    if (firstOfAll) process.exit(code || 1);
    troop.quick = performance.now() - began < STEADY_MS ? troop.quick + 1 : 0;
    troop.replaced++;
    const wait_ms = troop.quick === 0 ? 0 : Math.min(FIRST_WAIT_MS * 2 ** (troop.quick - 1), LONGEST_WAIT_MS);
    const facts = { pid: worker.process.pid, code, signal, replaced: troop.replaced, wait_ms };
    log.warn(facts, 'a worker ended and is replaced');
    setTimeout(() => {
      // Meanwhile the others may have been called, and one more with them.
      if (!troop.stopping && workers().length < troop.wanted) forkWorker(troop, log);
    }, wait_ms);
  });
}

/** Workers finish what runs; called a second time, nothing waits for anything. */
function stopAll(troop: WorkerPool, patience: number): void {
  const kill = () => {
    for (const worker of workers()) worker.process.kill('SIGKILL');
  };
  if (troop.stopping) {
    kill();
    process.exit(1);
  }
  troop.stopping = true;
  if (workers().length === 0) process.exit(0);
  for (const worker of workers()) if (worker.isConnected()) worker.send('stop');
  setTimeout(kill, patience).unref();
}
