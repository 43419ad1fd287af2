import { createRequire } from 'node:module';
import path from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Handler, Hono } from 'hono';
import { appRouter } from '../../routers/index.ts';
import { resolveInPackage } from '../process/env.ts';

const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** The document is made at the first request, and once: its generator is the dearest import of all. */
export function openApiJson(version: string): Handler {
  let text: Promise<string> | undefined;
  return async (c) => {
    text ??= import('./openapi.ts').then(({ buildDocument }) =>
      JSON.stringify(buildDocument(appRouter, version)),
    );
    return c.body(await text, 200, { 'Content-Type': 'application/json' });
  };
}

/** The page of the documentation: Swagger UI from the installed package in a page of ours. Nothing is loaded from elsewhere. */
export function docs(): Hono {
  const swagger = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const app = new Hono();
  app.use('/docs/*', async (c, next) => {
    await next();
    c.header('Content-Security-Policy', CSP);
  });
  app.get('/docs', (c) => c.redirect('/docs/'));
  const rewriteRequestPath = (requested: string) => requested.replace(/^\/docs/, '');
  for (const root of [resolveInPackage('web/docs'), swagger])
    app.get('/docs/*', serveStatic({ root, rewriteRequestPath }));
  return app;
}
