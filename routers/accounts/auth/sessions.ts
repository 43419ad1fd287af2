import { and, eq, gt, isNull, ne, sql } from 'drizzle-orm';
import { type Db, device_codes, device_grants, sessions, users } from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import type { Clock, Guest, User } from '../../core/context.ts';
import {
  findSessionByToken,
  getLucia,
  readSessionToken,
  SESSION_TTL_MS,
  type SessionOwner,
} from './lucia.ts';

/** A session's last use is written at most this often. */
const TOUCH_INTERVAL_MS = 5 * 60_000;

export interface NewSession {
  /** its user has just proved who they are */
  isAuthenticated: boolean;
  user_agent: string | null;
  address: string | null;
}

/** Opens a session. Returns the token, which is stored nowhere, and the id of the row. */
export async function openSession(
  db: Db,
  clock: Clock,
  principal_id: number,
  { isAuthenticated, user_agent, address }: NewSession,
): Promise<{ token: string; session_id: number }> {
  const lucia = getLucia(db);
  const last_used_at = clock.now();
  const authenticated_at = isAuthenticated ? last_used_at : null;
  const { id } = await lucia.createSession(principal_id, {
    row_id: 0,
    last_used_at,
    authenticated_at,
    user_agent,
    address,
  });
  const row = findSessionByToken(db, id);
  if (!row) throw new Error('the new session has no row');
  return { token: id, session_id: row.row_id };
}

export interface SessionLookup {
  caller: User | Guest;
  language: Language | null;
  /** the token to send again when the session was extended */
  renewedToken: string | null;
}

/** The session of a `Cookie` header. `none`: the header has no session. `ended`: it has expired or was revoked. */
export async function findSession(
  db: Db,
  clock: Clock,
  cookieHeader: string,
): Promise<SessionLookup | 'none' | 'ended'> {
  const lucia = getLucia(db);
  const token = readSessionToken(lucia, cookieHeader);
  if (!token) return 'none';
  const row = findSessionByToken(db, token);
  if (!row || row.locked_at !== null) return 'ended';
  const now = clock.now();
  // Lucia extends a session past half its life and deletes an expired one; others it would only read again.
  const isRecentlyExtended = row.expires_at - now > SESSION_TTL_MS / 2;
  const session = isRecentlyExtended ? null : (await lucia.validateSession(token)).session;
  if (!isRecentlyExtended && (!session || session.expiresAt.getTime() <= now)) return 'ended';
  if (now - row.last_used_at > TOUCH_INTERVAL_MS) touchSession(db, row.row_id, now);
  const caller = toCaller(row.principal_id, row, row.row_id, 'cookie');
  return { caller, language: row.language, renewedToken: session?.fresh ? token : null };
}

/** The caller of a session: a user, or a guest when no user is joined. */
export function toCaller(
  principal_id: number,
  row: Pick<SessionOwner, 'guest_id' | 'user_id' | 'role'>,
  session_id: number,
  via: 'cookie' | 'bearer',
): User | Guest {
  if (row.user_id === null) return { kind: 'guest', principal_id, guest_id: row.guest_id, session_id };
  return { kind: 'user', principal_id, public_id: row.user_id, role: row.role ?? 'user', session_id, via };
}

/** Whether a session exists, has not expired, and its user is not locked. */
export function isSessionAlive(db: Db, session_id: number, now: number): boolean {
  return (
    db
      .select({ id: sessions.id })
      .from(sessions)
      .leftJoin(users, eq(users.id, sessions.principal_id))
      .where(and(eq(sessions.id, session_id), gt(sessions.expires_at, now), isNull(users.locked_at)))
      .get() !== undefined
  );
}

/** Moves the end of a session as far ahead as that of a new one. */
export function extendSession(db: Db, session_id: number, now: number): void {
  const expires_at = now + SESSION_TTL_MS;
  db.update(sessions).set({ expires_at, last_used_at: now }).where(eq(sessions.id, session_id)).run();
}

/** What only the person may do is possible so long after they have logged in by themselves. */
const REAUTH_MAX_AGE_MS = 5 * 60_000;

/** Whether the user of a session has just proved who they are, by password or provider. */
export function isRecentlyAuthenticated(db: Db, session_id: number, now: number): boolean {
  const row = db.select().from(sessions).where(eq(sessions.id, session_id)).get();
  const at = row?.authenticated_at ?? null;
  return at !== null && now - at <= REAUTH_MAX_AGE_MS;
}

/** Records the last use of a session. */
export function touchSession(db: Db, session_id: number, now: number): void {
  db.update(sessions).set({ last_used_at: now }).where(eq(sessions.id, session_id)).run();
}

/** A `Set-Cookie` value with the session's token; null removes the cookie. */
export function toSessionCookie(db: Db, token: string | null, secure: boolean): string {
  const lucia = getLucia(db);
  const cookie = token === null ? lucia.createBlankSessionCookie() : lucia.createSessionCookie(token);
  cookie.attributes.secure = secure;
  return cookie.serialize();
}

/**
 * Ends every session of a principal except `keep`, and deletes unspent device codes, which would open new ones. Returns
 * how many sessions ended.
 */
export function endSessions(db: Pick<Db, 'delete'>, principal_id: number, keptSessionId?: number): number {
  db.delete(device_codes).where(eq(device_codes.user_id, principal_id)).run();
  db.delete(device_grants).where(eq(device_grants.user_id, principal_id)).run();
  const others = keptSessionId === undefined ? undefined : ne(sessions.id, keptSessionId);
  return db
    .delete(sessions)
    .where(and(eq(sessions.principal_id, principal_id), others))
    .run().changes;
}

/** Ends one session of a principal with its tokens. False when there is no such session. */
export function endSession(db: Pick<Db, 'delete'>, principal_id: number, session_id: number): boolean {
  return (
    db
      .delete(sessions)
      .where(and(eq(sessions.principal_id, principal_id), eq(sessions.id, session_id)))
      .run().changes > 0
  );
}

/** The sessions of a principal that have not expired, the last used first. */
export function listSessions(db: Db, principal_id: number, now: number) {
  return db
    .select()
    .from(sessions)
    .where(and(eq(sessions.principal_id, principal_id), gt(sessions.expires_at, now)))
    .orderBy(sql`${sessions.last_used_at} desc, ${sessions.id} desc`)
    .all();
}
