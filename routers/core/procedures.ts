import { initTRPC, type TRPCCreateRouterOptions } from '@trpc/server';
import type { OpenApiMeta } from 'trpc-to-openapi';
import type { ApiKeyScope } from '../../db/index.ts';
import type { Language } from '../../ml/text/language.ts';
import { acceptAbsentFields } from './absent-fields.ts';
import {
  type Access,
  assertAdmin,
  assertGuestOrUser,
  assertKeyOrUser,
  assertUser,
  type IdentifiedGuest,
} from './access.ts';
import type { Context, Key, User } from './context.ts';
import { toTrpcErrorShape } from './error-shape.ts';
import type { ErrorCode, ErrorShape } from './errors.ts';
import type { Rate } from './rate-limits.ts';

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
  /** the verb may set `ctx.http.response.content`, a file that is sent instead of the output; `only`: it always does */
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
  /** an `Idempotency-Key` is honoured: the verb runs in `withIdempotencyKey` */
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
  access?: Access;
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

/** A router of procedures and routers; procedures without required fields take no input at all. */
export function router<Procedures extends TRPCCreateRouterOptions>(procedures: Procedures) {
  return t.router(acceptAbsentFields(procedures));
}

/** Makes a router's procedures functions, for what calls them from inside. */
export const callerFactory = t.createCallerFactory;

/** No credentials are asked for, and bad ones do no harm. */
export const publicProcedure = t.procedure.meta({ access: 'anyone' });

/** For one kind of caller. */
function procedureFor<Me>(access: Access, identify: (ctx: Context) => Me) {
  return t.procedure.meta({ access }).use(async ({ ctx, next }) => {
    const caller = await identify(ctx);
    return next({ ctx: extendContext(ctx, { caller }) });
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
export const guestProcedure = procedureFor('guest', (ctx): User | Promise<IdentifiedGuest> => {
  const caller = assertGuestOrUser(ctx);
  return caller.kind === 'user' ? caller : ctx.accounts.ensureGuest(ctx);
});

export const userProcedure = procedureFor('user', assertUser);

export const adminProcedure = procedureFor('admin', assertAdmin);

/** A key with one of these scopes, or a user. With TRUST_LOOPBACK_AGENTS, agents on the same machine need neither. */
export const scopedProcedure = (...scopes: [ApiKeyScope, ...ApiKeyScope[]]) =>
  t.procedure.meta({ access: scopes[0], scopes }).use(({ ctx, next }) => {
    const caller = assertKeyOrUser(ctx, scopes);
    if (caller !== ctx.auth.caller) return next({ ctx: { caller, auth: { caller } } });
    return next({ ctx: extendContext(ctx, { caller }) });
  });

/** What verbs of guests and users get: a context that says who is calling. */
export type CallerContext = Context & { caller: User | IdentifiedGuest };
export type UserContext = Context & { caller: User };
export type KeyContext = Context & { caller: User | Key };
