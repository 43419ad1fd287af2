import { eq, lt, sql } from 'drizzle-orm';
import { type Adapter, type DatabaseSession, type DatabaseUser, Lucia, TimeSpan } from 'lucia';
import { type Db, preparedStatements, principals, sessions, settings, users } from '../../../db/index.ts';
import type { Language } from '../../../ml/text/language.ts';
import { hashToken } from './hash-token.ts';

/** ColScan's clients expect this name. */
export const SESSION_COOKIE = 'flask_auth_session';
const SESSION_DAYS = 30;
export const SESSION_TTL_MS = SESSION_DAYS * 86_400_000;

export interface SessionOwner {
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
  authenticated_at: number | null;
  user_agent: string | null;
  address: string | null;
}

const statements = preparedStatements((db) => ({
  byHash: db
    .select({
      row_id: sessions.id,
      principal_id: sessions.principal_id,
      expires_at: sessions.expires_at,
      last_used_at: sessions.last_used_at,
      authenticated_at: sessions.authenticated_at,
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

/** The session of a token with its owner, from one statement. */
export function findSessionByToken(db: Db, token: string) {
  return statements(db).byHash.get({ hash: hashToken(token) });
}

/** Lucia's adapter for our table: one statement to look up a session, and no tokens in the table. */
class SessionTable implements Adapter {
  readonly #db: Db;

  constructor(db: Db) {
    this.#db = db;
  }

  async getSessionAndUser(token: string): Promise<[DatabaseSession | null, DatabaseUser | null]> {
    const row = findSessionByToken(this.#db, token);
    if (!row) return [null, null];
    const {
      row_id,
      principal_id,
      expires_at,
      last_used_at,
      authenticated_at,
      user_agent,
      address,
      ...attributes
    } = row;
    return [
      {
        id: token,
        userId: principal_id,
        expiresAt: new Date(expires_at),
        attributes: { row_id, last_used_at, authenticated_at, user_agent, address },
      },
      { id: principal_id, attributes },
    ];
  }

  async setSession({ id, userId, expiresAt, attributes }: DatabaseSession): Promise<void> {
    const { last_used_at, authenticated_at, user_agent, address } = attributes;
    this.#db
      .insert(sessions)
      .values({
        token_hash: hashToken(id),
        principal_id: userId,
        expires_at: expiresAt.getTime(),
        created_at: last_used_at,
        last_used_at,
        authenticated_at,
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
    throw new Error('sessions are listed by their rows, since their tokens are not stored');
  }

  async deleteUserSessions(principal_id: number): Promise<void> {
    this.#db.delete(sessions).where(eq(sessions.principal_id, principal_id)).run();
  }

  async deleteExpiredSessions(): Promise<void> {
    this.#db.delete(sessions).where(lt(sessions.expires_at, Date.now())).run();
  }
}

function createLucia(db: Db) {
  return new Lucia<SessionAttributes, SessionOwner>(new SessionTable(db), {
    sessionExpiresIn: new TimeSpan(SESSION_DAYS, 'd'),
    sessionCookie: { name: SESSION_COOKIE, attributes: { sameSite: 'lax', path: '/' } },
    getSessionAttributes: (attributes) => attributes,
    getUserAttributes: (attributes) => attributes,
  });
}

declare module 'lucia' {
  interface Register {
    Lucia: ReturnType<typeof createLucia>;
    UserId: number;
    DatabaseUserAttributes: SessionOwner;
    DatabaseSessionAttributes: SessionAttributes;
  }
}

export const getLucia = preparedStatements(createLucia);

/** The token in a `Cookie` header. Lucia decodes every cookie and fails at malformed ones, which other programs may set. */
export function readSessionToken(lucia: ReturnType<typeof createLucia>, header: string): string | null {
  try {
    return lucia.readSessionCookie(header);
  } catch {
    const [, token] = new RegExp(`(?:^|;\\s*)${SESSION_COOKIE}=([\\w-]+)(?:;|$)`).exec(header) ?? [];
    return token ?? null;
  }
}
