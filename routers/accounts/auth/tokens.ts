import { eq, sql } from 'drizzle-orm';
import {
  access_tokens,
  api_keys,
  type Db,
  preparedStatements,
  principals,
  refresh_tokens,
  sessions,
  settings,
  transact,
  users,
} from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import type { Clock, Key, Random, User } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { hashToken } from './hash-token.ts';
import type { TokenPair } from './schemas.ts';
import { extendSession, isSessionAlive, toCaller } from './sessions.ts';

export const ACCESS_TOKEN_TTL_SECONDS = 3600;
const REFRESH_TOKEN_TTL_MS = 30 * 86_400_000;
const ACCESS_PREFIX = 'fsa_';
const REFRESH_PREFIX = 'fsr_';
export const KEY_PREFIX = 'fsk_';

/** A secret of 256 random bits, with a prefix for its kind. */
export function generateSecret(random: Random, prefix: string): string {
  return prefix + random.bytes(32).toString('base64url');
}

/** Issues a new pair of tokens for a session. */
export function issueTokens(db: Db, clock: Clock, random: Random, session_id: number): TokenPair {
  const access = generateSecret(random, ACCESS_PREFIX);
  const refresh = generateSecret(random, REFRESH_PREFIX);
  const now = clock.now();
  db.insert(access_tokens)
    .values({ token_hash: hashToken(access), session_id, expires_at: now + ACCESS_TOKEN_TTL_SECONDS * 1000 })
    .run();
  db.insert(refresh_tokens)
    .values({ token_hash: hashToken(refresh), session_id, expires_at: now + REFRESH_TOKEN_TTL_MS })
    .run();
  return {
    access_token: access,
    refresh_token: refresh,
    token_type: 'Bearer',
    expires_in: ACCESS_TOKEN_TTL_SECONDS,
    access,
    refresh,
  };
}

/**
 * Spends a refresh token and issues the next pair. A token that was spent before ends its whole session, since one of
 * its two holders is a thief (RFC 9700, 4.14.2). Throws SESSION_EXPIRED, TOKEN_REUSED.
 */
export function rotateTokens(db: Db, clock: Clock, random: Random, token: string): TokenPair {
  const pair = transact(db, () => {
    const row = db
      .select()
      .from(refresh_tokens)
      .where(eq(refresh_tokens.token_hash, hashToken(token)))
      .get();
    if (!row) return 'unknown';
    if (row.spent_at !== null) {
      db.delete(sessions).where(eq(sessions.id, row.session_id)).run();
      return 'reused';
    }
    const now = clock.now();
    if (row.expires_at <= now || !isSessionAlive(db, row.session_id, now)) return 'unknown';
    db.update(refresh_tokens)
      .set({ spent_at: now })
      .where(eq(refresh_tokens.token_hash, row.token_hash))
      .run();
    // The login lasts as long as its newest refresh token.
    extendSession(db, row.session_id, now);
    return issueTokens(db, clock, random, row.session_id);
  });
  // Thrown outside the transaction, which would roll back the revocation.
  if (pair === 'reused') throw new ApiError('TOKEN_REUSED');
  if (pair === 'unknown') throw new ApiError('SESSION_EXPIRED');
  return pair;
}

/** The session of a refresh token, spent or not. */
export function findSessionByRefreshToken(db: Db, token: string): number | null {
  const row = db
    .select({ session_id: refresh_tokens.session_id })
    .from(refresh_tokens)
    .where(eq(refresh_tokens.token_hash, hashToken(token)))
    .get();
  return row?.session_id ?? null;
}

const statements = preparedStatements((db) => ({
  access: db
    .select({
      principal_id: sessions.principal_id,
      session_id: sessions.id,
      session_ends: sessions.expires_at,
      expires_at: access_tokens.expires_at,
      guest_id: principals.guest_id,
      user_id: users.user_id,
      role: users.role,
      locked_at: users.locked_at,
      language: settings.language,
    })
    .from(access_tokens)
    .innerJoin(sessions, eq(sessions.id, access_tokens.session_id))
    .innerJoin(principals, eq(principals.id, sessions.principal_id))
    .innerJoin(users, eq(users.id, sessions.principal_id))
    .leftJoin(settings, eq(settings.principal_id, sessions.principal_id))
    .where(eq(access_tokens.token_hash, sql.placeholder('hash')))
    .prepare(),
  key: db
    .select({
      key_id: api_keys.id,
      principal_id: api_keys.user_id,
      public_id: users.user_id,
      scopes: api_keys.scopes,
      revoked_at: api_keys.revoked_at,
      expires_at: api_keys.expires_at,
      last_used_at: api_keys.last_used_at,
      locked_at: users.locked_at,
      language: settings.language,
    })
    .from(api_keys)
    .innerJoin(users, eq(users.id, api_keys.user_id))
    .leftJoin(settings, eq(settings.principal_id, api_keys.user_id))
    .where(eq(api_keys.key_hash, sql.placeholder('hash')))
    .prepare(),
}));

/** The caller of a bearer token or API key; null when it is unknown, expired or revoked. */
export function findBearer(
  db: Db,
  clock: Clock,
  token: string,
): { caller: User | Key; language: Language | null } | null {
  const hash = hashToken(token);
  if (token.startsWith(KEY_PREFIX)) return findKey(db, clock, hash);
  const row = statements(db).access.get({ hash });
  const now = clock.now();
  if (!row || row.expires_at <= now || row.session_ends <= now || row.locked_at !== null) return null;
  const caller = toCaller(row.principal_id, row, row.session_id, 'bearer');
  return caller.kind === 'user' ? { caller, language: row.language } : null;
}

function findKey(db: Db, clock: Clock, hash: string): { caller: Key; language: Language | null } | null {
  const row = statements(db).key.get({ hash });
  if (!row || row.revoked_at !== null || row.locked_at !== null) return null;
  if (row.expires_at !== null && row.expires_at <= clock.now()) return null;
  if (clock.now() - (row.last_used_at ?? 0) > 60_000) {
    db.update(api_keys).set({ last_used_at: clock.now() }).where(eq(api_keys.id, row.key_id)).run();
  }
  const { key_id, principal_id, public_id, scopes, language } = row;
  return { caller: { kind: 'key', key_id, principal_id, public_id, scopes }, language };
}
