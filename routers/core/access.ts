import type { ApiKeyScope } from '../../db/index.ts';
import type { Caller, Context, Guest, Key, User } from './context.ts';
import { ApiError } from './errors.ts';

/** Who may call an operation: everyone, or those who are at least this. */
export type Access = 'anyone' | 'guest' | 'user' | 'admin' | ApiKeyScope;

/** A guest who is stored and has a cookie. */
export type IdentifiedGuest = Guest & { principal_id: number; guest_id: string };

/**
 * Whether the caller may call an operation at all: looked at before its input is read. It writes nothing; a guest is
 * made later, by the operation. Throws AUTH_REQUIRED, SESSION_EXPIRED, FORBIDDEN.
 */
export function assertAccess(ctx: Context, access: Access, scopes?: readonly ApiKeyScope[]): void {
  if (scopes) assertKeyOrUser(ctx, scopes);
  else if (access === 'guest') assertGuestOrUser(ctx);
  else if (access === 'user') assertUser(ctx);
  else if (access === 'admin') assertAdmin(ctx);
}

export function assertGuestOrUser(ctx: Context): User | Guest {
  const { caller } = ctx.auth;
  if (caller.kind === 'user') return caller;
  if (caller.kind !== 'guest') throw new ApiError('FORBIDDEN');
  if (ctx.http?.authFailure?.by === 'bearer') throw new ApiError(ctx.http.authFailure.code);
  return caller;
}

export function assertUser(ctx: Context): User {
  const { caller } = ctx.auth;
  if (caller.kind === 'user') return caller;
  if (caller.kind === 'key') throw new ApiError('FORBIDDEN');
  throw new ApiError(ctx.http?.authFailure?.code ?? 'AUTH_REQUIRED');
}

export function assertAdmin(ctx: Context): User {
  const caller = assertUser(ctx);
  if (!isAdmin(caller)) throw new ApiError('FORBIDDEN');
  return caller;
}

/** Whether the caller administers the product. A key never does, whoever owns it. */
export function isAdmin(caller: Caller): boolean {
  return caller.kind === 'user' && caller.role === 'admin';
}

/** A user, or a key with one of these scopes. */
export function assertKeyOrUser(ctx: Context, scopes: readonly ApiKeyScope[]): User | Key {
  const { caller } = ctx.auth;
  const agent = scopes.includes('agent') ? findLoopbackAgent(ctx) : null;
  if (agent) return agent;
  if (caller.kind !== 'key') return assertUser(ctx);
  if (!scopes.some((scope) => caller.scopes.includes(scope))) throw new ApiError('FORBIDDEN');
  return caller;
}

/** The first administrator, in whose name an agent on this machine works when TRUST_LOOPBACK_AGENTS is on. */
export function findLoopbackAgent(ctx: Context): Key | null {
  if (!ctx.settings.trust_loopback_agents || !ctx.http?.isLoopback) return null;
  if (ctx.auth.caller.kind !== 'guest' || ctx.http.authFailure) return null;
  const principal_id = ctx.accounts.findFirstAdmin(ctx.db);
  return principal_id === null ? null : { kind: 'key', key_id: 0, principal_id, scopes: ['agent'] };
}
