import cluster, { type Worker } from 'node:cluster';
import type { Logger } from 'pino';
import { relayMetrics } from '../observability/cluster-metrics.ts';
import type { Env } from './env.ts';
import { createProcessLog } from './process-log.ts';

/** A worker that ends sooner counts as unstable, and its replacement starts after a backoff. */
const STABLE_AFTER_MS = 30_000;
const INITIAL_BACKOFF_MS = 250;
const MAX_BACKOFF_MS = 30_000;
/** The other workers start after this, even if the first still builds the chatbot's index. */
const INDEX_TIMEOUT_MS = 60_000;
/**
 * A worker that has not stopped this long after STOP_DELAY_MS is killed. Its running requests may take 10 s of this
 * (`GRACE_MS` of http-server.ts); closing the models and the database gets the rest.
 */
const STOP_TIMEOUT_MS = 20_000;

/**
 * Runs in the primary process of WORKERS processes that share a port. It opens no database and serves no requests: it
 * starts the workers, replaces those that end, and stops them all. `onListening` is called once, with the port.
 *
 * The first worker does what is done once (migration, first administrator, seed data, the chatbot's index) before the
 * others start.
 */
export function superviseWorkers(env: Env, onListening: (port: number) => void): void {
  const { WORKERS, STOP_DELAY_MS } = env;
  const log = createProcessLog(env);
  const pool: WorkerPool = {
    size: 1,
    listening: new Set(),
    replaced: 0,
    earlyExits: 0,
    isStopping: false,
    hasFailed: false,
  };
  const startOthers = () => {
    if (pool.isStopping || pool.size === WORKERS) return;
    pool.size = WORKERS;
    for (let n = listWorkers().length; n < WORKERS; n++) forkWorker(pool, log);
  };
  cluster.once('listening', (_worker, { port }) => onListening(port));
  cluster.on('listening', (worker) => {
    if (pool.listening.size === 0) setTimeout(startOthers, INDEX_TIMEOUT_MS).unref();
    pool.listening.add(worker);
    if (pool.listening.size === WORKERS)
      log.info({ pids: listWorkers().map((worker) => worker.process.pid) }, 'all workers listen');
  });
  cluster.on('message', (_worker, message) => {
    if (message === 'chat-index-ready') startOthers();
  });
  relayMetrics(() => ({ listening: [...pool.listening], replaced: pool.replaced }));
  const stop = () => stopWorkers(pool, STOP_DELAY_MS + STOP_TIMEOUT_MS);
  process.on('SIGINT', stop).on('SIGTERM', stop);
  forkWorker(pool, log);
}

interface WorkerPool {
  /** how many workers should run */
  size: number;
  listening: Set<Worker>;
  replaced: number;
  /** consecutive workers that ended before STABLE_AFTER_MS */
  earlyExits: number;
  isStopping: boolean;
  /** a worker ended with an error while stopping */
  hasFailed: boolean;
}

/** The running workers. `cluster.workers` also has workers that ended and whose channel is still open. */
const listWorkers = () =>
  Object.values(cluster.workers ?? {})
    .filter((worker) => worker !== undefined)
    .filter((worker) => !worker.isDead());

function forkWorker(pool: WorkerPool, log: Logger): void {
  const worker = cluster.fork();
  const start = performance.now();
  // Sending to a worker that has just ended fails; 'exit' follows.
  worker.on('error', (err) =>
    log.warn({ err, pid: worker.process.pid }, 'a message could not be sent to a worker'),
  );
  worker.once('exit', (code: number | null, signal: string | null) => {
    const hasNeverListened = pool.listening.size === 0 && pool.size === 1 && pool.replaced === 0;
    pool.listening.delete(worker);
    if (pool.isStopping) {
      pool.hasFailed ||= code !== 0;
      if (listWorkers().length === 0) process.exit(pool.hasFailed ? 1 : 0);
      return;
    }
    // What stops the first worker from starting stops the others too, and the worker has printed it.
    if (hasNeverListened) process.exit(code || 1);
    pool.earlyExits = performance.now() - start < STABLE_AFTER_MS ? pool.earlyExits + 1 : 0;
    pool.replaced++;
    const wait_ms =
      pool.earlyExits === 0 ? 0 : Math.min(INITIAL_BACKOFF_MS * 2 ** (pool.earlyExits - 1), MAX_BACKOFF_MS);
    const fields = { pid: worker.process.pid, code, signal, replaced: pool.replaced, wait_ms };
    log.warn(fields, 'a worker ended and is replaced');
    setTimeout(() => {
      // startOthers may have run meanwhile, and started one more.
      if (!pool.isStopping && listWorkers().length < pool.size) forkWorker(pool, log);
    }, wait_ms);
  });
}

/** Lets workers finish running requests, and kills them after `timeoutMs`, or at the second call. */
function stopWorkers(pool: WorkerPool, timeoutMs: number): void {
  const kill = () => {
    for (const worker of listWorkers()) worker.process.kill('SIGKILL');
  };
  if (pool.isStopping) {
    kill();
    process.exit(1);
  }
  pool.isStopping = true;
  if (listWorkers().length === 0) process.exit(0);
  for (const worker of listWorkers()) if (worker.isConnected()) worker.send('stop');
  setTimeout(kill, timeoutMs).unref();
}
