import { TRPCError } from '@trpc/server';
import type { Context as HonoContext } from 'hono';
import { Hono } from 'hono';
import { requestId } from 'hono/request-id';
import type { Parts } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { acceptedLanguage } from '../../routers/core/language.ts';
import { explain } from '../../routers/core/procedures.ts';
import { appRouter } from '../../routers/index.ts';
import { NO_OPERATION } from '../observability/metrics.ts';
import { type MetricsOptions, mountMetrics } from '../observability/metrics-page.ts';
import { type AppOptions, contextOf, type HonoEnv, named } from './context.ts';
import { mountDevicePage } from './device-page.ts';
import { docs, openApiJson } from './docs.ts';
import { requestLog } from './request-log.ts';
import { failure, mountRest } from './rest.ts';
import { crossOrigin, headers, sameSite } from './security-headers.ts';
import { mountStreams } from './sse.ts';
import { nativeFailure, trpcHandler } from './trpc-handler.ts';
import { mountWebhooks } from './webhooks.ts';

/** The whole HTTP face: middleware in order, then the mounts. */
export function makeApp(
  parts: Parts,
  options: AppOptions & { cors_origins: readonly string[]; metrics: MetricsOptions },
): Hono<HonoEnv> {
  const context = (c: HonoContext<HonoEnv>) => contextOf(c, parts, options);
  const onError = (error: Error, c: HonoContext<HonoEnv>) => {
    const { http, code } = explain(error, 'en');
    const err = error instanceof TRPCError ? (error.cause ?? error) : error;
    if (http >= 500) parts.log.error({ err, code, request_id: c.get('requestId') }, 'a request failed');
  };
  const rest = mountRest(appRouter, { context, onError });
  const streams = mountStreams(appRouter, { context, onError });
  const webhooks = mountWebhooks({ context, onError });

  const app = new Hono<HonoEnv>();
  app.use(requestId({ limitLength: 128 }));
  app.use(requestLog(parts, appRouter._def.procedures));
  app.use(headers());
  app.use(crossOrigin(options.cors_origins));
  app.use(sameSite(options.cors_origins));
  app.all(
    '/trpc/*',
    trpcHandler(appRouter, { context, onError, metrics: parts.metrics, max_batch: options.max_batch }),
  );
  app.route('/', mountMetrics({ context }, options.metrics));
  for (const path of ['/', '/openapi.json', '/docs/*']) app.use(path, named(path));
  app.get('/openapi.json', openApiJson(parts.settings.version));
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
      clock: parts.clock,
      http: null,
    }));
  app.notFound(async (c) => {
    c.set('operation', NO_OPERATION);
    return failure(c, await teller(c), new ApiError('NOT_FOUND'));
  });
  app.onError(async (error, c) => {
    if (!c.get('operation')) c.set('operation', NO_OPERATION);
    onError(error, c);
    const fail = c.req.path.startsWith('/trpc/') ? nativeFailure : failure;
    return fail(c, await teller(c), error);
  });
  return app;
}
