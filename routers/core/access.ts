import type { TRPCProcedureType } from '@trpc/server';
import type { ApiKeyScope } from '../../db/index.ts';
import type { Caller, Context, Guest, Key, User } from './context.ts';
import { ApiError } from './errors.ts';

/** Who may call an operation: everyone, or those who are at least this. */
export type Access = 'anyone' | 'guest' | 'user' | 'admin' | ApiKeyScope;

/** A guest who is stored and has a cookie. */
export type IdentifiedGuest = Guest & { principal_id: number; guest_id: string };

/** What decides who may call an operation. */
export interface AccessRule {
  access?: Access | undefined;
  /** of an operation for agents and services: keys with one of these may call, besides users */
  scopes?: readonly ApiKeyScope[] | undefined;
  /** of an operation for guests or users: keys with one of these may call in the name of their owner */
  keys?: readonly ApiKeyScope[] | undefined;
}

const READ: readonly ApiKeyScope[] = ['read'];
const NONE: readonly ApiKeyScope[] = [];

/**
 * The scopes of which a key needs one for an operation. A key with `read` may call every query of guests and users,
 * unless the operation names its own scopes. No key may call an operation for administrators.
 */
export function listKeyScopes(
  { access, scopes, keys }: AccessRule,
  type: TRPCProcedureType,
): readonly ApiKeyScope[] {
  if (scopes) return scopes;
  if (access !== 'guest' && access !== 'user') return NONE;
  return keys ?? (type === 'query' ? READ : NONE);
}

/**
 * Whether the caller may call an operation at all: looked at before its input is read. It writes nothing; a guest is
 * made later, by the operation. Throws AUTH_REQUIRED, SESSION_EXPIRED, FORBIDDEN.
 */
export function assertAccess(ctx: Context, rule: AccessRule, type: TRPCProcedureType): void {
  if (rule.scopes) assertKeyOrUser(ctx, rule.scopes);
  else if (rule.access === 'guest') assertGuestOrUser(ctx, listKeyScopes(rule, type));
  else if (rule.access === 'user') assertUser(ctx, listKeyScopes(rule, type));
  else if (rule.access === 'admin') assertAdmin(ctx);
}

/** Whether `assertAccess` lets the caller call an operation. */
export function mayCall(ctx: Context, rule: AccessRule, type: TRPCProcedureType): boolean {
  try {
    assertAccess(ctx, rule, type);
    return true;
  } catch (error) {
    if (error instanceof ApiError) return false;
    throw error;
  }
}

/** The owner of a key, who administers nothing by it. Throws FORBIDDEN when the key has none of these scopes. */
function toOwner({ principal_id, public_id, scopes }: Key, allowedScopes: readonly ApiKeyScope[]): User {
  if (!allowedScopes.some((scope) => scopes.includes(scope))) throw new ApiError('FORBIDDEN');
  return { kind: 'user', principal_id, public_id, role: 'user', session_id: 0, via: 'bearer' };
}

export function assertGuestOrUser(ctx: Context, keyScopes: readonly ApiKeyScope[] = NONE): User | Guest {
  const { caller } = ctx.auth;
  if (caller.kind === 'user') return caller;
  if (caller.kind === 'key') return toOwner(caller, keyScopes);
  if (caller.kind !== 'guest') throw new ApiError('FORBIDDEN');
  if (ctx.http?.authFailure?.by === 'bearer') throw new ApiError(ctx.http.authFailure.code);
  return caller;
}

export function assertUser(ctx: Context, keyScopes: readonly ApiKeyScope[] = NONE): User {
  const { caller } = ctx.auth;
  if (caller.kind === 'user') return caller;
  if (caller.kind === 'key') return toOwner(caller, keyScopes);
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
  return principal_id === null
    ? null
    : { kind: 'key', key_id: 0, principal_id, public_id: '', scopes: ['agent'] };
}
