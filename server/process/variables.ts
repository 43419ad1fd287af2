import { statSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isTimeZone } from '../../routers/core/time-zone.ts';
import { BUCKET_VARIABLES } from './bucket-env.ts';
import { choice, commaList, flag, folderWith, httpUrl, integer, text, versionNumber } from './env-types.ts';
import { PUSH_VARIABLES } from './push-env.ts';

const MIB = 1024 * 1024;

/** Files without which a folder is no URL model. */
const URL_TABLE_FILES = ['ngram.bin', 'bag.bin', 'calibration.json'];
/** A model without an encoder has none of them. */
const URL_ENCODER_FILES = ['config.json', 'tokenizer.json', 'onnx/model_fp16.onnx'];

/** The files that a folder lacks to be a URL model: those that are absent or empty. */
export function listMissingModelFiles(folder: string): string[] {
  const isMissing = (file: string) =>
    (statSync(path.join(folder, file), { throwIfNoEntry: false })?.size ?? 0) === 0;
  const hasEncoder = !URL_ENCODER_FILES.every(isMissing);
  return [...URL_TABLE_FILES, ...(hasEncoder ? URL_ENCODER_FILES : [])].filter(isMissing);
}

const urlModelFolder = z.string().refine((folder) => listMissingModelFiles(folder).length === 0, {
  error:
    'must be a folder with a URL model (config.json, onnx/model_fp16.onnx …); without the variable the one that ships is used',
});

const days = (fallback: number) => integer({ min: 0, max: 36_500, unit: 'in days' }).default(fallback);
const milliseconds = (min: number, max: number) => integer({ min, max, unit: 'in milliseconds' });

const origin = z
  .string()
  .regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be origins such as https://app.example.com, separated by commas');

/** A word without scheme, port and dot is a typing mistake more often than a host. */
const ollamaHost = z
  .string()
  .regex(
    /^(?:https?:\/\/[^\s/]+|localhost|\[[\da-fA-F:]+\](?::\d+)?|[^\s/:]+(?:\.[^\s/:]+)+(?::\d+)?|[^\s/:]+:\d+)\/?$/,
    'must be an address such as http://127.0.0.1:11434',
  );

const embeddingModel = z
  .string()
  .refine((name) => /^ollama:./.test(name) || folderWith(['config.json'], '').safeParse(name).success, {
    error: 'must be ollama:<model>, or a folder in transformers.js form with a config.json',
  });

/** `openphish=https://example.com/feed.txt`; plain HTTP for this machine only */
const feedSource = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9-]{0,39}=(?:https:\/\/[^\s,]+|http:\/\/(?:127\.0\.0\.1|localhost)[:/][^\s,]*)$/,
    'must be name=https://address, separated by commas',
  );

function toFeedSource(source: string): { name: string; url: string } {
  const end = source.indexOf('=');
  return { name: source.slice(0, end), url: source.slice(end + 1) };
}

/** Every environment variable that the product reads, with its default. `.env.example` lists them. */
export const VARIABLES = {
  PORT: integer({ min: 0, max: 65_535 }).default(5000),
  HOST: text({ max: 253 }).default('127.0.0.1'),
  /** processes that serve together, on one port and one database */
  WORKERS: integer({ min: 1, max: 64 }).default(1),
  DATA_DIR: text().default('./data'),
  DATABASE_URL: z
    .string()
    .regex(
      /^file:(?!\/\/[^/])./,
      'must be file: and the path of an SQLite file, such as file:/srv/flashscan.db',
    )
    .optional(),
  ...BUCKET_VARIABLES,
  LOG_LEVEL: choice(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** auto: lines for people on a terminal, JSON elsewhere */
  LOG_FORMAT: choice(['auto', 'json', 'text']).default('auto'),
  /** keep prompts as they were sent, with the personal data in them */
  STORE_RAW_PROMPTS: flag(false),
  ADMIN_EMAIL: z.email('must be an e-mail address').optional(),
  ADMIN_PASSWORD: text({ min: 8, max: 128 }).optional(),
  /** between the answer that the server is not ready and the end of listening */
  STOP_DELAY_MS: milliseconds(0, 120_000).default(0),
  /** slower statements are logged; 0 measures none */
  SLOW_QUERY_MS: milliseconds(0, 60_000).default(100),
  RATE_LIMITS: flag(true),
  /** the bearer token of /metrics */
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{16,200}$/, 'must have 16 to 200 characters without spaces')
    .optional(),
  /** the number of proxies in front, counted from the server; 0 trusts no forwarded address */
  TRUST_PROXY: z
    .string()
    .regex(/^(\d{1,2}|true|false)$/, 'must be true, false or a number of proxies')
    .transform((value) => (value === 'true' ? 1 : value === 'false' ? 0 : Number(value)))
    .default(0),
  /** agent operations need no credentials from this machine: for a laptop */
  TRUST_LOOPBACK_AGENTS: flag(false),
  /** where days begin, for leaderboards and for users without a time zone */
  TIME_ZONE: z.string().refine(isTimeZone, 'must be a time zone such as Asia/Seoul').default('Asia/Seoul'),
  CORS_ORIGINS: commaList(origin),
  URL_MODEL_DIR: urlModelFolder.optional(),
  /** Ollama itself reads this variable too, and accepts it without a scheme */
  OLLAMA_HOST: ollamaHost.default('http://127.0.0.1:11434'),
  /** empty: the chatbot answers without a language model */
  OLLAMA_MODEL: text({ min: 0, max: 200 }).default(''),
  /** empty: the one that ships */
  EMBEDDING_MODEL: embeddingModel.optional(),
  LLM_FIRST_TOKEN_MS: milliseconds(100, 600_000).default(20_000),
  /** milliseconds that POST /chatbot/ask waits for the model's version of an answer; a stream waits as long as it takes */
  LLM_ANSWER_MS: milliseconds(0, 600_000).default(5_000),
  /** until a request has arrived whole, with its body */
  REQUEST_TIMEOUT_MS: milliseconds(1000, 3_600_000).default(300_000),
  /** open at once, with streams and waiting agents; more are closed */
  MAX_CONNECTIONS: integer({ min: 1, max: 1_000_000 }).default(10_000),
  /** calls in one tRPC batch */
  MAX_BATCH: integer({ min: 1, max: 1000 }).default(100),
  MAX_UPLOAD_BYTES: integer({ min: 1024, unit: 'in bytes' }).default(50 * MIB),
  /** of all files of one user */
  UPLOAD_QUOTA_BYTES: integer({ min: 0, unit: 'in bytes' }).default(1024 * MIB),
  /** signs webhooks; without it one is made and stored in DATA_DIR */
  WEBHOOK_SECRET: text({ min: 8 }).optional(),
  /** days after which rows are deleted that nobody deletes; 0: never */
  RETENTION_DAYS_EVENTS: days(90),
  RETENTION_DAYS_JOB_LOGS: days(90),
  RETENTION_DAYS_NOTIFICATIONS: days(90),
  RETENTION_DAYS_INBOX: days(365),
  RETENTION_DAYS_ACTIVITY: days(365),
  RETENTION_DAYS_PROMPTS: days(90),
  /** default: `backups` in DATA_DIR */
  BACKUP_DIR: text().optional(),
  /** nightly backups that stay: the newest of each of so many days and weeks; 0 days: no nightly backup */
  BACKUP_KEEP_DAILY: integer({ min: 0, max: 366 }).default(7),
  BACKUP_KEEP_WEEKLY: integer({ min: 0, max: 520 }).default(4),
  /** name=https://…, separated by commas: feeds of known threats that are fetched every six hours */
  FEEDS: commaList(feedSource).transform((sources) => sources.map(toFeedSource)),
  /** ask shorteners and other redirectors where links lead */
  RESOLVE_REDIRECTS: flag(false),
  /** where clients reach the product, when that is not where it listens */
  PUBLIC_URL: httpUrl.optional(),
  /** accepted client ids, separated by commas; a provider without any is refused */
  GOOGLE_CLIENT_ID: commaList(),
  KAKAO_APP_ID: commaList(),
  APPLE_CLIENT_ID: commaList(),
  GOOGLE_API_URL: httpUrl.default('https://www.googleapis.com'),
  KAKAO_API_URL: httpUrl.default('https://kapi.kakao.com'),
  APPLE_KEYS_URL: httpUrl.default('https://appleid.apple.com/auth/keys'),
  APPLE_ISSUER: text().default('https://appleid.apple.com'),
  SOCIAL_TIMEOUT_MS: milliseconds(100, 60_000).default(5000),
  ...PUSH_VARIABLES,
  MIN_CLIENT_VERSION: versionNumber.default('1.0.0'),
  LATEST_CLIENT_VERSION: versionNumber.default('1.0.0'),
};

/** Never printed, not even when they are wrong. */
export const SECRET_VARIABLES = [
  ...['ADMIN_PASSWORD', 'METRICS_TOKEN', 'WEBHOOK_SECRET', 'FCM_SERVICE_ACCOUNT', 'APNS_KEY'],
  ...['DATABASE_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
];
