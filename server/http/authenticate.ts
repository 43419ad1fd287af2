import type { Db } from '../../db/index.ts';
import type { Language } from '../../ml/text/language.ts';
import { findSession } from '../../routers/accounts/auth/sessions.ts';
import { findBearer } from '../../routers/accounts/auth/tokens.ts';
import type { Caller, Clock, Guest, Http, User } from '../../routers/core/context.ts';

export interface Credentials {
  authorization: string | undefined;
  cookie: string | undefined;
}

export interface Authentication {
  caller: Caller;
  /** the caller of the cookie, also when a bearer token names another one */
  cookieCaller: User | Guest | null;
  language: Language | null;
  authFailure: Http['authFailure'];
  /** a session token whose cookie is to be sent again, because its end has moved */
  renewed: string | null;
}

const ANONYMOUS: Guest = { kind: 'guest', principal_id: null, guest_id: null, session_id: null };

/** Who is calling: a bearer token or API key first, then the session cookie, else a guest not met before. */
export async function authenticate(db: Db, clock: Clock, credentials: Credentials): Promise<Authentication> {
  const token = parseBearer(credentials.authorization);
  const bearer = token === null ? null : findBearer(db, clock, token);
  const session = credentials.cookie ? await findSession(db, clock, credentials.cookie) : 'none';
  const validSession = typeof session === 'object' ? session : null;
  const cookieCaller = validSession?.caller ?? null;
  const renewed = validSession?.renewedToken ?? null;
  if (bearer) return { ...bearer, cookieCaller, authFailure: null, renewed };
  const authFailure = toAuthFailure(token !== null, session === 'ended');
  if (token !== null) return { caller: ANONYMOUS, cookieCaller, language: null, authFailure, renewed };
  return {
    caller: cookieCaller ?? ANONYMOUS,
    cookieCaller,
    language: validSession?.language ?? null,
    authFailure,
    renewed,
  };
}

function toAuthFailure(bearer: boolean, ended: boolean): Http['authFailure'] {
  if (bearer) return { code: 'SESSION_EXPIRED', by: 'bearer' };
  return ended ? { code: 'SESSION_EXPIRED', by: 'cookie' } : null;
}

/** The token of an `Authorization: Bearer …` header (RFC 6750); null for none and for other schemes. */
function parseBearer(header: string | undefined): string | null {
  if (!header) return null;
  const [, token] = /^bearer +(\S+) *$/i.exec(header) ?? [];
  return token ?? null;
}
