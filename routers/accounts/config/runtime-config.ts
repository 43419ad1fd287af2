import valid from 'semver/functions/valid.js';
import { z } from 'zod';
import { config_flags, type Db } from '../../../db/index.ts';
import type { Clock } from '../../core/context.ts';
import { RATES, type Rate } from '../../core/rate-limits.ts';
import { localizedMessage } from '../../core/validation-messages.ts';

/** How long a process may miss a change that was made in another process. */
const CACHE_TTL_MS = 1000;

const CLIENTS = ['desktop', 'mobile', 'agent'] as const;
export type ClientType = (typeof CLIENTS)[number];

/** Rate limits that an administrator may change while the product runs, by their names in `GET /config`. */
const ADJUSTABLE_RATES = {
  scan_per_minute: 'scan',
  chat_per_minute: 'chat',
  requests_per_minute: 'general',
} as const satisfies Record<string, Rate>;

const VersionSetting = z
  .string()
  .max(64)
  .refine(
    (text) => valid(text) === text,
    localizedMessage('1.2.0 같은 버전 번호를 입력하세요', 'Enter a version such as 1.2.0'),
  );
const RateLimitSetting = z.int().min(1).max(1_000_000);

/** The settings of the product itself, with the schemas of their values. Every other name is a flag for clients. */
const KNOWN_SETTINGS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...['min_client_version', 'latest_client_version'].flatMap((name) =>
    [name, ...CLIENTS.map((client) => `${name}.${client}`)].map(
      (setting) => [setting, VersionSetting] as const,
    ),
  ),
  ...Object.keys(ADJUSTABLE_RATES).map((name) => [`limits.${name}`, RateLimitSetting] as const),
]);

/** Whether a value is allowed for a name. */
export function isValidFlag(name: string, value: unknown): boolean {
  return (KNOWN_SETTINGS.get(name) ?? z.unknown()).safeParse(value).success;
}

const flagCache = new WeakMap<Db, { at: number; values: ReadonlyMap<string, unknown> }>();

function loadFlags(db: Db, now: number): ReadonlyMap<string, unknown> {
  const cached = flagCache.get(db);
  if (cached && now >= cached.at && now < cached.at + CACHE_TTL_MS) return cached.values;
  const rows = db.select().from(config_flags).all();
  const values = new Map(rows.map(({ name, value }) => [name, value]));
  flagCache.set(db, { at: now, values });
  return values;
}

/** Makes the next read of this process see its own change. */
export function invalidateFlagCache(db: Db): void {
  flagCache.delete(db);
}

/** The flags for clients, without the settings of the product itself. */
export function listClientFlags(db: Db, clock: Clock): Record<string, unknown> {
  return Object.fromEntries([...loadFlags(db, clock.now())].filter(([name]) => !KNOWN_SETTINGS.has(name)));
}

/** The version that is set for a type of client, else that for all clients, else undefined. */
export function getClientVersion(
  db: Db,
  clock: Clock,
  bound: 'min' | 'latest',
  client: ClientType,
): string | undefined {
  const flags = loadFlags(db, clock.now());
  const name = `${bound}_client_version`;
  return (flags.get(`${name}.${client}`) ?? flags.get(name)) as string | undefined;
}

/** The rate limits that `GET /config` returns. */
export function listPublicRateLimits(db: Db, clock: Clock): Record<string, number> {
  return Object.fromEntries(
    Object.entries(ADJUSTABLE_RATES).map(([name, rate]) => [name, getRateLimit(db, clock.now(), rate)]),
  );
}

const SETTING_BY_RATE = new Map<Rate, string>(
  Object.entries(ADJUSTABLE_RATES).map(([name, rate]) => [rate, `limits.${name}`]),
);

/** How many calls a rate limit allows in its window. */
export function getRateLimit(db: Db, now: number, rate: Rate): number {
  const name = SETTING_BY_RATE.get(rate);
  const override = name === undefined ? undefined : loadFlags(db, now).get(name);
  return typeof override === 'number' ? override : RATES[rate].limit;
}
