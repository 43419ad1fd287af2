import type { Context, MiddlewareHandler } from 'hono';
import { cors as honoCors } from 'hono/cors';
import { ApiError } from '../../routers/core/errors.ts';
import type { HonoEnv } from './context.ts';

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS']);

/** What every answer says to browsers. A page that is rendered brings its own policy, and what it says of itself stays. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-site',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The same of an operation's answer: it is somebody's own, and nobody else is to keep it. */
export const OPERATION_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'cache-control': 'no-store',
};

/** Security headers, for answers that were not given theirs when they were made. */
export function securityHeaders(): MiddlewareHandler<HonoEnv> {
  const pairs = Object.entries(SECURITY_HEADERS);
  return async (c, next) => {
    await next();
    if (c.get('dressed')) return;
    const { headers } = c.res;
    const page = headers.has('content-security-policy');
    for (const [name, value] of pairs) if (!headers.has(name)) headers.set(name, value);
    // What has an ETag is meant to be kept and asked about again.
    if (page || headers.has('cache-control') || headers.has('etag')) return;
    headers.set('cache-control', 'no-store');
  };
}

/** CORS for the origins that are configured. Hono's middleware is dear, so only requests with an Origin meet it. */
export function cors(origins: readonly string[]): MiddlewareHandler {
  const any = origins.includes('*');
  const shared = honoCors({
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
export function csrf(origins: readonly string[]): MiddlewareHandler {
  return (c, next) => {
    if (SAFE.has(c.req.method) || !c.req.header('cookie') || c.req.header('authorization')) return next();
    if (isCrossSite(c, origins)) throw new ApiError('FORBIDDEN');
    return next();
  };
}

/** Whether a browser says that another site made the request. */
export function isCrossSite(c: Context, origins: readonly string[] = []): boolean {
  const origin = c.req.header('origin');
  return origin === undefined
    ? c.req.header('sec-fetch-site') === 'cross-site'
    : !origins.includes(origin) && hostOf(origin) !== (c.req.header('host') ?? new URL(c.req.url).host);
}

function hostOf(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
