import type { ApiKeyScope, Db } from '../../db/index.ts';
import type { Chat } from '../../ml/chat/lazy.ts';
import type { LanguageModel } from '../../ml/chat/ollama.ts';
import type { Language } from '../../ml/text/language.ts';
import type { UrlClassifier } from '../../ml/url/classify.ts';
import type { IdentifiedGuest } from './access.ts';
import type { ErrorCode } from './errors.ts';
import type { Emit } from './events/types.ts';
import type { FileStore } from './file-store.ts';
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
  session_id: number;
  via: 'cookie' | 'bearer';
}
export interface Key {
  kind: 'key';
  key_id: number;
  /** the user who owns the key */
  principal_id: number;
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

/** What the parts tell of their work, for `/metrics`. Each call costs about a microsecond. */
export interface Metrics {
  /** One call of an operation, over whichever face: the status is the one REST gives it. */
  operation(name: string, status: number, ms: number): void;
  scan(from: 'list' | 'cache' | 'model'): void;
  leaseExpired(then: 'requeued' | 'failed'): void;
  /** An event that happened at `created_at` is handed to a stream; what comes back is called when it was taken. */
  startDelivery(created_at: number): () => void;
  /** A stream of events has opened; what comes back is called when it ends. */
  startStream(): () => void;
}

/** What a verb may say about the answer besides its data. */
export interface ResponseMeta {
  /** overrides the procedure's own status (201 that turns out to be 200) */
  status?: number;
  /** pairs, since several cookies share one name */
  headers: [name: string, value: string][];
  /** a file that REST sends instead of the output */
  content?: FileDownload;
}

/** A content of the file store, and what is told with its bytes. */
export interface FileDownload {
  /** bytes */
  size: number;
  /** hex; its ETag */
  sha256: string;
  mime_type: string;
  file_name: string;
  created_at: number;
}

/** What is known of the request a call came with; null for calls that came from inside. */
export interface Http {
  request_id: string;
  address: string;
  user_agent: string | null;
  /** It was made on this machine by a program: no proxy passed it on, and no page in a browser sent it. */
  isLoopback: boolean;
  /** the `Idempotency-Key` header */
  idempotency_key: string | null;
  /** where clients reach the product, without a slash at its end */
  origin: string;
  /** the request came over HTTPS */
  secure: boolean;
  /** who the cookie says it is, whatever a bearer token says */
  cookie: User | Guest | null;
  /** why the credentials that were shown do not count, if they don't */
  authFailure: { code: ErrorCode; by: 'cookie' | 'bearer' } | null;
  response: ResponseMeta;
}

/** What access to an operation needs of accounts. */
export interface Accounts {
  /** The guest who is calling; made, and given a cookie, when this is its first call. */
  ensureGuest(ctx: Context): Promise<IdentifiedGuest>;
  /** The first administrator who is not locked out, by key. */
  findFirstAdmin(db: Db): number | null;
}

/** The parts of the product, built once by the composition. */
export interface Deps {
  db: Db;
  files: FileStore;
  classifier: UrlClassifier;
  chat: Chat;
  /** writes quizzes; null where no language model is configured */
  llm: LanguageModel | null;
  clock: Clock;
  random: Random;
  log: Log;
  metrics: Metrics;
  settings: RuntimeSettings;
  emit: Emit;
  /** the ways to people's phones */
  push: PushSenders;
  accounts: Accounts;
  qr: QrReader;
  /** aborted first when the product is told to stop: who asks is told that new requests had better go elsewhere */
  draining: AbortSignal;
  /** aborted when the product then stops: what waits for something gives up then */
  stopping: AbortSignal;
}

/** Reads the QR codes of images. */
export interface QrReader {
  /** The texts of all QR codes in a PNG, JPEG or WebP image, in the order they are found. */
  read(bytes: Uint8Array): Promise<string[]>;
  close(): Promise<void>;
}

/** What the environment decides and verbs need to know. */
export interface RuntimeSettings {
  version: string;
  started_at: number;
  /** prompts of traces are kept as they were sent, too */
  store_raw_prompts: boolean;
  client_versions: { min: string; latest: string };
  max_upload_bytes: number;
  /** what one user's files may take together */
  upload_quota_bytes: number;
  /** what webhooks are signed with */
  webhook_secret: string;
  /** where leaderboards' days, weeks and months begin, and the days of users who set no zone of their own */
  time_zone: string;
  /** agent operations need no credentials from this machine */
  trust_loopback_agents: boolean;
  backups: BackupSettings;
  retention_days: RetentionDays;
  social: SocialSettings;
}

/** For how many days things are kept that nobody deletes; 0: for ever. */
export interface RetentionDays {
  events: number;
  job_logs: number;
  /** those that were read */
  notifications: number;
  /** feed items, and notifications that were not read */
  inbox: number;
  activity: number;
  /** the texts of LLM traces */
  prompts: number;
}

/** What is backed up, where to, and how many of the nightly ones are kept. */
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

/** Who is asked about people that have an account elsewhere. A provider without client ids logs nobody in. */
export interface SocialSettings {
  google: { client_ids: readonly string[]; url: string };
  kakao: { client_ids: readonly string[]; url: string };
  apple: { client_ids: readonly string[]; keys_url: string; issuer: string };
  /** what one login may wait for its provider, milliseconds */
  timeout_ms: number;
}

/** Gives back what was counted against a rate limit. */
export type Refund = () => void;

/** What every verb gets. */
export interface Context extends Deps {
  /** replaced when a guest becomes someone; calls of one batch share it */
  auth: { caller: Caller };
  language: Language;
  http: Http | null;
  /** no other call shares it */
  ownsContext?: boolean | undefined;
  /**
   * Counts `cost` calls against a rate; throws RATE_LIMIT_EXCEEDED when there is not that much left. What it returns
   * takes the count back.
   */
  consume(rate: Rate, cost?: number, on?: string): Refund;
}

export type { Db };
