import { readFileSync } from 'node:fs';
import type { RuntimeSettings } from '../../routers/core/context.ts';
import type { HttpOptions } from '../http/app.ts';
import type { MetricsOptions } from '../observability/metrics-page.ts';
import { clock } from './clock-and-random.ts';
import { type Env, resolveInPackage } from './env.ts';
import { webhookSecret } from './webhook-secret.ts';

export const VERSION: string = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8')).version;

/** What the app needs to know of the environment; `registry` is what `/metrics` tells. */
export function toAppOptions(env: Env, registry: MetricsOptions['registry']): HttpOptions {
  return {
    rate_limits: env.RATE_LIMITS,
    trust_proxy: env.TRUST_PROXY,
    max_batch: env.MAX_BATCH,
    cors_origins: env.CORS_ORIGINS,
    public_url: env.PUBLIC_URL,
    metrics: {
      registry,
      token: env.METRICS_TOKEN,
      trust_loopback:
        env.METRICS_TOKEN === undefined && env.TRUST_PROXY === 0 && env.PUBLIC_URL === undefined,
    },
  };
}

/** What verbs need to know of the environment. */
export function toSettings(env: Env): RuntimeSettings {
  return {
    version: VERSION,
    started_at: clock.now(),
    store_raw_prompts: env.STORE_RAW_PROMPTS,
    client_versions: { min: env.MIN_CLIENT_VERSION, latest: env.LATEST_CLIENT_VERSION },
    max_upload_bytes: env.MAX_UPLOAD_BYTES,
    upload_quota_bytes: env.UPLOAD_QUOTA_BYTES,
    webhook_secret: webhookSecret(env),
    time_zone: env.TIME_ZONE,
    trust_loopback_agents: env.TRUST_LOOPBACK_AGENTS,
    retention_days: {
      events: env.RETENTION_DAYS_EVENTS,
      job_logs: env.RETENTION_DAYS_JOB_LOGS,
      notifications: env.RETENTION_DAYS_NOTIFICATIONS,
      inbox: env.RETENTION_DAYS_INBOX,
      activity: env.RETENTION_DAYS_ACTIVITY,
      prompts: env.RETENTION_DAYS_PROMPTS,
    },
    backups: {
      database: env.database_file,
      data_dir: env.DATA_DIR,
      files_in_bucket: env.bucket !== null,
      folder: env.backup_dir,
      daily: env.BACKUP_KEEP_DAILY,
      weekly: env.BACKUP_KEEP_WEEKLY,
    },
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
    feeds: env.FEEDS,
    llm_answer_ms: env.LLM_ANSWER_MS,
  };
}
