import { and, eq, isNull } from 'drizzle-orm';
import { type ApiKeyScope, api_keys, type Db } from '../../../db/index.ts';
import type { Clock, Random } from '../../context.ts';
import { ApiError } from '../../errors.ts';
import { hashToken } from './sessions.ts';
import { KEY_PREFIX, makeSecret } from './tokens.ts';
import { findUser } from './users.ts';

export interface NewKey {
  id: number;
  name: string;
  scopes: ApiKeyScope[];
  /** shown this once; only its hash is kept */
  key: string;
}

/** Makes an API key for a user. Throws NOT_FOUND for a user there is not. */
export function createApiKey(
  db: Db,
  clock: Clock,
  random: Random,
  wanted: { name: string; scopes: ApiKeyScope[]; user: string },
): NewKey {
  const { name, scopes } = wanted;
  const owner = findUser(db, wanted.user);
  if (!owner) throw new ApiError('NOT_FOUND');
  const key = makeSecret(random, KEY_PREFIX);
  const { id } = db
    .insert(api_keys)
    .values({ key_hash: hashToken(key), name, user_id: owner.id, scopes, created_at: clock.now() })
    .returning({ id: api_keys.id })
    .get();
  return { id, name, scopes, key };
}

/** Throws NOT_FOUND for a key there is not, or that is revoked. */
export function revokeApiKey(db: Db, clock: Clock, id: number): void {
  const { changes } = db
    .update(api_keys)
    .set({ revoked_at: clock.now() })
    .where(and(eq(api_keys.id, id), isNull(api_keys.revoked_at)))
    .run();
  if (changes === 0) throw new ApiError('NOT_FOUND');
}
