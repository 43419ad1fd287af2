import { hash } from 'node:crypto';
import { and, eq, gt, isNull, lt, ne, sql } from 'drizzle-orm';
import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia';
import {
  type Db,
  device_codes,
  device_grants,
  preparedStatements,
  principals,
  sessions,
  settings,
  users,
} from '../../../db/index.ts';
import type { Clock, Guest, User } from '../../core/context.ts';
import type { Language } from '../../core/errors.ts';

/** ColScan's clients look for this name. */
export const SESSION_COOKIE = 'flask_auth_session';
const SESSION_DAYS = 30;
const SESSION_MS = SESSION_DAYS * 86_400_000;
/** A session's last use is noted no more often than this. */
const TOUCH_MS = 5 * 60_000;

interface Attributes {
  kind: 'guest' | 'user';
  guest_id: string | null;
  user_id: string | null;
  role: 'user' | 'admin' | null;
  language: Language | null;
  locked_at: number | null;
}
interface SessionAttributes {
  row_id: number;
  last_used_at: number;
  user_agent: string | null;
  address: string | null;
}

/** Tokens and keys are stored as their SHA-256 only: a read of the database opens no account. */
export function hashToken(token: string): string {
  return hash('sha256', token, 'base64url');
}

const statements = preparedStatements((db) => ({
  byHash: db
    .select({
      row_id: sessions.id,
      principal_id: sessions.principal_id,
      expires_at: sessions.expires_at,
      last_used_at: sessions.last_used_at,
      user_agent: sessions.user_agent,
      address: sessions.address,
      kind: principals.kind,
      guest_id: principals.guest_id,
      user_id: users.user_id,
      role: users.role,
      locked_at: users.locked_at,
      language: settings.language,
    })
    .from(sessions)
    .innerJoin(principals, eq(principals.id, sessions.principal_id))
    .leftJoin(users, eq(users.id, principals.id))
    .leftJoin(settings, eq(settings.principal_id, principals.id))
    .where(eq(sessions.token_hash, sql.placeholder('hash')))
    .prepare(),
}));

/** Lucia's view of our table: one statement to look a session up, and no token in it. */
class SessionTable implements Adapter {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async getSessionAndUser(token: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const row = statements(this.#db).byHash.get({ hash: hashToken(token) });
    if (!row) return [null, null];
    const { row_id, principal_id, expires_at, last_used_at, user_agent, address, ...attributes } = row;
    return [
      {
        id: token,
        userId: principal_id,
        expiresAt: new Date(expires_at),
        attributes: { row_id, last_used_at, user_agent, address },
      },
      { id: principal_id, attributes },
    ];
  }

  async setSession({ id, userId, expiresAt, attributes }: DatabaseSession): Promise<void> {
    const { last_used_at, user_agent, address } = attributes;
    this.#db
      .insert(sessions)
      .values({
        token_hash: hashToken(id),
        principal_id: userId,
        expires_at: expiresAt.getTime(),
        created_at: last_used_at,
        last_used_at,
        user_agent,
        address,
      })
      .run();
  }

  async updateSessionExpiration(token: string, expiresAt: Date): Promise<void> {
    this.#db
      .update(sessions)
      .set({ expires_at: expiresAt.getTime() })
      .where(eq(sessions.token_hash, hashToken(token)))
      .run();
  }

  async deleteSession(token: string): Promise<void> {
    this.#db
      .delete(sessions)
      .where(eq(sessions.token_hash, hashToken(token)))
      .run();
  }

  async getUserSessions(): Promise<DatabaseSession[]> {
    throw new Error('sessions are listed by their rows: their tokens are not known');
  }

  async deleteUserSessions(principal_id: number): Promise<void> {
    this.#db.delete(sessions).where(eq(sessions.principal_id, principal_id)).run();
  }

  async deleteExpiredSessions(): Promise<void> {
    this.#db.delete(sessions).where(lt(sessions.expires_at, Date.now())).run();
  }
}

function makeLucia(db: Db) {
  return new Lucia<SessionAttributes, Attributes>(new SessionTable(db), {
    sessionExpiresIn: new TimeSpan(SESSION_DAYS, 'd'),
    sessionCookie: { name: SESSION_COOKIE, attributes: { sameSite: 'lax', path: '/' } },
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: (attributes) => attributes,
  });
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof makeLucia>;
    UserId: number;
    DatabaseUserAttributes: Attributes;
    DatabaseSessionAttributes: SessionAttributes;
  }
}

const luciaOf = preparedStatements(makeLucia);

export interface SessionFacts {
  user_agent: string | null;
  address: string | null;
}

/** Opens a session. Returns the cookie's value, which is known to nobody else, and the row's id. */
export async function openSession(
  db: Db,
  clock: Clock,
  principal_id: number,
  { user_agent, address }: SessionFacts,
): Promise<{ token: string; session_id: number }> {
  const lucia = luciaOf(db);
  const last_used_at = clock.now();
  const { id } = await lucia.createSession(principal_id, { row_id: 0, last_used_at, user_agent, address });
  const row = statements(db).byHash.get({ hash: hashToken(id) });
  if (!row) throw new Error('the session that was just opened is not there');
  return { token: id, session_id: row.row_id };
}

export interface SessionLookup {
  caller: User | Guest;
  language: Language | null;
  /** the value to send again, when the session's end has moved */
  renewed: string | null;
}

/** Whose session a `Cookie` header carries. `none`: it carries none. `ended`: it has run out or was revoked. */
export async function findSession(
  db: Db,
  clock: Clock,
  cookieHeader: string,
): Promise<SessionLookup | 'none' | 'ended'> {
  const lucia = luciaOf(db);
  const token = readCookie(lucia, cookieHeader);
  if (!token) return 'none';
  const row = statements(db).byHash.get({ hash: hashToken(token) });
  if (!row || row.locked_at !== null) return 'ended';
  const now = clock.now();
  // Lucia moves the end of a session that is past its half, and takes away one that is over. Others it only reads again.
  const young = row.expires_at - now > SESSION_MS / 2;
  const session = young ? null : (await lucia.validateSession(token)).session;
  if (!young && (!session || session.expiresAt.getTime() <= now)) return 'ended';
  if (now - row.last_used_at > TOUCH_MS) touchSession(db, row.row_id, now);
  const caller = toCaller(row.principal_id, row, row.row_id, 'cookie');
  return { caller, language: row.language, renewed: session?.fresh ? token : null };
}

/** Lucia decodes every cookie of the header; one of another program on this host may be none it can. */
function readCookie(lucia: ReturnType<typeof makeLucia>, header: string): string | null {
  try {
    return lucia.readSessionCookie(header);
  } catch {
    const [, token] = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([\\w-]+)(?:;|$)`).exec(header) ?? [];
    return token ?? null;
  }
}

/** Tells a user from a guest. */
export function toCaller(
  principal_id: number,
  row: Pick<Attributes, 'guest_id' | 'user_id' | 'role'>,
  session_id: number,
  via: 'cookie' | 'bearer',
): User | Guest {
  if (row.user_id === null) return { kind: 'guest', principal_id, guest_id: row.guest_id, session_id };
  return { kind: 'user', principal_id, public_id: row.user_id, role: row.role ?? 'user', session_id, via };
}

/** Whether a login still stands: it has not run out or been ended, and its user is not locked out. */
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

export function touchSession(db: Db, session_id: number, now: number): void {
  db.update(sessions).set({ last_used_at: now }).where(eq(sessions.id, session_id)).run();
}

/** A `Set-Cookie` value that carries the session, or, with null, takes it away. */
export function toSessionCookie(db: Db, token: string | null, secure: boolean): string {
  const lucia = luciaOf(db);
  const cookie = token === null ? lucia.createBlankSessionCookie() : lucia.createSessionCookie(token);
  cookie.attributes.secure = secure;
  return cookie.serialize();
}

/**
 * Ends every session of a principal, but one that is to stay, and what would open new ones: codes of devices that are
 * not spent yet. Returns how many sessions ended.
 */
export function endSessions(db: Pick<Db, 'delete'>, principal_id: number, keep?: number): number {
  db.delete(device_codes).where(eq(device_codes.user_id, principal_id)).run();
  db.delete(device_grants).where(eq(device_grants.user_id, principal_id)).run();
  const others = keep === undefined ? undefined : ne(sessions.id, keep);
  return db
    .delete(sessions)
    .where(and(eq(sessions.principal_id, principal_id), others))
    .run().changes;
}

/** Ends one session of a principal, with every token that hangs on it. False when there is none of that id. */
export function endSession(db: Pick<Db, 'delete'>, principal_id: number, session_id: number): boolean {
  return (
    db
      .delete(sessions)
      .where(and(eq(sessions.principal_id, principal_id), eq(sessions.id, session_id)))
      .run().changes > 0
  );
}

/** The live sessions of a principal, the last used first. */
export function listSessions(db: Db, principal_id: number, now: number) {
  return db
    .select()
    .from(sessions)
    .where(and(eq(sessions.principal_id, principal_id), gt(sessions.expires_at, now)))
    .orderBy(sql`${sessions.last_used_at} desc, ${sessions.id} desc`)
    .all();
}
