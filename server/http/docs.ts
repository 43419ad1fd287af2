import { createRequire } from 'node:module';
import path from 'node:path';
import { serveStatic } from '@hono/node-server/serve-static';
import { type Handler, Hono } from 'hono';
import { appRouter } from '../../routers/index.ts';

const CSP =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'";

/** Credentials go along with what is tried out, and stay in the page over a reload. */
const INITIALIZER = `window.onload = async () => {
  const spec = await (await fetch('/openapi.json')).json();
  // What is tried out goes to the server that this page came from.
  spec.servers = spec.servers.filter(({ url }) => url.startsWith('/'));
  window.ui = SwaggerUIBundle({
    spec,
    dom_id: '#swagger-ui',
    deepLinking: true,
    persistAuthorization: true,
    tryItOutEnabled: true,
    withCredentials: true,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
    layout: 'BaseLayout',
    validatorUrl: null,
  });
};
`;

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

/** Swagger UI from the installed package: nothing is loaded from elsewhere. */
export function docs(): Hono {
  const files = path.dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  const app = new Hono();
  app.use('/docs/*', async (c, next) => {
    await next();
    c.header('Content-Security-Policy', CSP);
  });
  app.get('/docs', (c) => c.redirect('/docs/'));
  app.get('/docs/swagger-initializer.js', (c) =>
    c.body(INITIALIZER, 200, { 'Content-Type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/docs/*', serveStatic({ root: files, rewriteRequestPath: (p) => p.replace(/^\/docs/, '') }));
  return app;
}
