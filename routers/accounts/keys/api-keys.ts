import { and, eq, isNull } from 'drizzle-orm';
import { type ApiKeyScope, api_keys, type Db, users } from '../../../db/index.ts';
import type { Clock, Random } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { hashToken } from '../auth/hash-token.ts';
import { generateSecret, KEY_PREFIX } from '../auth/tokens.ts';
import { findUserByName } from '../auth/users.ts';
import type { NewApiKey } from './schemas.ts';

/**
 * Creates an API key for a user, given by id, `user_…`, e-mail or username. Only its hash is stored. Throws NOT_FOUND
 * when the user does not exist.
 */
export function createApiKey(
  db: Db,
  clock: Clock,
  random: Random,
  { name, scopes, user }: { name: string; scopes: ApiKeyScope[]; user: string | number },
): NewApiKey {
  const user_id = getOwnerId(db, user);
  const key = generateSecret(random, KEY_PREFIX);
  const { id } = db
    .insert(api_keys)
    .values({ key_hash: hashToken(key), name, user_id, scopes, created_at: clock.now() })
    .returning({ id: api_keys.id })
    .get();
  return { id, name, scopes, key };
}

function getOwnerId(db: Db, name: string | number): number {
  const isOwner = typeof name === 'number' ? eq(users.id, name) : eq(users.user_id, name);
  const row =
    db.select({ id: users.id }).from(users).where(isOwner).get() ??
    (typeof name === 'string' ? findUserByName(db, name) : undefined);
  if (!row) throw new ApiError('NOT_FOUND');
  return row.id;
}

/** Throws NOT_FOUND when the key does not exist or is revoked already. */
export function revokeApiKey(db: Db, clock: Clock, id: number): void {
  const { changes } = db
    .update(api_keys)
    .set({ revoked_at: clock.now() })
    .where(and(eq(api_keys.id, id), isNull(api_keys.revoked_at)))
    .run();
  if (changes === 0) throw new ApiError('NOT_FOUND');
}
