import { initTRPC, TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { OpenApiMeta } from 'trpc-to-openapi';
import { ZodError } from 'zod';
import type { ApiKeyScope } from '../../db/index.ts';
import { ensureGuest } from '../accounts/auth/guests.ts';
import { firstAdmin } from '../accounts/auth/users.ts';
import type { Context, Guest, Key, User } from './context.ts';
import {
  ApiError,
  ERRORS,
  type ErrorCode,
  type ErrorShape,
  type Issue,
  type Language,
  type OAuthError,
} from './errors.ts';
import type { Rate } from './rate-limits.ts';
import { cannotWrite, troubleOf } from './storage-errors.ts';
import { localIssues } from './validation-issues.ts';
import { iso } from './wire-types.ts';

/** What REST needs to know of a procedure beyond path and method. */
export interface RestMeta {
  /** the success status; 200 unless said */
  status?: 200 | 201 | 202 | 204;
  /** ColScan's `{status, message?, data?}` around the output; Flash's clients read it bare */
  envelope?: 'colscan';
  /** a sentence beside the data; `{name}` takes a field of the output */
  message?: Record<Language, string>;
  /** `none`: the message says it all, the output is for tRPC */
  data?: 'none';
  /** fields of the output that stand beside `data` instead of in it */
  beside?: readonly string[];
  /** the input comes as multipart/form-data; `stream`: its files go to disk as they arrive (see `UploadedFile`) */
  form?: boolean | 'stream';
  /** the verb may set `reply.content`: a file, sent instead of the output. `only`: it always does */
  content?: 'maybe' | 'only';
  /** answers carry an ETag and may be kept, to be asked about again */
  etag?: boolean;
  /** a client of OAuth calls it: forms are read besides JSON, and errors carry its `error` */
  oauth?: boolean;
  /** of a DELETE: the input comes as JSON, since it does not belong into an address */
  body?: boolean;
  /** bytes; the product's JSON limit unless said */
  body_limit?: number;
  /** error codes of this operation besides those every operation has; with a status where it is not the code's own */
  errors?: readonly (ErrorCode | readonly [ErrorCode, number])[];
  /** an `Idempotency-Key` is honoured: the verb runs in `once` */
  idempotent?: boolean;
  /** a stream that may be silent for long: it begins without waiting for its first event */
  at_once?: boolean;
  /** the procedure is told when the caller leaves */
  cancellable?: boolean;
}

export interface Meta extends OpenApiMeta {
  rest?: RestMeta;
  /** the rate limit it counts against; `general` unless said */
  limit?: Rate | 'none';
  /** set by the builders: who may call */
  who?: 'anyone' | 'guest' | 'user' | 'admin' | ApiKeyScope;
  /** the keys that may call besides users: those with one of these scopes */
  scopes?: readonly ApiKeyScope[];
}

const t = initTRPC
  .context<Context>()
  .meta<Meta>()
  .create({
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
    errorFormatter({ error, ctx, input, path }): ErrorShape {
      const request_id = ctx?.http?.request_id ?? null;
      return nativeShape(
        error,
        { language: ctx?.language ?? 'ko', now: ctx?.clock.now(), request_id },
        path,
        input,
      );
    },
  });

/** An error as tRPC's clients get it. */
export function nativeShape(
  error: TRPCError,
  reader: { language: Language; now: number | undefined; request_id: string | null },
  path?: string,
  input?: unknown,
): ErrorShape {
  const told = explain(error, reader.language, input);
  return {
    code: TRPC_ERROR_CODES_BY_KEY[error.code],
    message: told.message,
    data: {
      code: told.code,
      httpStatus: told.http,
      path: path ?? null,
      timestamp: iso(reader.now ?? Date.now()),
      request_id: reader.request_id,
      issues: told.issues ?? null,
      retry_after: told.retry_after ?? null,
    },
  };
}

export interface Told {
  code: ErrorCode;
  http: number;
  message: string;
  issues?: Issue[] | undefined;
  retry_after?: number | undefined;
  oauth?: OAuthError | undefined;
}

/** What a client is told of an error, in its language. What is not an ApiError is not told. */
export function explain(error: unknown, language: Language, input?: unknown): Told {
  if (error instanceof ApiError) {
    return {
      code: error.reason,
      http: error.http,
      message: error.sentence(language),
      issues: error.issues(language),
      retry_after: error.retry_after,
      oauth: error.details.oauth,
    };
  }
  const code = codeOf(error);
  // What tRPC itself refuses is a body of another type.
  const plain = new ApiError(code, { params: { expected: 'application/json' } });
  const { http, retry_after } = plain;
  const told: Told = { code, http, message: plain.sentence(language), retry_after };
  if (error instanceof TRPCError && error.cause instanceof ZodError && code === 'INVALID_INPUT') {
    told.issues = localIssues(error.cause, input, language);
  }
  return told;
}

/** The status that `explain` tells, without its texts. */
export function statusOf(error: unknown): number {
  return error instanceof ApiError ? error.http : ERRORS[codeOf(error)].http;
}

function codeOf(error: unknown): ErrorCode {
  const trouble = troubleOf(error);
  if (trouble) return trouble;
  if (!(error instanceof TRPCError)) return 'INTERNAL_ERROR';
  switch (error.code) {
    case 'PARSE_ERROR':
    case 'BAD_REQUEST':
      return 'INVALID_INPUT';
    case 'NOT_FOUND':
      return 'NOT_FOUND';
    case 'METHOD_NOT_SUPPORTED':
      return 'METHOD_NOT_ALLOWED';
    case 'PAYLOAD_TOO_LARGE':
      return 'PAYLOAD_TOO_LARGE';
    case 'UNSUPPORTED_MEDIA_TYPE':
      return 'UNSUPPORTED_MEDIA_TYPE';
    default:
      return 'INTERNAL_ERROR';
  }
}

export const router = t.router;
/** Makes a router's procedures functions, for what calls them from inside. */
export const callerFactory = t.createCallerFactory;

type Called = {
  ctx: Context;
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: Meta | undefined;
};
type Outcome = { ok: true } | { ok: false; error: unknown };

/** Every call is counted against its rate before anything else is done with it, and measured whatever becomes of it. */
async function counted<R extends Outcome>(called: Called, call: () => Promise<R>): Promise<R> {
  const { ctx, path, meta } = called;
  const began = performance.now();
  const measure = (status: number) => ctx.metrics.operation(path, status, performance.now() - began);
  try {
    const rate = meta?.limit ?? 'general';
    if (rate !== 'none') spend(called, rate);
    const outcome = await call();
    measure(outcome.ok ? (ctx.http?.reply.status ?? meta?.rest?.status ?? 200) : statusOf(outcome.error));
    return outcome;
  } catch (error) {
    measure(statusOf(error));
    throw error;
  }
}

/** Counting writes a row. Where nothing can be written, what only reads goes on uncounted. */
function spend({ ctx, type }: Called, rate: Rate): void {
  try {
    ctx.spend(rate);
  } catch (error) {
    if (type === 'mutation' || !cannotWrite(error)) throw error;
  }
}

/** No credentials are asked for, and bad ones do no harm. */
export const anyone = t.procedure
  .meta({ who: 'anyone' })
  .use((called) => counted(called, () => called.next()));

/** For one kind of caller. */
function procedureFor<Me>(who: Meta['who'] & string, identify: (ctx: Context) => Me) {
  return t.procedure.meta({ who }).use((called) => {
    const { ctx, next } = called;
    return counted(called, async () => {
      const me = await identify(ctx);
      return next({ ctx: adding(ctx, { me }) });
    });
  });
}

/**
 * What is to be added to a context for the rest of a call. tRPC copies the context for that, field by field, which
 * costs more than finding out who is calling; one that nothing else uses takes it itself, and tRPC gets nothing.
 */
function adding<T extends object>(ctx: Context, more: T): T {
  if (!ctx.alone) return more;
  Object.assign(ctx, more);
  return undefined as unknown as T;
}

/** A guest or a user. A guest is made, and given a cookie, at its first call. */
export const guest = procedureFor('guest', aGuestOrUser);

export const user = procedureFor('user', aUser);

export const admin = procedureFor('admin', (ctx) => {
  const me = aUser(ctx);
  if (me.role !== 'admin') throw new ApiError('FORBIDDEN');
  return me;
});

/** A key with one of these scopes, or a user. On a laptop that says so, agents on the same machine need neither. */
export const keyOrUser = (...scopes: [ApiKeyScope, ...ApiKeyScope[]]) =>
  t.procedure.meta({ who: scopes[0], scopes }).use((called) => {
    const { ctx, next } = called;
    return counted(called, async () => {
      const { caller } = ctx.who;
      const local = scopes.includes('agent') ? loopbackAgent(ctx) : null;
      if (local) return next({ ctx: { me: local as User | Key, who: { caller: local } } });
      if (caller.kind !== 'key') return next({ ctx: adding(ctx, { me: aUser(ctx) as User | Key }) });
      if (!scopes.some((scope) => caller.scopes.includes(scope))) throw new ApiError('FORBIDDEN');
      return next({ ctx: adding(ctx, { me: caller as User | Key }) });
    });
  });

export type IdentifiedGuest = Guest & { principal_id: number; guest_id: string };

function aGuestOrUser(ctx: Context): User | Promise<IdentifiedGuest> {
  const { caller } = ctx.who;
  if (caller.kind === 'user') return caller;
  if (caller.kind !== 'guest') throw new ApiError('FORBIDDEN');
  if (ctx.http?.refused?.by === 'bearer') throw new ApiError(ctx.http.refused.code);
  return ensureGuest(ctx);
}

function aUser(ctx: Context): User {
  const { caller } = ctx.who;
  if (caller.kind === 'user') return caller;
  if (caller.kind === 'key') throw new ApiError('FORBIDDEN');
  throw new ApiError(ctx.http?.refused?.code ?? 'AUTH_REQUIRED');
}

/** The first administrator, in whose name an agent on this machine works when TRUST_LOOPBACK_AGENTS is on. */
function loopbackAgent(ctx: Context): Key | null {
  if (!ctx.settings.trust_loopback_agents || !ctx.http?.local) return null;
  if (ctx.who.caller.kind !== 'guest' || ctx.http.refused) return null;
  const principal_id = firstAdmin(ctx.db);
  return principal_id === null
    ? null
    : { kind: 'key', key_id: 0, principal_id, role: 'admin', scopes: ['agent'] };
}

/** What verbs of guests and users get: a context in which it is settled who I am. */
export type MyContext = Context & { me: User | IdentifiedGuest };
export type UserContext = Context & { me: User };
export type KeyContext = Context & { me: User | Key };
