import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import type { Registry } from 'prom-client';
import { DatabaseLockedError, lockShared } from '../../db/index.ts';
import { collectV8Garbage } from '../../ml/gc.ts';
import { seedPrices } from '../../routers/insight/llm/prices.ts';
import { seedRewards } from '../../routers/learning/gami/rewards.ts';
import { readPoolFiles } from '../../routers/learning/quiz/pool-files.ts';
import { publishPools } from '../../routers/learning/quiz/publish.ts';
import { collectFileGarbage } from '../../routers/storage/files/garbage-collect.ts';
import { createApp } from '../http/app.ts';
import { addGauges } from '../observability/gauges.ts';
import { createMetrics } from '../observability/metrics.ts';
import { clock } from './clock-and-random.ts';
import { closeDeps, openDeps, type ShutdownControllers } from './deps.ts';
import { ensureAdmin } from './ensure-admin.ts';
import { type Env, resolveInPackage } from './env.ts';
import { closeServer, listen } from './http-server.ts';
import { createProcessLog } from './process-log.ts';
import { startSchedule } from './schedule.ts';
import { toAppOptions, VERSION } from './settings.ts';

/** The wait before garbage collection: for a moment after the chatbot's index is ready, its input is still referenced. */
const INDEX_RELEASE_MS = 1000;

export interface Running {
  url: string;
  /** resolves when the chatbot's index is ready or could not be built */
  chatIndexReady: Promise<unknown>;
  /** Finishes running requests and jobs, then closes everything. */
  stop(): Promise<void>;
  /** Ends the models' thread alone, in moments: a process that exits while a model runs aborts. */
  endModels(): Promise<void>;
}

/**
 * Starts the server, in order: database → models → app → listen → schedule. `aggregateMetrics` takes this process's
 * registry and returns the function that `/metrics` reads: with several workers, it merges the registries of all.
 */
export async function start(
  env: Env,
  aggregateMetrics: (own: Registry) => () => Registry | Promise<Registry> = (own) => () => own,
): Promise<Running> {
  const log = createProcessLog(env);
  const shutdown: ShutdownControllers = { draining: new AbortController(), stopping: new AbortController() };
  // Every waiting agent and every stream adds a listener.
  setMaxListeners(0, shutdown.stopping.signal);
  const unlock = lockDataFolder(env.DATA_DIR);
  const metricsRegistry = createMetrics(clock, { ofProcess: true });
  const deps = await openDeps(env, log, metricsRegistry, shutdown);
  addGauges(metricsRegistry.registry, deps);
  const deletedFiles = await collectFileGarbage(deps, { includeOwn: true }).catch((err) => {
    log.error({ err }, 'the garbage collection of files failed');
    return { unfinished: 0, unreferenced: 0 };
  });
  if (deletedFiles.unfinished + deletedFiles.unreferenced > 0)
    log.warn(deletedFiles, 'deleted the files of interrupted uploads');
  const pools = publishPools(deps, readPoolFiles(resolveInPackage('db/seed-data/quiz')));
  if (pools.added + pools.changed + pools.retired > 0) log.info(pools, 'quizzes updated');
  seedRewards(deps.db, deps.clock);
  seedPrices(deps.db);
  const admin = await ensureAdmin(deps, env);
  if (admin?.password) {
    // On standard error: a password must not reach the log.
    process.stderr.write(
      `\n  Administrator made: ${admin.email}\n  Password (shown this once): ${admin.password}\n\n`,
    );
  }
  const app = createApp(deps, toAppOptions(env, aggregateMetrics(metricsRegistry.registry)));
  const server = await listen(app.fetch, env);
  const schedule = startSchedule(deps);
  if (env.bucket) log.warn({}, 'files are in an object store: backups contain the database only');
  const { port } = server.address() as AddressInfo;
  const url = `http://${env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST}:${port}`;
  log.info({ url, version: VERSION, model: deps.classifier.info.model_version }, 'listening');
  const chatIndexReady = deps.chat.engine().then(
    (engine) => engine.indexReady.then(() => void setTimeout(collectV8Garbage, INDEX_RELEASE_MS).unref()),
    (err) => log.error({ err }, 'the chatbot could not be started'),
  );
  return {
    url,
    chatIndexReady,
    stop: async () => {
      // /health/ready answers 503: load balancers send nothing new.
      shutdown.draining.abort();
      await wait(env.STOP_DELAY_MS);
      // Streams, waiting agents and imports end.
      shutdown.stopping.abort();
      await schedule.stop();
      await closeServer(server);
      await closeDeps(deps);
      unlock();
      log.info({}, 'stopped');
    },
    endModels: () => deps.classifier.close(),
  };
}

/** Keeps a restore from running at the same time as the server. */
function lockDataFolder(folder: string): () => void {
  try {
    return lockShared(folder);
  } catch (error) {
    if (error instanceof DatabaseLockedError)
      throw new Error(`${folder} is being restored: start again when that is done`);
    throw error;
  }
}
