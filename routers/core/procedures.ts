import { initTRPC, type TRPCCreateRouterOptions } from '@trpc/server';
import type { OpenApiMeta } from 'trpc-to-openapi';
import type { z } from 'zod';
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
  listKeyScopes,
} from './access.ts';
import type { Caller, Context, Key, User } from './context.ts';
import { toTrpcErrorShape } from './error-shape.ts';
import type { ErrorCode, ErrorShape } from './errors.ts';
import type { Rate } from './rate-limits.ts';

/** What REST needs to know of a procedure beyond path and method. */
export interface RestMeta {
  /** the status of a success; default 200 */
  status?: 200 | 201 | 202 | 204;
  /** the status of a success that made nothing new, of an operation that otherwise answers 201 */
  unchanged_status?: 200;
  /** the status of an output that says that something is wrong */
  failing_status?: 503;
  /** ColScan's `{status, message?, data?}` around the output; Flash's clients read it bare */
  envelope?: 'colscan';
  /** the `message` of the envelope; `{name}` takes a field of the output */
  message?: Record<Language, string>;
  /** `none`: REST sends the message alone; tRPC sends the output */
  data?: 'none';
  /** fields of the output that the envelope has next to `data` instead of inside it */
  envelope_fields?: readonly string[];
  /** the input comes as multipart/form-data; `stream`: its files go to disk as they arrive (see `UploadedFile`) */
  form?: boolean | 'stream';
  /** the verb may answer with a file (`ctx.http.response.content`) instead of the output; `only`: it always does */
  content?: 'maybe' | 'only';
  /** answers carry an ETag, and clients may revalidate them */
  etag?: boolean;
  /** a client of OAuth calls it: forms are read besides JSON, and errors carry its `error` */
  oauth?: boolean;
  /** of a DELETE: the input is a JSON body instead of a query */
  body?: boolean;
  /** bytes; default: the limit of every JSON body */
  body_limit?: number;
  /** error codes of this operation besides those of every operation; with a status if it is not the code's usual one */
  errors?: readonly (ErrorCode | readonly [ErrorCode, number])[];
  /** accepts an `Idempotency-Key`: the verb runs in `withIdempotencyKey` */
  idempotent?: boolean;
  /** of a stream: what each event is */
  event?: z.ZodType;
  /** of a stream: the response headers are sent before the first event, which may take long to come */
  flush_headers_early?: boolean;
  /** the procedure gets a signal that is aborted when the caller disconnects */
  cancellable?: boolean;
}

export interface ProcedureMeta extends OpenApiMeta {
  rest?: RestMeta;
  /** the rate limit that a call counts against; default `general` */
  rateLimit?: Rate | 'none';
  /** language models may call it, as a tool of the Model Context Protocol */
  isTool?: true;
  /** who may call; set by `userProcedure` and the others below */
  access?: Access;
  /** API keys with one of these scopes may call, besides users */
  scopes?: readonly ApiKeyScope[];
  /**
   * API keys with one of these scopes may call in the name of their owner. Default: `read` for queries of guests and
   * users, none for the rest
   */
  keys?: readonly ApiKeyScope[];
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

/** Makes functions of a router's procedures, for calls from inside the server. */
export const callerFactory = t.createCallerFactory;

/** Needs no credentials; wrong ones are ignored. */
export const publicProcedure = t.procedure.meta({ access: 'anyone' });

/** A procedure for one kind of caller; `identify` throws for all others. */
function procedureFor<C extends User | IdentifiedGuest>(
  access: Access,
  identify: (ctx: Context, keyScopes: readonly ApiKeyScope[]) => C | Promise<C>,
) {
  return t.procedure.meta({ access }).use(async ({ ctx, next, meta, type }) => {
    const caller = await identify(ctx, listKeyScopes(meta ?? { access }, type));
    return next({ ctx: withCaller(ctx, caller) });
  });
}

/**
 * The context with `caller` in it. A context that several calls share is copied; one of a single call is changed,
 * because the copy costs more than the authentication.
 */
function withCaller<C extends Caller>(ctx: Context, caller: C): Context & { caller: C } {
  return ctx.isSingleCall ? Object.assign(ctx, { caller }) : { ...ctx, caller };
}

/** A guest or a user. An anonymous caller becomes a guest with a cookie. */
export const guestProcedure = procedureFor<User | IdentifiedGuest>('guest', (ctx, keyScopes) => {
  const caller = assertGuestOrUser(ctx, keyScopes);
  return caller.kind === 'user' ? caller : ctx.accounts.ensureGuest(ctx);
});

export const userProcedure = procedureFor('user', assertUser);

export const adminProcedure = procedureFor('admin', (ctx) => assertAdmin(ctx));

/**
 * A key with one of these scopes, or a user. With TRUST_LOOPBACK_AGENTS, agents on the same machine need neither.
 * `scopes` decides who may call; `access` is one of them, which tells the OpenAPI document that credentials are needed.
 */
export const scopedProcedure = (...scopes: [ApiKeyScope, ...ApiKeyScope[]]) =>
  t.procedure.meta({ access: scopes[0], scopes }).use(({ ctx, next }) => {
    const caller = assertKeyOrUser(ctx, scopes);
    // A loopback agent came without credentials, so verbs must see the agent in `auth` as well.
    if (caller !== ctx.auth.caller) return next({ ctx: { caller, auth: { caller } } });
    return next({ ctx: withCaller(ctx, caller) });
  });

/** The contexts that verbs get: `caller` is of the kind that the procedure admits. */
export type CallerContext = Context & { caller: User | IdentifiedGuest };
export type UserContext = Context & { caller: User };
export type KeyContext = Context & { caller: User | Key };
