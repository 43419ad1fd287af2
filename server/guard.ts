import type { Context, MiddlewareHandler } from 'hono';
import { cors } from 'hono/cors';
import { secureHeaders } from 'hono/secure-headers';
import { ApiError } from '../routers/errors.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

const RENDERS_NOTHING = "default-src 'none'; frame-ancestors 'none'";

/** Security headers for answers that no browser renders. A page that is rendered, `/docs`, brings its own policy. */
export function headers(): MiddlewareHandler {
  const shared = secureHeaders({
    crossOriginResourcePolicy: 'same-site',
    xFrameOptions: 'DENY',
    // What a page says of itself stays.
    overwrite: false,
    // These do something for pages only, and each costs every answer.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
  return async (c, next) => {
    await shared(c, next);
    if (c.res.headers.has('content-security-policy')) return;
    c.res.headers.set('content-security-policy', RENDERS_NOTHING);
    // Answers are somebody's own; what has an ETag is meant to be kept and asked about again.
    if (!c.res.headers.has('cache-control') && !c.res.headers.has('etag'))
      c.res.headers.set('cache-control', 'no-store');
  };
}

/** CORS for the origins that are configured. Hono's middleware is dear, so only requests with an Origin meet it. */
export function crossOrigin(origins: readonly string[]): MiddlewareHandler {
  const any = origins.includes('*');
  const shared = cors({
    origin: any ? '*' : [...origins],
    credentials: !any,
    allowHeaders: [
      'Authorization',
      'Content-Type',
      'Accept-Language',
      'Idempotency-Key',
      'If-None-Match',
      'If-Range',
      'Last-Event-ID',
      'Range',
      'X-Request-Id',
    ],
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposeHeaders: [
      'Content-Disposition',
      'Content-Range',
      'ETag',
      'X-Request-Id',
      'Retry-After',
      'RateLimit-Limit',
      'RateLimit-Remaining',
      'RateLimit-Reset',
      'Idempotency-Replayed',
    ],
    maxAge: 600,
  });
  return (c, next) => (origins.length > 0 && c.req.header('origin') ? shared(c, next) : next());
}

/**
 * Refuses unsafe methods that carry a cookie and no token when another site sent them. Browsers say where a request
 * comes from in `Origin` and `Sec-Fetch-Site` (OWASP's CSRF cheat sheet); other clients send neither.
 */
export function sameSite(origins: readonly string[]): MiddlewareHandler {
  return (c, next) => {
    if (SAFE.has(c.req.method) || !c.req.header('cookie') || c.req.header('authorization')) return next();
    if (isForeign(c, origins)) throw new ApiError('FORBIDDEN');
    return next();
  };
}

/** Whether a browser says that another site made the request. */
export function isForeign(c: Context, origins: readonly string[] = []): boolean {
  const origin = c.req.header('origin');
  return origin === undefined
    ? c.req.header('sec-fetch-site') === 'cross-site'
    : !origins.includes(origin) && hostOf(origin) !== (c.req.header('host') ?? new URL(c.req.url).host);
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
