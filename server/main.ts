import { setMaxListeners } from 'node:events';
import { readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { type ServerType, serve } from '@hono/node-server';
import type { Logger } from 'pino';
import { readPools } from '../db/content/quiz.ts';
import { closeDatabase, type DatabaseWatch, type Db, openDatabase } from '../db/index.ts';
import { type Chat, lazyChat } from '../ml/chat/lazy.ts';
import { freeLeftovers } from '../ml/garbage.ts';
import { openEmbedder } from '../ml/text/embed.ts';
import { startClassifier, type UrlClassifier } from '../ml/url/classify.ts';
import type { Parts, ProductSettings } from '../routers/context.ts';
import { publishPools } from '../routers/learning/quiz/publish.ts';
import { makeEmit } from '../routers/reactions.ts';
import { currentPolicies } from '../routers/safety/policies/store.ts';
import { closeQrReader } from '../routers/safety/scan/qr-reader.ts';
import { FileStore } from '../routers/storage/files/store.ts';
import { sweepFiles } from '../routers/storage/files/sweep.ts';
import { makeApp } from './app.ts';
import { type Env, inPackage } from './env.ts';
import { ensureAdmin } from './first-start.ts';
import { addGauges } from './gauges.ts';
import { makeLog } from './log.ts';
import { keepNoLargeBuffers, makeTidy } from './memory.ts';
import { type Figures, makeFigures } from './metrics.ts';
import { clock, random } from './nature.ts';
import { startSchedule } from './schedule.ts';
import { slowQueries } from './slow-queries.ts';
import { webhookSecret } from './webhook-secret.ts';

/** How long requests that run may take to finish once the product is told to stop. */
const GRACE_MS = 10_000;
/** Until then what the chatbot's index was built from is still held. */
const SETTLE_MS = 1000;

export const VERSION: string = JSON.parse(readFileSync(inPackage('package.json'), 'utf8')).version;

/** The parts of the product, without its HTTP face: what the command line works with too. */
export async function openParts(
  env: Env,
  log: Logger = makeLog(env.LOG_LEVEL),
  stopping: AbortSignal = new AbortController().signal,
  figures: Figures = makeFigures(clock),
): Promise<Parts> {
  // The model loads in its thread while the tables are brought up to date.
  const loading = startClassifier({
    modelDir: env.url_model_dir,
    onError: (err) => log.error({ err }, 'the URL model died and is started again'),
    onRun: figures.modelRan,
  });
  const db = await openTables(env, loading, {
    ...figures.database,
    slow: slowQueries(env.SLOW_QUERY_MS, { log, clock, figures }),
  });
  const classifier = await loading;
  const chat = chatOf(env, db, log, figures);
  const settings = settingsOf(env);
  const files = new FileStore(path.join(env.DATA_DIR, 'files'), makeTidy());
  const push = { fcm: null, apns: null };
  const emit = makeEmit({ db, clock, random, push });
  const { metrics } = figures;
  return { db, files, classifier, chat, clock, random, log, metrics, settings, emit, push, stopping };
}

/** Not started here: its index is built once the product listens, and commands that don't chat don't need it. */
function chatOf(env: Env, db: Db, log: Logger, figures: Figures): Chat {
  return lazyChat({
    knowledgeDir: inPackage('ml/knowledge'),
    indexDir: path.join(env.DATA_DIR, 'chat-index'),
    embedder: () => openEmbedder(env.EMBEDDING_MODEL ?? inPackage('ml/text/model'), env.OLLAMA_HOST),
    ollama: env.OLLAMA_MODEL === '' ? undefined : ollamaOf(env),
    policies: () => currentPolicies(db, clock),
    log: (message, fields) => log.info(fields, message),
    onFallback: figures.llmFellBack,
  });
}

/** Between two pieces of an answer no more time may pass than until the first. */
function ollamaOf({ OLLAMA_HOST: host, OLLAMA_MODEL: model, LLM_FIRST_TOKEN_MS: firstTokenMs }: Env) {
  return { host, model, firstTokenMs, idleMs: firstTokenMs };
}

/** A thread that is left running would keep the process from ending. */
async function openTables(env: Env, loading: Promise<UrlClassifier>, watch: DatabaseWatch): Promise<Db> {
  try {
    return openDatabase({ file: env.database_file, migrations: inPackage('drizzle'), watch });
  } catch (error) {
    await loading.then((classifier) => classifier.close()).catch(() => {});
    throw error;
  }
}

export async function closeParts(parts: Pick<Parts, 'db' | 'classifier' | 'chat'>): Promise<void> {
  await Promise.all([parts.classifier.close(), parts.chat.close(), closeQrReader()]);
  closeDatabase(parts.db);
}

export function settingsOf(env: Env): ProductSettings {
  return {
    version: VERSION,
    started_at: clock.now(),
    client_versions: { min: env.MIN_CLIENT_VERSION, latest: env.LATEST_CLIENT_VERSION },
    max_upload_bytes: env.MAX_UPLOAD_BYTES,
    upload_quota_bytes: env.UPLOAD_QUOTA_BYTES,
    webhook_secret: webhookSecret(env),
    trust_loopback_agents: env.TRUST_LOOPBACK_AGENTS,
    social: {
      google: { client_ids: env.GOOGLE_CLIENT_ID, url: env.GOOGLE_API_URL },
      kakao: { client_ids: env.KAKAO_APP_ID, url: env.KAKAO_API_URL },
      apple: {
        client_ids: env.APPLE_CLIENT_ID,
        keys_url: env.APPLE_KEYS_URL,
        issuer: env.APPLE_ISSUER,
      },
      timeout_ms: env.SOCIAL_TIMEOUT_MS,
    },
  };
}

export interface Running {
  url: string;
  /** Finishes what runs, then closes everything. */
  stop(): Promise<void>;
}

/** Brings the whole product up, in order: database → models → app → listen → schedule. */
export async function start(env: Env): Promise<Running> {
  keepNoLargeBuffers();
  const log = makeLog(env.LOG_LEVEL);
  const stopping = new AbortController();
  // Every agent and every stream that waits listens to it.
  setMaxListeners(0, stopping.signal);
  const figures = makeFigures(clock, { ofProcess: true });
  const parts = await openParts(env, log, stopping.signal, figures);
  addGauges(figures.registry, parts);
  const swept = await sweepFiles(parts, 'too');
  if (swept.unfinished + swept.unnamed > 0) log.warn(swept, 'deleted what cut-off uploads left behind');
  const pools = publishPools(parts, readPools(inPackage('db/content/quiz')));
  if (pools.added + pools.changed + pools.retired > 0) log.info(pools, 'the quizzes were brought up to date');
  const made = await ensureAdmin(parts, env);
  if (made?.password) {
    // Not a log line: it is told once, to whoever sits at the terminal.
    process.stderr.write(
      `\n  Administrator made: ${made.email}\n  Password (shown this once): ${made.password}\n\n`,
    );
  }
  const app = makeApp(parts, {
    rate_limits: env.RATE_LIMITS,
    trust_proxy: env.TRUST_PROXY,
    cors_origins: env.CORS_ORIGINS,
    public_url: env.PUBLIC_URL,
    metrics: {
      registry: figures.registry,
      token: env.METRICS_TOKEN,
      trust_loopback:
        env.METRICS_TOKEN === undefined && env.TRUST_PROXY === 0 && env.PUBLIC_URL === undefined,
    },
  });
  const server = await listen(app.fetch, env);
  const schedule = startSchedule(parts);
  const { port } = server.address() as AddressInfo;
  const url = `http://${env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST}:${port}`;
  log.info({ url, version: VERSION, model: parts.classifier.info.model_version }, 'listening');
  parts.chat.engine().then(
    (engine) => engine.settled.then(() => setTimeout(freeLeftovers, SETTLE_MS).unref()),
    (err) => log.error({ err }, 'the chatbot could not be started'),
  );
  return {
    url,
    stop: async () => {
      stopping.abort();
      await schedule.stop();
      await closeServer(server);
      await closeParts(parts);
      log.info({}, 'stopped');
    },
  };
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], { PORT, HOST }: Env): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port: PORT, hostname: HOST }, () => resolve(server));
    server.once('error', reject);
  });
}

/** Waits for requests that run; idle keep-alive connections are closed, and what is left after the grace too. */
function closeServer(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    const closable = server as ServerType & { closeIdleConnections?(): void; closeAllConnections?(): void };
    const sweep = setInterval(() => closable.closeIdleConnections?.(), 50);
    const force = setTimeout(() => closable.closeAllConnections?.(), GRACE_MS);
    server.close(() => {
      clearInterval(sweep);
      clearTimeout(force);
      resolve();
    });
  });
}
