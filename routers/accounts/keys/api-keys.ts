import { and, eq, isNull } from 'drizzle-orm';
import { type ApiKeyScope, api_keys, type Db, users } from '../../../db/index.ts';
import type { Clock, Random } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import { ApiError } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import { hashToken } from '../auth/hash-token.ts';
import { generateSecret, KEY_PREFIX } from '../auth/tokens.ts';
import { findUserByName } from '../auth/users.ts';
import type { NewApiKey } from './schemas.ts';

/** As much of a key as lists show: what it begins with, and a few of its characters. */
const PREFIX_CHARS = KEY_PREFIX.length + 6;

interface KeyRequest {
  name: string;
  scopes: ApiKeyScope[];
  user: string | number;
  /** null or absent: it does not expire */
  expires_in_days?: number | null | undefined;
}

/**
 * Creates an API key for a user, given by id, `user_…`, e-mail or username. Only its hash is stored. Throws NOT_FOUND
 * when the user does not exist.
 */
export function createApiKey(
  db: Db,
  clock: Clock,
  random: Random,
  { name, scopes, user, expires_in_days = null }: KeyRequest,
): NewApiKey {
  const user_id = getOwnerId(db, user);
  const key = generateSecret(random, KEY_PREFIX);
  const created_at = clock.now();
  const expires_at = expires_in_days === null ? null : created_at + expires_in_days * DAY_MS;
  const prefix = key.slice(0, PREFIX_CHARS);
  const { id } = db
    .insert(api_keys)
    .values({ key_hash: hashToken(key), prefix, name, user_id, scopes, created_at, expires_at })
    .returning({ id: api_keys.id })
    .get();
  return { id, name, scopes, prefix, expires_at: expires_at === null ? null : toIso(expires_at), key };
}

function getOwnerId(db: Db, name: string | number): number {
  const isOwner = typeof name === 'number' ? eq(users.id, name) : eq(users.user_id, name);
  const row =
    db.select({ id: users.id }).from(users).where(isOwner).get() ??
    (typeof name === 'string' ? findUserByName(db, name) : undefined);
  if (!row) throw new ApiError('NOT_FOUND');
  return row.id;
}

/** Revokes a key, or only one of this owner. Throws NOT_FOUND when there is none, or when it is revoked already. */
export function revokeApiKey(db: Db, clock: Clock, id: number, owner?: number): void {
  const isOwn = owner === undefined ? undefined : eq(api_keys.user_id, owner);
  const { changes } = db
    .update(api_keys)
    .set({ revoked_at: clock.now() })
    .where(and(eq(api_keys.id, id), isNull(api_keys.revoked_at), isOwn))
    .run();
  if (changes === 0) throw new ApiError('NOT_FOUND');
}
