import path from 'node:path';
import type { Logger } from 'pino';
import { closeDatabase, type DatabaseWatch, type Db, FeedStore } from '../../db/index.ts';
import { type Chat, createLazyChat } from '../../ml/chat/lazy.ts';
import { LanguageModel } from '../../ml/chat/ollama.ts';
import { FairQueue } from '../../ml/fair-queue.ts';
import { openAdvice } from '../../ml/message/advice.ts';
import { loadMessageClassifier } from '../../ml/message/classifier.ts';
import { openModelThread } from '../../ml/model-thread.ts';
import { PictureProcesses } from '../../ml/picture/picture-reader.ts';
import { TaskThread } from '../../ml/task-thread.ts';
import { openEmbedder } from '../../ml/text/embed.ts';
import { startClassifier, type UrlClassifier } from '../../ml/url/classify.ts';
import { ensureGuest } from '../../routers/accounts/auth/guests.ts';
import { findFirstAdmin } from '../../routers/accounts/auth/users.ts';
import type { Deps } from '../../routers/core/context.ts';
import { createEmit } from '../../routers/core/events/emit.ts';
import type { FileStore } from '../../routers/core/file-store.ts';
import type { PushSenders } from '../../routers/core/push-senders.ts';
import { EVENT_HANDLERS, TRANSIENT_HANDLERS } from '../../routers/event-handlers.ts';
import { ApnsSender } from '../../routers/inbox/push/apns.ts';
import { FcmSender } from '../../routers/inbox/push/fcm.ts';
import { getCurrentPolicies } from '../../routers/safety/policies/store.ts';
import { createContentLeases } from '../../routers/storage/files/content-leases.ts';
import { S3Files } from '../../routers/storage/files/s3.ts';
import { LocalFiles } from '../../routers/storage/files/store.ts';
import { createMetrics, type MetricsRegistry } from '../observability/metrics.ts';
import { createSlowQueryLog } from '../observability/slow-queries.ts';
import { isForPeople } from './banner.ts';
import { clock, random } from './clock-and-random.ts';
import { type Env, resolveInPackage } from './env.ts';
import { createBufferCollector } from './memory.ts';
import { network } from './network.ts';
import { openProductDatabase } from './open-database.ts';
import { createProcessLog } from './process-log.ts';
import { createLateProgress } from './progress.ts';
import { toSettings } from './settings.ts';

/** Opens the product without HTTP, for the server and for the command line. */
export async function openDeps(
  env: Env,
  log: Logger = createProcessLog(env),
  metricsRegistry: MetricsRegistry = createMetrics(clock),
  shutdown: ShutdownControllers = { draining: new AbortController(), stopping: new AbortController() },
): Promise<Deps> {
  // The model loads in its thread while the migrations run.
  const thread = openModelThread((err) => log.error({ err }, 'the model thread ended and is started again'));
  const loading = startClassifier({
    modelDir: env.url_model_dir,
    thread,
    onRun: metricsRegistry.modelRan,
    onLoadError: (err) =>
      log.error(
        { err },
        'the URL model cannot be loaded: scans are refused until it can; see flashscan doctor',
      ),
  });
  const db = await openDatabaseOrCloseModel(loading, env, {
    ...metricsRegistry.database,
    slow: createSlowQueryLog(env.SLOW_QUERY_MS, { log, clock, metricsRegistry }),
  });
  const classifier = await loading;
  const chat = createChat(env, { db, log, metricsRegistry });
  const settings = toSettings(env);
  // Separate from the chatbot's queue, so that chats do not wait for quizzes.
  const llm = env.OLLAMA_MODEL === '' ? null : new LanguageModel(toOllamaOptions(env));
  const files = openFiles(env, db);
  const push = createPushSenders(env);
  const emit = createEmit(
    { db, clock, random, push, time_zone: env.TIME_ZONE },
    EVENT_HANDLERS,
    TRANSIENT_HANDLERS,
  );
  const { metrics } = metricsRegistry;
  const [draining, stopping] = [shutdown.draining.signal, shutdown.stopping.signal];
  return {
    message_classifier: loadMessageClassifier(resolveInPackage('ml/message/model')),
    advice: openAdvice(resolveInPackage('ml/knowledge')),
    db,
    files,
    classifier,
    chat,
    llm,
    clock,
    random,
    log,
    metrics,
    settings,
    emit,
    push,
    accounts: { ensureGuest, findFirstAdmin },
    draining,
    stopping,
    pictures: new PictureProcesses(),
    tasks: new TaskThread(),
    turns: new FairQueue(),
    feeds: new FeedStore(path.join(env.DATA_DIR, 'feeds', 'feeds.db')),
    network: env.RESOLVE_REDIRECTS ? network : null,
  };
}

/** Uploads are written to DATA_DIR first, also on their way to a bucket. */
function openFiles({ DATA_DIR, bucket }: Env, db: Db): FileStore {
  const folder = path.join(DATA_DIR, 'files');
  if (!bucket) return new LocalFiles(folder, createBufferCollector());
  return new S3Files(bucket, {
    leases: createContentLeases({ db, clock, random }),
    uploadFolder: path.join(folder, 'arriving'),
  });
}

/** The controllers of `Deps.draining` and `Deps.stopping`. */
export type ShutdownControllers = Record<'draining' | 'stopping', AbortController>;

/** The senders connect at the first push. */
function createPushSenders(env: Env): PushSenders {
  const { FCM_SERVICE_ACCOUNT: account, APNS_KEY: key, APNS_KEY_ID, APNS_TEAM_ID, APNS_TOPIC } = env;
  const apns = key && APNS_KEY_ID && APNS_TEAM_ID && APNS_TOPIC;
  return {
    fcm: account ? new FcmSender({ account, url: env.FCM_API_URL, clock }) : null,
    apns: apns
      ? new ApnsSender({
          key,
          key_id: APNS_KEY_ID,
          team_id: APNS_TEAM_ID,
          topic: APNS_TOPIC,
          url: env.APNS_URL,
          clock,
          random,
        })
      : null,
  };
}

/** The chatbot starts at its first use: its index takes seconds, and most commands need no chatbot. */
function createChat(
  env: Env,
  { db, log, metricsRegistry }: { db: Db; log: Logger; metricsRegistry: MetricsRegistry },
): Chat {
  return createLazyChat({
    knowledgeDir: resolveInPackage('ml/knowledge'),
    indexDir: path.join(env.DATA_DIR, 'chat-index'),
    // On a thread of its own: a question takes 10 ms there, for which no scan waits.
    embedder: () => openEmbedder(env.EMBEDDING_MODEL ?? resolveInPackage('ml/text/model'), env.OLLAMA_HOST),
    ollama: env.OLLAMA_MODEL === '' ? undefined : toOllamaOptions(env),
    policies: () => getCurrentPolicies(db, clock),
    log: (message, fields) => log.info(fields, message),
    onIndexing:
      isForPeople(env) && process.stderr.isTTY ? createLateProgress('Building the chatbot index') : undefined,
    onFallback: metricsRegistry.llmFellBack,
  });
}

/** The timeout between two chunks of an answer is the timeout of the first. */
function toOllamaOptions({ OLLAMA_HOST: host, OLLAMA_MODEL: model, LLM_FIRST_TOKEN_MS: firstTokenMs }: Env) {
  return { host, model, firstTokenMs, idleMs: firstTokenMs };
}

/** Opens the database while the model loads. On failure, the model's thread, which keeps the process alive, is closed. */
async function openDatabaseOrCloseModel(
  loading: Promise<UrlClassifier>,
  env: Env,
  watch: DatabaseWatch,
): Promise<Db> {
  try {
    return openProductDatabase(env, watch);
  } catch (error) {
    await loading.then((classifier) => classifier.close()).catch(() => {});
    throw error;
  }
}

export async function closeDeps(
  deps: Pick<Deps, 'db' | 'classifier' | 'chat' | 'push' | 'pictures' | 'tasks' | 'feeds'>,
): Promise<void> {
  for (const sender of Object.values(deps.push)) sender?.close?.();
  await Promise.all([deps.classifier.close(), deps.chat.close(), deps.pictures.close(), deps.tasks.close()]);
  deps.feeds.close();
  closeDatabase(deps.db);
}
