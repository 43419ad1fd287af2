import type { ApiKeyScope, Db, FeedStore } from '../../db/index.ts';
import type { Chat } from '../../ml/chat/lazy.ts';
import type { LanguageModel } from '../../ml/chat/ollama.ts';
import type { FairQueue } from '../../ml/fair-queue.ts';
import type { AdviceSource } from '../../ml/message/advice.ts';
import type { MessageClassifier } from '../../ml/message/classifier.ts';
import type { PictureReader } from '../../ml/picture/picture-reader.ts';
import type { TaskThread } from '../../ml/task-thread.ts';
import type { Language } from '../../ml/text/language.ts';
import type { UrlClassifier } from '../../ml/url/classify.ts';
import type { IdentifiedGuest } from './access.ts';
import type { ErrorCode } from './errors.ts';
import type { Emit } from './events/types.ts';
import type { FileStore } from './file-store.ts';
import type { Network } from './network.ts';
import type { PushSenders } from './push-senders.ts';
import type { Rate } from './rate-limits.ts';

/** Who is calling, resolved once per request. */
export type Caller = Guest | User | Key | System;

export interface Guest {
  kind: 'guest';
  /** null until the first operation that stores something for this guest */
  principal_id: number | null;
  guest_id: string | null;
  session_id: number | null;
}
export interface User {
  kind: 'user';
  principal_id: number;
  public_id: string;
  role: 'user' | 'admin';
  /** 0 for a caller with an API key, which belongs to no login */
  session_id: number;
  via: 'cookie' | 'bearer';
}
export interface Key {
  kind: 'key';
  key_id: number;
  /** the user who owns the key */
  principal_id: number;
  public_id: string;
  scopes: readonly ApiKeyScope[];
}
/** The product itself: scheduled jobs and the command line. */
export interface System {
  kind: 'system';
  name: 'command line' | 'schedule';
}

export interface Clock {
  /** Unix milliseconds */
  now(): number;
}

export interface Random {
  bytes(count: number): Buffer;
  uuid(): string;
}

/** One structured line; fields hold no secrets, no personal data, no URLs of scans. */
export interface Log {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** Counters and timers behind `/metrics`. A call of one takes about a microsecond. */
export interface Metrics {
  /** Counts one call of an operation, whichever transport it used; `status` is the one REST gives it. */
  operation(name: string, status: number, ms: number): void;
  scan(from: 'list' | 'feed' | 'cache' | 'model'): void;
  leaseExpired(outcome: 'requeued' | 'failed'): void;
  /** Call when an event of `created_at` is passed to a stream; call the returned function when the stream has read it. */
  startDelivery(created_at: number): () => void;
  /** Call when an event stream opens; call the returned function when it ends. */
  startStream(): () => void;
}

/** What a response has besides its body. */
export interface ResponseMeta {
  /** instead of the procedure's status, such as 200 instead of 201 for what existed already */
  status?: number;
  /** pairs, since several cookies share one name */
  headers: [name: string, value: string][];
  /** a file that REST sends instead of the output */
  content?: FileDownload;
}

/** A file of the file store, with what its headers need. */
export interface FileDownload {
  /** bytes */
  size: number;
  /** hex; its ETag */
  sha256: string;
  mime_type: string;
  file_name: string;
  created_at: number;
}

/** The HTTP request of a call; null for calls from inside the server. */
export interface Http {
  request_id: string;
  address: string;
  user_agent: string | null;
  /** a program on this machine sent it: no proxy forwarded it, and no page in a browser made it */
  isLoopback: boolean;
  /** the `Idempotency-Key` header */
  idempotency_key: string | null;
  /** the address under which clients reach the product, without a trailing slash */
  origin: string;
  /** the request came over HTTPS */
  secure: boolean;
  /** the caller of the cookie, also when a bearer token names another one */
  cookieCaller: User | Guest | null;
  /** why the credentials of the request were not accepted; null if they were, or if there are none */
  authFailure: { code: ErrorCode; by: 'cookie' | 'bearer' } | null;
  response: ResponseMeta;
}

/** What core needs of `routers/accounts`. */
export interface Accounts {
  /** The guest of the call. The first call of an anonymous caller creates the guest and sets a cookie. */
  ensureGuest(ctx: Context): Promise<IdentifiedGuest>;
  /** The id of the first administrator who is not locked; null if there is none. */
  findFirstAdmin(db: Db): number | null;
}

/** What lives as long as the process; `server/process/deps.ts` builds it. */
export interface Deps {
  db: Db;
  files: FileStore;
  classifier: UrlClassifier;
  message_classifier: MessageClassifier;
  /** what to do about frauds, from the knowledge base */
  advice: AdviceSource;
  chat: Chat;
  /** writes quizzes; null where no language model is configured */
  llm: LanguageModel | null;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
  settings: RuntimeSettings;
  emit: Emit;
  /** FCM and APNs */
  push: PushSenders;
  accounts: Accounts;
  /** runs what takes long for a text */
  tasks: TaskThread;
  /** callers whose texts hold many URLs take turns at the model */
  turns: FairQueue;
  pictures: PictureReader;
  /** known threats */
  feeds: FeedStore;
  /** asks redirectors where links lead; null unless RESOLVE_REDIRECTS is on */
  network: Network | null;
  /** aborted when a shutdown is requested: `/health/ready` then answers 503, so that load balancers send no new requests */
  draining: AbortSignal;
  /** aborted STOP_DELAY_MS later: streams, waiting agents and scheduled jobs end */
  stopping: AbortSignal;
}

/** The environment variables that verbs need. */
export interface RuntimeSettings {
  version: string;
  started_at: number;
  /** prompts of traces are also stored unmasked */
  store_raw_prompts: boolean;
  client_versions: { min: string; latest: string };
  max_upload_bytes: number;
  /** bytes that the files of one user may have in total */
  upload_quota_bytes: number;
  /** verifies the signatures of webhooks */
  webhook_secret: string;
  /** for the days, weeks and months of leaderboards, and for users who set no time zone */
  time_zone: string;
  /** operations of agents need no credentials when called from this machine */
  trust_loopback_agents: boolean;
  backups: BackupSettings;
  retention_days: RetentionDays;
  social: SocialSettings;
  /** feeds of known threats that are fetched by the schedule */
  feeds: readonly { name: string; url: string }[];
  /** milliseconds that one answer waits for the language model's version */
  llm_answer_ms: number;
}

/** After how many days rows are deleted; 0: never. */
export interface RetentionDays {
  events: number;
  job_logs: number;
  /** notifications that were read */
  notifications: number;
  /** feed items, and notifications that were not read */
  inbox: number;
  activity: number;
  /** the texts of LLM traces */
  prompts: number;
}

/** What is backed up, the target folder, and how many nightly backups are kept. */
export interface BackupSettings {
  /** the database file, or `:memory:` */
  database: string;
  data_dir: string;
  /** files lie in an object store */
  files_in_bucket?: boolean;
  folder: string;
  daily: number;
  weekly: number;
}

/** The providers of social login. A provider without client ids is off. */
export interface SocialSettings {
  google: { client_ids: readonly string[]; url: string };
  kakao: { client_ids: readonly string[]; url: string };
  apple: { client_ids: readonly string[]; keys_url: string; issuer: string };
  /** milliseconds to wait for the provider's answer */
  timeout_ms: number;
}

/** Gives back what was counted against a rate limit. */
export type Refund = () => void;

/** The context of a call: every verb gets it. */
export interface Context extends Deps {
  /** `caller` is replaced at login; the calls of one batch share this object */
  auth: { caller: Caller };
  language: Language;
  http: Http | null;
  /** one call alone uses this context, so it may be changed instead of copied */
  isSingleCall?: boolean | undefined;
  /**
   * Counts `cost` calls against a rate limit. `key` is for limits with `keyBy: 'explicit'`. Throws RATE_LIMIT_EXCEEDED
   * when less is left. What it returns takes the count back.
   */
  consume(rate: Rate, cost?: number, key?: string): Refund;
}

export type { Db };
