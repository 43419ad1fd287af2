import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { isTimeZone } from '../../routers/core/time-zone.ts';
import { localizeIssues } from '../../routers/core/validation-issues.ts';
import type { Bucket } from '../../routers/storage/files/s3.ts';
import { BUCKET_VARIABLES, checkBucket, toBucket } from './bucket-env.ts';
import { address, checkApns, PUSH_VARIABLES } from './push-env.ts';

const DEFAULT_UPLOAD_BYTES = 50 * 1024 * 1024;
const DEFAULT_QUOTA_BYTES = 1024 * 1024 * 1024;

const flag = (fallback: 'true' | 'false') =>
  z
    .enum(['true', 'false', '1', '0', 'on', 'off', 'yes', 'no'])
    .default(fallback)
    .transform((value) => ['true', '1', 'on', 'yes'].includes(value));

const list = z
  .string()
  .default('')
  .transform((value) =>
    value
      .split(',')
      .map((item) => item.trim())
      .filter(Boolean),
  );

const days = z.coerce.number().int().min(0).max(36_500);

/** Every environment variable the product reads, with its default. */
const Variables = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(5000),
  HOST: z.string().min(1).default('127.0.0.1'),
  /** processes that serve together, on one port and one database */
  WORKERS: z.coerce.number().int().min(1).max(64).default(1),
  DATA_DIR: z.string().min(1).default('./data'),
  DATABASE_URL: z
    .string()
    .regex(
      /^file:(?!\/\/[^/])./,
      'it must be file: and the path of an SQLite file, such as file:/srv/flashscan.db',
    )
    .optional(),
  ...BUCKET_VARIABLES,
  LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']).default('info'),
  /** keep prompts as they were sent, with the personal data in them */
  STORE_RAW_PROMPTS: flag('false'),
  ADMIN_EMAIL: z.email().optional(),
  ADMIN_PASSWORD: z.string().min(8).max(128).optional(),
  /** milliseconds between saying that it is not ready any more and taking no more requests */
  STOP_DELAY_MS: z.coerce.number().int().min(0).max(120_000).default(0),
  /** milliseconds from which a statement is told in the log; 0 measures none */
  SLOW_QUERY_MS: z.coerce.number().int().min(0).max(60_000).default(100),
  RATE_LIMITS: flag('true'),
  /** who shows it as a bearer may read /metrics */
  METRICS_TOKEN: z
    .string()
    .min(16)
    .max(200)
    .regex(/^\S+$/, 'must be 16 characters or more without spaces')
    .optional(),
  /** how many proxies stand in front, counted from the server; 0 trusts no forwarded address */
  TRUST_PROXY: z
    .string()
    .regex(/^(\d{1,2}|true|false)$/, 'must be true, false or a number of proxies')
    .default('0')
    .transform((value) => (value === 'true' ? 1 : value === 'false' ? 0 : Number(value))),
  /** agent operations need no credentials from this machine: for a laptop */
  TRUST_LOOPBACK_AGENTS: flag('false'),
  /** where days begin, for leaderboards and for users who set no zone of their own */
  TIME_ZONE: z.string().refine(isTimeZone, 'must be a time zone such as Asia/Seoul').default('Asia/Seoul'),
  CORS_ORIGINS: list.pipe(
    z.array(z.string().regex(/^(\*|https?:\/\/[^/\s]+)$/, 'must be origins such as https://app.example.com')),
  ),
  URL_MODEL_DIR: z.string().min(1).refine(existsSync, 'there is no such folder').optional(),
  /** Ollama itself reads this variable too, and takes it without a scheme */
  OLLAMA_HOST: z
    .string()
    .regex(/^(?:https?:\/\/)?[^\s/]+\/?$/, 'must be an address such as http://127.0.0.1:11434')
    .default('http://127.0.0.1:11434'),
  /** empty: the chatbot answers without a language model */
  OLLAMA_MODEL: z.string().default(''),
  /** empty: the one that ships; `ollama:<model>`, or a folder in transformers.js form */
  EMBEDDING_MODEL: z
    .string()
    .refine((name) => name.startsWith('ollama:') || existsSync(path.join(name, 'config.json')), {
      message: 'must be ollama:<model> or a folder with a config.json',
    })
    .optional(),
  LLM_FIRST_TOKEN_MS: z.coerce.number().int().min(100).max(600_000).default(20_000),
  /** until a request has come whole, its body too; a client that stalls for longer is cut off */
  REQUEST_TIMEOUT_MS: z.coerce.number().int().min(1000).max(3_600_000).default(300_000),
  /** open at once, streams and waiting agents too; one more is hung up on */
  MAX_CONNECTIONS: z.coerce.number().int().min(1).max(1_000_000).default(10_000),
  /** calls in one tRPC batch */
  MAX_BATCH: z.coerce.number().int().min(1).max(1000).default(100),
  MAX_UPLOAD_BYTES: z.coerce.number().int().min(1024).default(DEFAULT_UPLOAD_BYTES),
  /** what one user's files may take together */
  UPLOAD_QUOTA_BYTES: z.coerce.number().int().min(0).default(DEFAULT_QUOTA_BYTES),
  /** what webhooks are signed with; made up and kept in DATA_DIR when left out */
  WEBHOOK_SECRET: z.string().min(8).optional(),
  /** for how many days things are kept that nobody deletes; 0: for ever */
  RETENTION_DAYS_EVENTS: days.default(90),
  RETENTION_DAYS_JOB_LOGS: days.default(90),
  RETENTION_DAYS_NOTIFICATIONS: days.default(90),
  RETENTION_DAYS_INBOX: days.default(365),
  RETENTION_DAYS_ACTIVITY: days.default(365),
  RETENTION_DAYS_PROMPTS: days.default(90),
  /** where backups go */
  BACKUP_DIR: z.string().min(1).optional(),
  /** nightly backups that are kept: the newest of each of so many days and weeks; no days, no nightly backup */
  BACKUP_KEEP_DAILY: z.coerce.number().int().min(0).max(366).default(7),
  BACKUP_KEEP_WEEKLY: z.coerce.number().int().min(0).max(520).default(4),
  /** where clients reach the product, when that is not where it listens */
  PUBLIC_URL: address.optional(),
  /** whose tokens are taken, separated by commas; a provider without any logs nobody in */
  GOOGLE_CLIENT_ID: list,
  KAKAO_APP_ID: list,
  APPLE_CLIENT_ID: list,
  GOOGLE_API_URL: address.default('https://www.googleapis.com'),
  KAKAO_API_URL: address.default('https://kapi.kakao.com'),
  APPLE_KEYS_URL: address.default('https://appleid.apple.com/auth/keys'),
  APPLE_ISSUER: z.string().min(1).default('https://appleid.apple.com'),
  SOCIAL_TIMEOUT_MS: z.coerce.number().int().min(100).max(60_000).default(5000),
  ...PUSH_VARIABLES,
  MIN_CLIENT_VERSION: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0')
    .default('1.0.0'),
  LATEST_CLIENT_VERSION: z
    .string()
    .regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0')
    .default('1.0.0'),
});

/** Told to nobody, not even when they are wrong. */
const SECRETS = [
  ...['ADMIN_PASSWORD', 'METRICS_TOKEN', 'WEBHOOK_SECRET', 'FCM_SERVICE_ACCOUNT', 'APNS_KEY'],
  ...['DATABASE_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
];

export interface Env
  extends Omit<z.output<typeof Variables>, 'DATABASE_URL' | 'URL_MODEL_DIR' | 'BACKUP_DIR'> {
  /** the database's file, or `:memory:` */
  database_file: string;
  /** where files lie; null: in DATA_DIR */
  bucket: Bucket | null;
  url_model_dir: string;
  backup_dir: string;
}

/** Thrown for a value that cannot be used; the message names the variable. */
export class EnvError extends Error {}

/** Reads and checks the environment. Throws EnvError with a sentence for the first wrong value. */
export function readEnv(source: Record<string, string | undefined> = process.env): Env {
  const set = Object.fromEntries(Object.entries(source).filter(([, value]) => value !== ''));
  const parsed = Variables.superRefine(checkApns).superRefine(checkBucket).safeParse(set);
  if (!parsed.success) {
    const [issue] = localizeIssues(parsed.error, set, 'en');
    const [name = ''] = issue?.path.split('.') ?? [];
    const hidden = set[name] === undefined || SECRETS.includes(name);
    const shown = hidden ? name : `${name}=${JSON.stringify(set[name])}`;
    throw new EnvError(`${shown} is not valid: ${issue?.message}`);
  }
  const { DATABASE_URL, URL_MODEL_DIR, BACKUP_DIR, ...rest } = parsed.data;
  const here = (name: string) => path.join(rest.DATA_DIR, name);
  const database_file = DATABASE_URL?.slice('file:'.length) ?? here('flashscan.db');
  if (rest.WORKERS > 1 && database_file === ':memory:') {
    throw new EnvError('WORKERS must be 1 with this DATABASE_URL: processes share a file');
  }
  const url_model_dir = URL_MODEL_DIR ?? resolveInPackage('ml/url/model');
  const backup_dir = BACKUP_DIR ?? path.join(rest.DATA_DIR, 'backups');
  const bucket = toBucket(rest);
  return { ...rest, database_file, bucket, url_model_dir, backup_dir };
}

/** The folder that holds package.json, from the sources and from the build alike. */
const ROOT = findRoot(path.dirname(fileURLToPath(import.meta.url)));

/** A path inside the installed package: migrations, models, knowledge, documents. */
export function resolveInPackage(relative: string): string {
  return path.join(ROOT, relative);
}

function findRoot(from: string): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder;
    if (folder === path.dirname(folder)) throw new Error('the package has no package.json');
  }
}
