import { randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { closeDatabase, type Db, FeedStore, openDatabase } from '../../db/index.ts';
import { type Chat, createLazyChat } from '../../ml/chat/lazy.ts';
import type { LanguageModel } from '../../ml/chat/ollama.ts';
import { FairQueue } from '../../ml/fair-queue.ts';
import { openAdvice } from '../../ml/message/advice.ts';
import { loadMessageClassifier } from '../../ml/message/classifier.ts';
import { PictureProcesses } from '../../ml/picture/picture-reader.ts';
import { TaskThread } from '../../ml/task-thread.ts';
import { openEmbedder } from '../../ml/text/embed.ts';
import type { UrlClassifier } from '../../ml/url/classify.ts';
import { ensureGuest } from '../../routers/accounts/auth/guests.ts';
import { hashPassword } from '../../routers/accounts/auth/passwords.ts';
import { createUser, findFirstAdmin } from '../../routers/accounts/auth/users.ts';
import type { Deps, Log, Random, RuntimeSettings, SocialSettings } from '../../routers/core/context.ts';
import { createEmit } from '../../routers/core/events/emit.ts';
import type { FileStore } from '../../routers/core/file-store.ts';
import type { Network } from '../../routers/core/network.ts';
import type { PushSenders } from '../../routers/core/push-senders.ts';
import { EVENT_HANDLERS, TRANSIENT_HANDLERS } from '../../routers/event-handlers.ts';
import { seedPrices } from '../../routers/insight/llm/prices.ts';
import { seedRewards } from '../../routers/learning/gami/rewards.ts';
import { getCurrentPolicies } from '../../routers/safety/policies/store.ts';
import { LocalFiles } from '../../routers/storage/files/store.ts';
import { createApp } from '../../server/http/app.ts';
import { addGauges } from '../../server/observability/gauges.ts';
import { createMetrics, type MetricsRegistry } from '../../server/observability/metrics.ts';
import { createSlowQueryLog } from '../../server/observability/slow-queries.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { type ScriptedModel, scriptedModel } from './scripted-model.ts';
import { makeClient, type TestClient } from './test-client.ts';

export type { Answer, TestClient } from './test-client.ts';

export interface TestClock {
  now(): number;
  /** `'61s'`, `'5m'`, `'25h'`, `'31d'` */
  advance(by: string): void;
}

const UNITS = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

function testClock(): TestClock {
  let offset = 0;
  return {
    now: () => Date.now() + offset,
    advance(by) {
      offset += Number(by.slice(0, -1)) * UNITS[by.at(-1) as keyof typeof UNITS];
    },
  };
}

export interface TestApp {
  deps: Deps;
  /** where uploaded bytes lie; it is there once something was uploaded */
  files_folder: string;
  clock: TestClock;
  model: ScriptedModel;
  app: ReturnType<typeof createApp>;
  client(): TestClient;
  /** a client that has registered: `alice` is `alice@example.com` */
  user(name: string): Promise<TestClient & { id: number }>;
  admin(): Promise<TestClient>;
  logged: Record<string, unknown>[];
  /** as when the product is told to stop and still takes requests */
  drain(): void;
  /** what waits or streams gives up, as when the product is told to stop */
  stop(): void;
}

export interface TestOptions {
  /** one of the product in any case: the test looks into its connection */
  alone?: boolean;
  rate_limits?: boolean;
  store_raw_prompts?: boolean;
  classifier?: UrlClassifier;
  /** started by the first question; the model that ships, no language model */
  chat?: Chat;
  llm?: LanguageModel;
  cors_origins?: string[];
  trust_proxy?: number;
  trust_loopback_agents?: boolean;
  max_upload_bytes?: number;
  upload_quota_bytes?: number;
  /** none are measured unless given */
  slow_query_ms?: number;
  time_zone?: string;
  /** none unless given */
  push?: Partial<PushSenders>;
  /** no provider is configured unless given */
  social?: SocialSettings;
  /** feeds that the schedule fetches */
  feeds?: RuntimeSettings['feeds'];
  /** reaches redirectors; none are asked unless given */
  network?: Network;
  /** where files lie; on disk unless given */
  files?: (db: Db, folder: string) => FileStore;
  /** a database file, for tests that open it again */
  file?: string;
  /** where uploads lie, in `files`; a new folder unless given */
  data_dir?: string;
  /** milliseconds that a task may take on its thread */
  task_deadline_ms?: number;
  /** milliseconds that a lock of another process is waited for */
  busy_timeout?: number;
}

export const METRICS_TOKEN = 'a-token-of-the-metrics';
export const WEBHOOK_SECRET = 'a secret of webhooks';
export const PASSWORD = 'correct horse battery staple';

const NOBODY = { client_ids: [], url: 'http://127.0.0.1:1' };
const NO_PROVIDERS: SocialSettings = {
  google: NOBODY,
  kakao: NOBODY,
  apple: { client_ids: [], keys_url: NOBODY.url, issuer: 'https://appleid.apple.com' },
  timeout_ms: 1000,
};

/** Two of the product share each database then, as two processes do: requests go to one and the other by turns. */
const TWINS = process.env.TEST_INSTANCES === '2';

const message_classifier = loadMessageClassifier(resolveInPackage('ml/message/model'));

/** The whole product, with a database of its own. It is closed when the test ends. */
export function testApp(options: TestOptions = {}): TestApp {
  const clock = testClock();
  const model = scriptedModel();
  const logged: Record<string, unknown>[] = [];
  const line = (fields: object, message: string) => void logged.push({ ...fields, message });
  const log = { info: line, warn: line, error: line };
  const metricsRegistry = createMetrics(clock);
  const data_dir = options.data_dir ?? path.join(tmpdir(), `flashscan-test-${randomUUID()}`);
  const draining = new AbortController();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const twins = TWINS && !options.alone;
  if (twins) mkdirSync(data_dir, { recursive: true });
  const file = options.file ?? (twins ? path.join(data_dir, 'twins.db') : ':memory:');
  const shared: Shared = {
    options,
    file,
    data_dir,
    clock,
    model,
    log,
    metricsRegistry: metricsRegistry,
    draining,
    stopping,
  };
  const instances = [instance(shared), ...(twins ? [instance(shared)] : [])];
  const [{ parts: deps, app }] = instances as [Instance];
  const { db } = deps;
  addGauges(metricsRegistry.registry, deps);
  seedRewards(db, clock);
  seedPrices(db);
  onTestFinished(async () => {
    stopping.abort();
    for (const { parts: deps } of instances) {
      await deps.chat.close();
      await deps.tasks.close();
      deps.feeds.close();
      closeDatabase(deps.db);
    }
    if (!options.data_dir) rmSync(data_dir, { recursive: true, force: true });
  });
  const client = () => makeClient(instances.map(({ app }) => app));
  return {
    deps,
    files_folder: path.join(data_dir, 'files'),
    clock,
    model,
    app,
    logged,
    drain: () => draining.abort(),
    stop: () => stopping.abort(),
    client,
    async user(name) {
      const it = client();
      const { status, body } = await it.post('/auth/register', {
        email: `${name}@example.com`,
        password: PASSWORD,
      });
      if (status !== 201) throw new Error(`registering ${name} failed: ${JSON.stringify(body)}`);
      it.token = body.access_token;
      const me = await it.get('/me');
      return Object.assign(it, { id: me.body.id as number });
    },
    async admin() {
      const password_hash = await hashPassword(PASSWORD);
      createUser(db, clock, { email: 'admin@example.com', username: 'admin', password_hash, role: 'admin' });
      const it = client();
      const { body } = await it.post('/auth/login', { email: 'admin@example.com', password: PASSWORD });
      it.token = body.access_token;
      return it;
    },
  };
}

/** What instances of the product share that share a database: all but what each process has for itself. */
interface Shared {
  options: TestOptions;
  file: string;
  data_dir: string;
  clock: TestClock;
  model: ScriptedModel;
  log: Log;
  metricsRegistry: MetricsRegistry;
  draining: AbortController;
  stopping: AbortController;
}
type Instance = { parts: Deps; app: ReturnType<typeof createApp> };

function instance(shared: Shared): Instance {
  const { options, file, data_dir, clock, model, log, metricsRegistry, draining, stopping } = shared;
  const db = openDatabase({
    file,
    migrations: resolveInPackage('drizzle'),
    ...(options.busy_timeout === undefined ? {} : { busyTimeout: options.busy_timeout }),
    watch: {
      ...metricsRegistry.database,
      slow: createSlowQueryLog(options.slow_query_ms ?? 0, { log, clock, metricsRegistry: metricsRegistry }),
    },
  });
  const chat = createLazyChat({
    knowledgeDir: resolveInPackage('ml/knowledge'),
    indexDir: path.join(tmpdir(), 'flashscan-test-index'),
    embedder: () => openEmbedder(resolveInPackage('ml/text/model')),
    policies: () => getCurrentPolicies(db, clock),
    onFallback: metricsRegistry.llmFellBack,
  });
  const files_folder = path.join(data_dir, 'files');
  const random: Random = { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };
  const settings = settingsFor(options, { file, data_dir, clock });
  const push = { fcm: null, apns: null, ...options.push };
  const deps: Deps = {
    db,
    files: options.files?.(db, files_folder) ?? new LocalFiles(files_folder),
    classifier: options.classifier ?? model,
    message_classifier,
    advice: openAdvice(resolveInPackage('ml/knowledge')),
    chat: options.chat ?? chat,
    llm: options.llm ?? null,
    clock,
    random,
    log,
    metrics: metricsRegistry.metrics,
    settings,
    emit: createEmit(
      { db, clock, random, push, time_zone: settings.time_zone },
      EVENT_HANDLERS,
      TRANSIENT_HANDLERS,
    ),
    push,
    accounts: { ensureGuest, findFirstAdmin },
    tasks: new TaskThread(options.task_deadline_ms),
    turns: new FairQueue(),
    pictures: new PictureProcesses(),
    feeds: new FeedStore(path.join(data_dir, 'feeds', 'feeds.db')),
    network: options.network ?? null,
    draining: draining.signal,
    stopping: stopping.signal,
  };
  const app = createApp(deps, {
    metrics: { registry: () => metricsRegistry.registry, token: METRICS_TOKEN, trust_loopback: true },
    rate_limits: options.rate_limits ?? false,
    trust_proxy: options.trust_proxy ?? 0,
    max_batch: 100,
    cors_origins: options.cors_origins ?? [],
  });
  return { parts: deps, app };
}

function settingsFor(
  options: TestOptions,
  { file, data_dir, clock }: Pick<Shared, 'file' | 'data_dir' | 'clock'>,
): RuntimeSettings {
  return {
    version: '0.0.0-test',
    started_at: clock.now(),
    store_raw_prompts: options.store_raw_prompts ?? false,
    client_versions: { min: '1.1.0', latest: '1.4.0' },
    max_upload_bytes: options.max_upload_bytes ?? 50 * 1024 * 1024,
    upload_quota_bytes: options.upload_quota_bytes ?? 1024 * 1024 * 1024,
    webhook_secret: WEBHOOK_SECRET,
    time_zone: options.time_zone ?? 'Asia/Seoul',
    trust_loopback_agents: options.trust_loopback_agents ?? false,
    retention_days: { events: 90, job_logs: 90, notifications: 90, inbox: 365, activity: 365, prompts: 90 },
    backups: { database: file, data_dir, folder: path.join(data_dir, 'backups'), daily: 7, weekly: 4 },
    social: options.social ?? NO_PROVIDERS,
    feeds: options.feeds ?? [],
    llm_answer_ms: 5000,
  };
}
