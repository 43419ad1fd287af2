import { TRPCError } from '@trpc/server';
import type { Context as HonoContext } from 'hono';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import type { Deps } from '../../routers/core/context.ts';
import { toErrorShape } from '../../routers/core/error-shape.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { acceptedLanguage } from '../../routers/core/language.ts';
import { appRouter } from '../../routers/index.ts';
import { NO_OPERATION } from '../observability/metrics.ts';
import { type MetricsOptions, mountMetrics } from '../observability/metrics-page.ts';
import { contentEncoding } from './content-encoding.ts';
import {
  type AppOptions,
  type ContextOptions,
  createContext,
  type HonoEnv,
  operationName,
} from './context.ts';
import { cors } from './cors.ts';
import { csrf } from './csrf.ts';
import { mountDevicePage } from './device-page.ts';
import { docs, openApiJson } from './docs.ts';
import { toErrorResponse } from './error-response.ts';
import type { HandlerOptions } from './handle.ts';
import { mountMcp } from './mcp.ts';
import { mountMethodNotAllowed } from './method-not-allowed.ts';
import { mountOtlp } from './otlp.ts';
import { isOtlpPath } from './otlp-paths.ts';
import { RateLimiter } from './rate-limiter.ts';
import { requestLog } from './request-log.ts';
import { mountRest } from './rest.ts';
import { securityHeaders } from './security-headers.ts';
import { mountStreams } from './sse.ts';
import { toTrpcErrorResponse, trpcHandler } from './trpc-handler.ts';
import { mountWebhooks } from './webhooks.ts';

type C = HonoContext<HonoEnv>;
export type HttpOptions = AppOptions & { cors_origins: readonly string[]; metrics: MetricsOptions };

/** Everything over HTTP: middleware in order, then the transports, each of which ends in `handleRequest`. */
export function createApp(deps: Deps, options: HttpOptions): Hono<HonoEnv> {
  const limiter = options.rate_limits ? new RateLimiter(deps) : null;
  const handler = toHandlerOptions(deps, { ...options, limiter });
  const app = new Hono<HonoEnv>();
  app.use(requestId({ limitLength: 128 }));
  app.use(requestLog(deps, appRouter._def.procedures));
  app.use(securityHeaders());
  app.use(cors(options.cors_origins));
  app.use(csrf(handler, options));
  app.use(contentEncoding(isOtlpPath));
  const { metrics } = deps;
  app.all('/trpc/*', trpcHandler(appRouter, { ...handler, metrics, max_batch: options.max_batch }));
  app.route('/', mountMetrics(handler, options.metrics));
  for (const path of ['/', '/openapi.json', '/docs/*']) app.use(path, operationName(path));
  app.get('/openapi.json', openApiJson(deps.settings.version));
  app.get('/', (c) => c.redirect('/docs/'));
  app.route('/', docs());
  app.route('/', mountDevicePage(handler, options));
  const prefixed = [
    mountStreams(appRouter, handler),
    mountWebhooks(handler),
    mountOtlp(handler),
    mountRest(appRouter, handler),
    mountMcp(appRouter, deps.settings.version, handler),
  ];
  for (const transport of prefixed) {
    app.route('/', transport);
    app.route('/api/v1', transport);
  }
  mountMethodNotAllowed(app);
  answerErrors(app, handler);
  return app;
}

function toHandlerOptions(deps: Deps, options: ContextOptions): HandlerOptions {
  return {
    context: (c) => createContext(c, deps, options),
    errorContext: (c) => ({
      db: deps.db,
      language: acceptedLanguage(c.req.header('accept-language')) ?? 'ko',
      clock: deps.clock,
      http: null,
    }),
    onError: (error, c) => {
      const { http, code } = toErrorShape(error, 'en');
      const err = error instanceof TRPCError ? (error.cause ?? error) : error;
      const fields = { code, request_id: c.get('requestId') };
      // What is not configured is no fault that needs a stack.
      if (code === 'LLM_UNAVAILABLE') deps.log.warn(fields, 'a request needs a language model');
      else if (http >= 500) deps.log.error({ err, ...fields }, 'a request failed');
    },
  };
}

/** Errors outside `handleRequest`: of middleware, and of paths and methods that do not exist. */
function answerErrors(app: Hono<HonoEnv>, { context, errorContext, onError }: HandlerOptions): void {
  const findContext = (c: C) => context(c).catch(() => errorContext(c));
  app.notFound(async (c) => {
    c.set('operation', NO_OPERATION);
    return toErrorResponse(c, await findContext(c), new ApiError('NOT_FOUND'));
  });
  app.onError(async (error, c) => {
    if (!c.get('operation')) c.set('operation', NO_OPERATION);
    onError(error, c);
    const respond = c.req.path.startsWith('/trpc/') ? toTrpcErrorResponse : toErrorResponse;
    return respond(c, await findContext(c), error);
  });
}
