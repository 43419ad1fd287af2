import type { MiddlewareHandler } from 'hono';
import { cors as honoCors } from 'hono/cors';

const REQUEST_HEADERS = [
  'Authorization',
  'Content-Type',
  'Accept-Language',
  'Idempotency-Key',
  'If-None-Match',
  'If-Range',
  'Last-Event-ID',
  'Range',
  'X-Request-Id',
];
const RESPONSE_HEADERS = [
  'Content-Disposition',
  'Content-Range',
  'ETag',
  'X-Request-Id',
  'Retry-After',
  'RateLimit-Limit',
  'RateLimit-Remaining',
  'RateLimit-Reset',
  'Idempotency-Replayed',
];

/**
 * CORS for the configured origins; `*` is any, without cookies. Hono's middleware is slow, so only requests with an
 * `Origin` go through it.
 *
 * @example
 * app.use(cors(['https://app.example.com']));
 */
export function cors(origins: readonly string[]): MiddlewareHandler {
  const any = origins.includes('*');
  const withCors = honoCors({
    origin: any ? '*' : [...origins],
    credentials: !any,
    allowHeaders: REQUEST_HEADERS,
    allowMethods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposeHeaders: RESPONSE_HEADERS,
    maxAge: 600,
  });
  return function cors(c, next) {
    return origins.length > 0 && c.req.header('origin') ? withCors(c, next) : next();
  };
}
