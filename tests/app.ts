import { randomBytes, randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { closeDatabase, type Db, openDatabase } from '../db/index.ts';
import { type Chat, lazyChat } from '../ml/chat/lazy.ts';
import type { LanguageModel } from '../ml/chat/ollama.ts';
import { openEmbedder } from '../ml/text/embed.ts';
import type { UrlClassifier, UrlScore } from '../ml/url/classify.ts';
import { hashPassword } from '../routers/accounts/auth/passwords.ts';
import { createUser } from '../routers/accounts/auth/users.ts';
import type { Parts, Random, SocialSettings } from '../routers/context.ts';
import type { Push } from '../routers/inbox/push/sender.ts';
import { putInRewards } from '../routers/learning/gami/rewards.ts';
import { makeEmit } from '../routers/reactions.ts';
import { currentPolicies } from '../routers/safety/policies/store.ts';
import { type FileStore, LocalFiles } from '../routers/storage/files/store.ts';
import { makeApp } from '../server/app.ts';
import { inPackage } from '../server/env.ts';
import { addGauges } from '../server/gauges.ts';
import { makeFigures } from '../server/metrics.ts';
import { slowQueries } from '../server/slow-queries.ts';

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

/** A model whose scores a test decides, and that counts what it is asked. Not the real one: for tests of other things. */
export interface ScriptedModel extends UrlClassifier {
  asked: string[][];
  risk(href: string): number;
  failing: boolean;
  /** milliseconds a run takes */
  delay: number;
}

export function scriptedModel(): ScriptedModel {
  const model: ScriptedModel = {
    info: { model_version: 'scripted_v1', thresholds: { dangerous: 0.5, caution: 0.2 } },
    asked: [],
    failing: false,
    delay: 0,
    risk: (href) => (href.includes('evil') ? 0.97 : 0.01),
    async classify(hrefs) {
      model.asked.push([...hrefs]);
      if (model.delay > 0) await new Promise((resolve) => setTimeout(resolve, model.delay));
      if (model.failing) throw new Error('the model is out of order');
      return hrefs.map((href): UrlScore => {
        const risk = model.risk(href);
        return { risk, probability: risk, logit: Math.log(risk / (1 - risk)) };
      });
    },
    healthy: () => !model.failing,
    close: async () => {},
  };
  return model;
}

export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test looks at whatever the wire carries
  body: any;
  headers: Headers;
}

/** A client that keeps its cookie, as browsers and apps do. */
export interface TestClient {
  cookie: string | null;
  token: string | null;
  get(path: string, headers?: Record<string, string>): Promise<Answer>;
  post(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  put(path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>;
  delete(path: string, headers?: Record<string, string>): Promise<Answer>;
  send(path: string, init: RequestInit): Promise<Answer>;
  /** one native tRPC mutation */
  mutate(name: string, input: unknown): Promise<Answer>;
  query(name: string, input?: unknown): Promise<Answer>;
}

export interface TestApp {
  parts: Parts;
  /** where uploaded bytes lie; it is there once something was uploaded */
  files_folder: string;
  clock: TestClock;
  model: ScriptedModel;
  app: ReturnType<typeof makeApp>;
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
  push?: Partial<Push>;
  /** no provider is configured unless given */
  social?: SocialSettings;
  /** where files lie; on disk unless given */
  files?: (db: Db, folder: string) => FileStore;
  /** a database file, for tests that open it again */
  file?: string;
  /** where uploads lie, in `files`; a new folder unless given */
  data_dir?: string;
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

/** The whole product, with a database of its own. It is closed when the test ends. */
export function testApp(options: TestOptions = {}): TestApp {
  const clock = testClock();
  const model = scriptedModel();
  const logged: Record<string, unknown>[] = [];
  const line = (fields: object, message: string) => void logged.push({ ...fields, message });
  const log = { info: line, warn: line, error: line };
  const figures = makeFigures(clock);
  const db = openDatabase({
    file: options.file ?? ':memory:',
    migrations: inPackage('drizzle'),
    ...(options.busy_timeout === undefined ? {} : { busyTimeout: options.busy_timeout }),
    libsql: process.env.TEST_ENGINE === 'libsql' ? {} : undefined,
    watch: {
      ...figures.database,
      slow: slowQueries(options.slow_query_ms ?? 0, { log, clock, figures }),
    },
  });
  const chat = lazyChat({
    knowledgeDir: inPackage('ml/knowledge'),
    indexDir: path.join(tmpdir(), 'flashscan-test-index'),
    embedder: () => openEmbedder(inPackage('ml/text/model')),
    policies: () => currentPolicies(db, clock),
    onFallback: figures.llmFellBack,
  });
  const data_dir = options.data_dir ?? path.join(tmpdir(), `flashscan-test-${randomUUID()}`);
  const files_folder = path.join(data_dir, 'files');
  const draining = new AbortController();
  const stopping = new AbortController();
  setMaxListeners(0, stopping.signal);
  const random: Random = { bytes: (count) => randomBytes(count), uuid: () => randomUUID() };
  const time_zone = options.time_zone ?? 'Asia/Seoul';
  const push = { fcm: null, apns: null, ...options.push };
  const parts: Parts = {
    db,
    files: options.files?.(db, files_folder) ?? new LocalFiles(files_folder),
    classifier: options.classifier ?? model,
    chat: options.chat ?? chat,
    llm: options.llm ?? null,
    clock,
    random,
    log,
    metrics: figures.metrics,
    settings: {
      version: '0.0.0-test',
      started_at: clock.now(),
      store_raw_prompts: options.store_raw_prompts ?? false,
      client_versions: { min: '1.1.0', latest: '1.4.0' },
      max_upload_bytes: options.max_upload_bytes ?? 50 * 1024 * 1024,
      upload_quota_bytes: options.upload_quota_bytes ?? 1024 * 1024 * 1024,
      webhook_secret: WEBHOOK_SECRET,
      time_zone,
      trust_loopback_agents: options.trust_loopback_agents ?? false,
      retention_days: { events: 90, job_logs: 90, notifications: 90, inbox: 365, activity: 365, prompts: 90 },
      backups: {
        database: options.file ?? ':memory:',
        data_dir,
        folder: path.join(data_dir, 'backups'),
        daily: 7,
        weekly: 4,
      },
      social: options.social ?? NO_PROVIDERS,
    },
    emit: makeEmit({ db, clock, random, push, time_zone }),
    push,
    draining: draining.signal,
    stopping: stopping.signal,
  };
  addGauges(figures.registry, parts);
  putInRewards(db, clock);
  const app = makeApp(parts, {
    metrics: { registry: () => figures.registry, token: METRICS_TOKEN, trust_loopback: true },
    rate_limits: options.rate_limits ?? false,
    trust_proxy: options.trust_proxy ?? 0,
    max_batch: 100,
    cors_origins: options.cors_origins ?? [],
  });
  onTestFinished(async () => {
    stopping.abort();
    await parts.chat.close();
    closeDatabase(db);
    if (!options.data_dir) rmSync(data_dir, { recursive: true, force: true });
  });
  const client = () => makeClient(app);
  return {
    parts,
    files_folder,
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

function makeClient(app: ReturnType<typeof makeApp>): TestClient {
  const it: TestClient = {
    cookie: null,
    token: null,
    async send(path, init) {
      const headers = new Headers(init.headers);
      if (it.cookie && !headers.has('cookie')) headers.set('cookie', it.cookie);
      if (it.token && !headers.has('authorization')) headers.set('authorization', `Bearer ${it.token}`);
      const answer = await app.request(path, { ...init, headers });
      for (const cookie of answer.headers.getSetCookie()) {
        const pair = cookie.split(';', 1)[0] as string;
        it.cookie = pair.endsWith('=') ? null : pair;
      }
      const text = await answer.text();
      const json = answer.headers.get('content-type')?.includes('json') && text !== '';
      return { status: answer.status, body: json ? JSON.parse(text) : text, headers: answer.headers };
    },
    get: (path, headers = {}) => it.send(path, { headers }),
    post: (path, body, headers = {}) => it.send(path, withBody('POST', body, headers)),
    put: (path, body, headers = {}) => it.send(path, withBody('PUT', body, headers)),
    delete: (path, headers = {}) => it.send(path, { method: 'DELETE', headers }),
    mutate: (name, input) => it.post(`/trpc/${name}`, input),
    query: (name, input = {}) => it.get(`/trpc/${name}?input=${encodeURIComponent(JSON.stringify(input))}`),
  };
  return it;
}

function withBody(method: string, body: unknown, headers: Record<string, string>): RequestInit {
  if (body === undefined) return { method, headers };
  if (body instanceof FormData) return { method, headers, body };
  return {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  };
}
