import valid from 'semver/functions/valid.js';
import { z } from 'zod';
import { config_flags, type Db } from '../../../db/index.ts';
import type { Clock } from '../../core/context.ts';
import { RATES, type Rate } from '../../core/rate-limits.ts';
import { sentences } from '../../core/validation-messages.ts';

/** How long a process may not know of what another process's administrator changed. */
const CACHE_TTL_MS = 1000;

const CLIENTS = ['desktop', 'mobile', 'agent'] as const;
export type ClientType = (typeof CLIENTS)[number];

/** Rates that an administrator may change while the product runs, by the name `GET /config` has for them. */
const RATE_NAMES = {
  scan_per_minute: 'scan',
  chat_per_minute: 'chat',
  requests_per_minute: 'general',
} as const satisfies Record<string, Rate>;

const Version = z
  .string()
  .max(64)
  .refine(
    (text) => valid(text) === text,
    sentences('1.2.0 같은 버전 번호를 입력하세요', 'Enter a version such as 1.2.0'),
  );
const Points = z.int().min(1).max(1_000_000);

/** The settings that mean something to the product itself, and what they must be. Every other name is a flag. */
const KNOWN_SETTINGS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ...['min_client_version', 'latest_client_version'].flatMap((name) =>
    [name, ...CLIENTS.map((client) => `${name}.${client}`)].map((known) => [known, Version] as const),
  ),
  ...Object.keys(RATE_NAMES).map((name) => [`limits.${name}`, Points] as const),
]);

/** Whether a value may be set under a name. */
export function isValidFlag(name: string, value: unknown): boolean {
  return (KNOWN_SETTINGS.get(name) ?? z.unknown()).safeParse(value).success;
}

const known = new WeakMap<Db, { at: number; values: ReadonlyMap<string, unknown> }>();

function loadFlags(db: Db, now: number): ReadonlyMap<string, unknown> {
  const before = known.get(db);
  if (before && now >= before.at && now < before.at + CACHE_TTL_MS) return before.values;
  const rows = db.select().from(config_flags).all();
  const read = new Map(rows.map(({ name, value }) => [name, value]));
  known.set(db, { at: now, values: read });
  return read;
}

/** Has this process see at once what it changed itself. */
export function invalidateFlagCache(db: Db): void {
  known.delete(db);
}

/** The flags for clients: what has no meaning to the product itself. */
export function listClientFlags(db: Db, clock: Clock): Record<string, unknown> {
  return Object.fromEntries([...loadFlags(db, clock.now())].filter(([name]) => !KNOWN_SETTINGS.has(name)));
}

/** The version for a type of client: its own, or that for all, or what the environment says. */
export function getClientVersion(
  db: Db,
  clock: Clock,
  which: 'min' | 'latest',
  client: ClientType,
): string | undefined {
  const set = loadFlags(db, clock.now());
  const name = `${which}_client_version`;
  return (set.get(`${name}.${client}`) ?? set.get(name)) as string | undefined;
}

/** The rates that `GET /config` tells. */
export function listPublicRateLimits(db: Db, clock: Clock): Record<string, number> {
  return Object.fromEntries(
    Object.entries(RATE_NAMES).map(([name, rate]) => [name, getRateLimit(db, clock.now(), rate)]),
  );
}

const NAME_OF = new Map<Rate, string>(
  Object.entries(RATE_NAMES).map(([name, rate]) => [rate, `limits.${name}`]),
);

/** How many calls a rate allows in its window. */
export function getRateLimit(db: Db, now: number, rate: Rate): number {
  const name = NAME_OF.get(rate);
  const set = name === undefined ? undefined : loadFlags(db, now).get(name);
  return typeof set === 'number' ? set : RATES[rate].limit;
}
