import { initTRPC, TRPCError } from '@trpc/server';
import { TRPC_ERROR_CODES_BY_KEY } from '@trpc/server/rpc';
import type { OpenApiMeta } from 'trpc-to-openapi';
import { ZodError } from 'zod';
import type { ApiKeyScope } from '../../db/index.ts';
import { ensureGuest } from '../accounts/auth/guests.ts';
import { findFirstAdmin } from '../accounts/auth/users.ts';
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
import { findStorageError, isWriteFailure } from './storage-errors.ts';
import { localizeIssues } from './validation-issues.ts';
import { toIso } from './wire-types.ts';

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

export interface ProcedureMeta extends OpenApiMeta {
  rest?: RestMeta;
  /** the rate limit it counts against; `general` unless said */
  rateLimit?: Rate | 'none';
  /** set by the builders: who may call */
  access?: 'anyone' | 'guest' | 'user' | 'admin' | ApiKeyScope;
  /** the keys that may call besides users: those with one of these scopes */
  scopes?: readonly ApiKeyScope[];
}

const t = initTRPC
  .context<Context>()
  .meta<ProcedureMeta>()
  .create({
    isDev: false,
    sse: { ping: { enabled: true, intervalMs: 15_000 }, client: { reconnectAfterInactivityMs: 45_000 } },
    errorFormatter({ error, ctx, input, path }): ErrorShape {
      const request_id = ctx?.http?.request_id ?? null;
      return toTrpcErrorShape(
        error,
        { language: ctx?.language ?? 'ko', now: ctx?.clock.now(), request_id },
        path,
        input,
      );
    },
  });

/** An error as tRPC's clients get it. */
export function toTrpcErrorShape(
  error: TRPCError,
  reader: { language: Language; now: number | undefined; request_id: string | null },
  path?: string,
  input?: unknown,
): ErrorShape {
  const told = toErrorShape(error, reader.language, input);
  return {
    code: TRPC_ERROR_CODES_BY_KEY[error.code],
    message: told.message,
    data: {
      code: told.code,
      httpStatus: told.http,
      path: path ?? null,
      timestamp: toIso(reader.now ?? Date.now()),
      request_id: reader.request_id,
      issues: told.issues ?? null,
      retry_after: told.retry_after ?? null,
    },
  };
}

export interface ErrorDescription {
  code: ErrorCode;
  http: number;
  message: string;
  issues?: Issue[] | undefined;
  retry_after?: number | undefined;
  oauth?: OAuthError | undefined;
}

/** What a client is told of an error, in its language. What is not an ApiError is not told. */
export function toErrorShape(error: unknown, language: Language, input?: unknown): ErrorDescription {
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
  const code = toErrorCode(error);
  // What tRPC itself refuses is a body of another type.
  const plain = new ApiError(code, { params: { expected: 'application/json' } });
  const { http, retry_after } = plain;
  const told: ErrorDescription = { code, http, message: plain.sentence(language), retry_after };
  if (error instanceof TRPCError && error.cause instanceof ZodError && code === 'INVALID_INPUT') {
    told.issues = localizeIssues(error.cause, input, language);
  }
  return told;
}

/** The status that `explain` tells, without its texts. */
export function toHttpStatus(error: unknown): number {
  return error instanceof ApiError ? error.http : ERRORS[toErrorCode(error)].http;
}

function toErrorCode(error: unknown): ErrorCode {
  const trouble = findStorageError(error);
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

type ProcedureCall = {
  ctx: Context;
  path: string;
  type: 'query' | 'mutation' | 'subscription';
  meta: ProcedureMeta | undefined;
};
type CallOutcome = { ok: true } | { ok: false; error: unknown };

/** Every call is counted against its rate before anything else is done with it, and measured whatever becomes of it. */
async function withRateLimitAndMetrics<R extends CallOutcome>(
  called: ProcedureCall,
  call: () => Promise<R>,
): Promise<R> {
  const { ctx, path, meta } = called;
  const began = performance.now();
  const measure = (status: number) => ctx.metrics.operation(path, status, performance.now() - began);
  try {
    const rate = meta?.rateLimit ?? 'general';
    if (rate !== 'none') consumeRate(called, rate);
    const outcome = await call();
    measure(
      outcome.ok ? (ctx.http?.response.status ?? meta?.rest?.status ?? 200) : toHttpStatus(outcome.error),
    );
    return outcome;
  } catch (error) {
    measure(toHttpStatus(error));
    throw error;
  }
}

/** Counting writes a row. Where nothing can be written, what only reads goes on uncounted. */
function consumeRate({ ctx, type }: ProcedureCall, rate: Rate): void {
  try {
    ctx.consume(rate);
  } catch (error) {
    if (type === 'mutation' || !isWriteFailure(error)) throw error;
  }
}

/** No credentials are asked for, and bad ones do no harm. */
export const publicProcedure = t.procedure
  .meta({ access: 'anyone' })
  .use((called) => withRateLimitAndMetrics(called, () => called.next()));

/** For one kind of caller. */
function procedureFor<Me>(who: ProcedureMeta['access'] & string, identify: (ctx: Context) => Me) {
  return t.procedure.meta({ access: who }).use((called) => {
    const { ctx, next } = called;
    return withRateLimitAndMetrics(called, async () => {
      const me = await identify(ctx);
      return next({ ctx: extendContext(ctx, { caller: me }) });
    });
  });
}

/**
 * What is to be added to a context for the rest of a call. tRPC copies the context for that, field by field, which
 * costs more than finding out who is calling; one that nothing else uses takes it itself, and tRPC gets nothing.
 */
function extendContext<T extends object>(ctx: Context, more: T): T {
  if (!ctx.ownsContext) return more;
  Object.assign(ctx, more);
  return undefined as unknown as T;
}

/** A guest or a user. A guest is made, and given a cookie, at its first call. */
export const guestProcedure = procedureFor('guest', assertGuestOrUser);

export const userProcedure = procedureFor('user', assertUser);

export const adminProcedure = procedureFor('admin', (ctx) => {
  const caller = assertUser(ctx);
  if (caller.role !== 'admin') throw new ApiError('FORBIDDEN');
  return caller;
});

/** A key with one of these scopes, or a user. On a laptop that says so, agents on the same machine need neither. */
export const scopedProcedure = (...scopes: [ApiKeyScope, ...ApiKeyScope[]]) =>
  t.procedure.meta({ access: scopes[0], scopes }).use((called) => {
    const { ctx, next } = called;
    return withRateLimitAndMetrics(called, async () => {
      const { caller } = ctx.auth;
      const local = scopes.includes('agent') ? findLoopbackAgent(ctx) : null;
      if (local) return next({ ctx: { caller: local as User | Key, auth: { caller: local } } });
      if (caller.kind !== 'key')
        return next({ ctx: extendContext(ctx, { caller: assertUser(ctx) as User | Key }) });
      if (!scopes.some((scope) => caller.scopes.includes(scope))) throw new ApiError('FORBIDDEN');
      return next({ ctx: extendContext(ctx, { caller: caller as User | Key }) });
    });
  });

export type IdentifiedGuest = Guest & { principal_id: number; guest_id: string };

function assertGuestOrUser(ctx: Context): User | Promise<IdentifiedGuest> {
  const { caller } = ctx.auth;
  if (caller.kind === 'user') return caller;
  if (caller.kind !== 'guest') throw new ApiError('FORBIDDEN');
  if (ctx.http?.authFailure?.by === 'bearer') throw new ApiError(ctx.http.authFailure.code);
  return ensureGuest(ctx);
}

function assertUser(ctx: Context): User {
  const { caller } = ctx.auth;
  if (caller.kind === 'user') return caller;
  if (caller.kind === 'key') throw new ApiError('FORBIDDEN');
  throw new ApiError(ctx.http?.authFailure?.code ?? 'AUTH_REQUIRED');
}

/** The first administrator, in whose name an agent on this machine works when TRUST_LOOPBACK_AGENTS is on. */
function findLoopbackAgent(ctx: Context): Key | null {
  if (!ctx.settings.trust_loopback_agents || !ctx.http?.isLoopback) return null;
  if (ctx.auth.caller.kind !== 'guest' || ctx.http.authFailure) return null;
  const principal_id = findFirstAdmin(ctx.db);
  return principal_id === null
    ? null
    : { kind: 'key', key_id: 0, principal_id, role: 'admin', scopes: ['agent'] };
}

/** What verbs of guests and users get: a context in which it is settled who I am. */
export type CallerContext = Context & { caller: User | IdentifiedGuest };
export type UserContext = Context & { caller: User };
export type KeyContext = Context & { caller: User | Key };
