import { TRPCError } from '@trpc/server';
import type { Context as HonoContext } from 'hono';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import type { Deps } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { acceptedLanguage } from '../../routers/core/language.ts';
import { toErrorShape } from '../../routers/core/procedures.ts';
import { appRouter } from '../../routers/index.ts';
import { NO_OPERATION } from '../observability/metrics.ts';
import { type MetricsOptions, mountMetrics } from '../observability/metrics-page.ts';
import { type AppOptions, createContext, type HonoEnv, operationName } from './context.ts';
import { mountDevicePage } from './device-page.ts';
import { docs, openApiJson } from './docs.ts';
import { requestLog } from './request-log.ts';
import { mountRest, toErrorResponse } from './rest.ts';
import { cors, csrf, securityHeaders } from './security-headers.ts';
import { mountStreams } from './sse.ts';
import { toTrpcErrorResponse, trpcHandler } from './trpc-handler.ts';
import { mountWebhooks } from './webhooks.ts';

/** The whole HTTP face: middleware in order, then the mounts. */
export function createApp(
  deps: Deps,
  options: AppOptions & { cors_origins: readonly string[]; metrics: MetricsOptions },
): Hono<HonoEnv> {
  const context = (c: HonoContext<HonoEnv>) => createContext(c, deps, options);
  const onError = (error: Error, c: HonoContext<HonoEnv>) => {
    const { http, code } = toErrorShape(error, 'en');
    const err = error instanceof TRPCError ? (error.cause ?? error) : error;
    if (http >= 500) deps.log.error({ err, code, request_id: c.get('requestId') }, 'a request failed');
  };
  const rest = mountRest(appRouter, { context, onError });
  const streams = mountStreams(appRouter, { context, onError });
  const webhooks = mountWebhooks({ context, onError });

  const app = new Hono<HonoEnv>();
  app.use(requestId({ limitLength: 128 }));
  app.use(requestLog(deps, appRouter._def.procedures));
  app.use(securityHeaders());
  app.use(cors(options.cors_origins));
  app.use(csrf(options.cors_origins));
  app.all(
    '/trpc/*',
    trpcHandler(appRouter, { context, onError, metrics: deps.metrics, max_batch: options.max_batch }),
  );
  app.route('/', mountMetrics({ context }, options.metrics));
  for (const path of ['/', '/openapi.json', '/docs/*']) app.use(path, operationName(path));
  app.get('/openapi.json', openApiJson(deps.settings.version));
  app.get('/', (c) => c.redirect('/docs/'));
  app.route('/', docs());
  app.route('/', mountDevicePage({ context, onError }));
  app.route('/', streams);
  app.route('/api/v1', streams);
  app.route('/', webhooks);
  app.route('/api/v1', webhooks);
  app.route('/', rest);
  app.route('/api/v1', rest);
  const teller = (c: HonoContext<HonoEnv>) =>
    context(c).catch(() => ({
      language: acceptedLanguage(c.req.header('accept-language')) ?? 'ko',
      clock: deps.clock,
      http: null,
    }));
  app.notFound(async (c) => {
    c.set('operation', NO_OPERATION);
    return toErrorResponse(c, await teller(c), new ApiError('NOT_FOUND'));
  });
  app.onError(async (error, c) => {
    if (!c.get('operation')) c.set('operation', NO_OPERATION);
    onError(error, c);
    const fail = c.req.path.startsWith('/trpc/') ? toTrpcErrorResponse : toErrorResponse;
    return fail(c, await teller(c), error);
  });
  return app;
}
