import { setMaxListeners } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import {
  closeDatabase,
  DatabaseLockedError,
  type DatabaseWatch,
  type Db,
  lockShared,
} from '../../db/index.ts';
import { type Chat, lazyChat } from '../../ml/chat/lazy.ts';
import { LanguageModel } from '../../ml/chat/ollama.ts';
import { freeLeftovers } from '../../ml/gc.ts';
import { type ModelThread, openModelThread } from '../../ml/model-thread.ts';
import { openEmbedder } from '../../ml/text/embed.ts';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';
import { ensureGuest } from '../../routers/accounts/auth/guests.ts';
import { findFirstAdmin } from '../../routers/accounts/auth/users.ts';
import type { Deps } from '../../routers/core/context.ts';
import { createEmit } from '../../routers/core/events/emit.ts';
import type { FileStore } from '../../routers/core/file-store.ts';
import type { PushSenders } from '../../routers/core/push-senders.ts';
import { EVENT_HANDLERS } from '../../routers/event-handlers.ts';
import { ApnsSender } from '../../routers/inbox/push/apns.ts';
import { FcmSender } from '../../routers/inbox/push/fcm.ts';
import { seedRewards } from '../../routers/learning/gami/rewards.ts';
import { readPools } from '../../routers/learning/quiz/pool-files.ts';
import { publishPools } from '../../routers/learning/quiz/publish.ts';
import { getCurrentPolicies } from '../../routers/safety/policies/store.ts';
import { closeQrReader } from '../../routers/safety/scan/qr-reader.ts';
import { createContentLeases } from '../../routers/storage/files/content-leases.ts';
import { collectGarbage } from '../../routers/storage/files/garbage-collect.ts';
import { S3Files } from '../../routers/storage/files/s3.ts';
import { LocalFiles } from '../../routers/storage/files/store.ts';
import { createApp } from '../http/app.ts';
import { addGauges } from '../observability/gauges.ts';
import { createLog } from '../observability/log.ts';
import { createMetrics, type MetricsRegistry } from '../observability/metrics.ts';
import { createSlowQueryLog } from '../observability/slow-queries.ts';
import { clock, random } from './clock-and-random.ts';
import { ensureAdmin } from './ensure-admin.ts';
import { type Env, resolveInPackage } from './env.ts';
import { closeServer, listen } from './http-server.ts';
import { createBufferCollector, limitMallocArenas } from './memory.ts';
import { openProductDatabase } from './open-database.ts';
import { startSchedule } from './schedule.ts';
import { toSettings, VERSION } from './settings.ts';

/** Until then what the chatbot's index was built from is still held. */
const SETTLE_MS = 1000;

/** The parts of the product, without its HTTP face: what the command line works with too. */
export async function openDeps(
  env: Env,
  log: Logger = createLog(env.LOG_LEVEL),
  figures: MetricsRegistry = createMetrics(clock),
  end: End = { draining: new AbortController(), stopping: new AbortController() },
): Promise<Deps> {
  // The model loads in its thread while the tables are brought up to date.
  const thread = openModelThread((err) => log.error({ err }, 'the models died and are started again'));
  const loading = startClassifier({
    modelDir: env.url_model_dir,
    thread,
    onRun: figures.modelRan,
    onMissing: (err) =>
      log.error(
        { err },
        'the URL model cannot be loaded: scans are refused until it can; see flashscan doctor',
      ),
  });
  const db = await openWhile(loading, env, {
    ...figures.database,
    slow: createSlowQueryLog(env.SLOW_QUERY_MS, { log, clock, figures }),
  });
  const classifier = await loading;
  const chat = chatOf(env, { db, log, thread, figures });
  const settings = toSettings(env);
  // A line of its own: who chats does not wait until a quiz is written.
  const llm = env.OLLAMA_MODEL === '' ? null : new LanguageModel(ollamaOf(env));
  const files = filesOf(env, db);
  const push = pushOf(env);
  const emit = createEmit({ db, clock, random, push, time_zone: env.TIME_ZONE }, EVENT_HANDLERS);
  const { metrics } = figures;
  const [draining, stopping] = [end.draining.signal, end.stopping.signal];
  return {
    ...{ db, files, classifier, chat, llm, clock, random, log, metrics, settings, emit, push },
    accounts: { ensureGuest, findFirstAdmin },
    ...{ draining, stopping },
  };
}

/** What arrives is written to DATA_DIR in any case. */
function filesOf({ DATA_DIR, bucket }: Env, db: Db): FileStore {
  const folder = path.join(DATA_DIR, 'files');
  if (!bucket) return new LocalFiles(folder, createBufferCollector());
  return new S3Files(bucket, {
    claims: createContentLeases({ db, clock, random }),
    arriving: path.join(folder, 'arriving'),
  });
}

/** See `Parts`. */
type End = Record<'draining' | 'stopping', AbortController>;

/** Nothing is connected to before the first push. */
function pushOf(env: Env): PushSenders {
  const { FCM_SERVICE_ACCOUNT: account, APNS_KEY: key, APNS_KEY_ID, APNS_TEAM_ID, APNS_TOPIC } = env;
  const apns = key && APNS_KEY_ID && APNS_TEAM_ID && APNS_TOPIC;
  return {
    fcm: account ? new FcmSender({ account, url: env.FCM_API_URL, clock }) : null,
    apns: apns
      ? new ApnsSender({
          ...{ key, key_id: APNS_KEY_ID, team_id: APNS_TEAM_ID, topic: APNS_TOPIC },
          ...{ url: env.APNS_URL, clock, random },
        })
      : null,
  };
}

/** Not started here: its index is built once the product listens, and commands that don't chat don't need it. */
function chatOf(
  env: Env,
  { db, log, thread, figures }: { db: Db; log: Logger; thread: ModelThread; figures: MetricsRegistry },
): Chat {
  return lazyChat({
    knowledgeDir: resolveInPackage('ml/knowledge'),
    indexDir: path.join(env.DATA_DIR, 'chat-index'),
    embedder: () =>
      openEmbedder(env.EMBEDDING_MODEL ?? resolveInPackage('ml/text/model'), env.OLLAMA_HOST, thread),
    ollama: env.OLLAMA_MODEL === '' ? undefined : ollamaOf(env),
    policies: () => getCurrentPolicies(db, clock),
    log: (message, fields) => log.info(fields, message),
    onFallback: figures.llmFellBack,
  });
}

/** Between two pieces of an answer no more time may pass than until the first. */
function ollamaOf({ OLLAMA_HOST: host, OLLAMA_MODEL: model, LLM_FIRST_TOKEN_MS: firstTokenMs }: Env) {
  return { host, model, firstTokenMs, idleMs: firstTokenMs };
}

/** A thread that is left running would keep the process from ending. */
async function openWhile(loading: Promise<UrlClassifier>, env: Env, watch: DatabaseWatch): Promise<Db> {
  try {
    return openProductDatabase(env, watch);
  } catch (error) {
    await loading.then((classifier) => classifier.close()).catch(() => {});
    throw error;
  }
}

export async function closeDeps(deps: Pick<Deps, 'db' | 'classifier' | 'chat' | 'push'>): Promise<void> {
  for (const sender of Object.values(deps.push)) sender?.close?.();
  await Promise.all([deps.classifier.close(), deps.chat.close(), closeQrReader()]);
  closeDatabase(deps.db);
}

export interface Running {
  url: string;
  /** when the chatbot's index is there, or could not be made */
  settled: Promise<unknown>;
  /** Finishes what runs, then closes everything. */
  stop(): Promise<void>;
}

/**
 * Brings the whole product up, in order: database → models → app → listen → schedule. `join` has `/metrics` tell of
 * all processes that share the port.
 */
export async function start(
  env: Env,
  join: (own: Registry) => () => Registry | Promise<Registry> = (own) => () => own,
): Promise<Running> {
  limitMallocArenas();
  const log = createLog(env.LOG_LEVEL);
  const end: End = { draining: new AbortController(), stopping: new AbortController() };
  // Every agent and every stream that waits listens to it.
  setMaxListeners(0, end.stopping.signal);
  const letGo = holdFolder(env.DATA_DIR);
  const figures = createMetrics(clock, { ofProcess: true });
  const deps = await openDeps(env, log, figures, end);
  addGauges(figures.registry, deps);
  const swept = await collectGarbage(deps, 'too').catch((err) => {
    log.error({ err }, 'the files could not be looked through');
    return { unfinished: 0, unnamed: 0 };
  });
  if (swept.unfinished + swept.unnamed > 0) log.warn(swept, 'deleted what cut-off uploads left behind');
  const pools = publishPools(deps, readPools(resolveInPackage('db/seed-data/quiz')));
  if (pools.added + pools.changed + pools.retired > 0) log.info(pools, 'the quizzes were brought up to date');
  seedRewards(deps.db, deps.clock);
  const made = await ensureAdmin(deps, env);
  if (made?.password) {
    // Not a log line: it is told once, to whoever sits at the terminal.
    process.stderr.write(
      `\n  Administrator made: ${made.email}\n  Password (shown this once): ${made.password}\n\n`,
    );
  }
  const app = createApp(deps, {
    rate_limits: env.RATE_LIMITS,
    trust_proxy: env.TRUST_PROXY,
    max_batch: env.MAX_BATCH,
    cors_origins: env.CORS_ORIGINS,
    public_url: env.PUBLIC_URL,
    metrics: {
      registry: join(figures.registry),
      token: env.METRICS_TOKEN,
      trust_loopback:
        env.METRICS_TOKEN === undefined && env.TRUST_PROXY === 0 && env.PUBLIC_URL === undefined,
    },
  });
  const server = await listen(app.fetch, env);
  const schedule = startSchedule(deps);
  if (env.database_primary) log.warn({}, 'the database is a libSQL server’s: no backups are made here');
  if (env.bucket) log.warn({}, 'files lie in an object store: backups hold the database alone');
  const { port } = server.address() as AddressInfo;
  const url = `http://${env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST}:${port}`;
  log.info({ url, version: VERSION, model: deps.classifier.info.model_version }, 'listening');
  const settled = deps.chat.engine().then(
    (engine) => engine.settled.then(() => void setTimeout(freeLeftovers, SETTLE_MS).unref()),
    (err) => log.error({ err }, 'the chatbot could not be started'),
  );
  return {
    url,
    settled,
    stop: async () => {
      end.draining.abort();
      await wait(env.STOP_DELAY_MS);
      end.stopping.abort();
      await schedule.stop();
      await closeServer(server);
      await closeDeps(deps);
      letGo();
      log.info({}, 'stopped');
    },
  };
}

/** Tells a restore that the product runs. */
function holdFolder(folder: string): () => void {
  try {
    return lockShared(folder);
  } catch (error) {
    if (error instanceof DatabaseLockedError)
      throw new Error(`${folder} is being restored: start again when that is done`);
    throw error;
  }
}
