import type { Context, MiddlewareHandler } from 'hono';
import { ApiError } from '../../routers/core/errors.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses unsafe methods that carry a cookie and no token when another site sent them. Browsers say where a request
 * comes from in `Origin` and `Sec-Fetch-Site` (OWASP's CSRF cheat sheet); other clients send neither.
 *
 * @example
 * app.use(csrf(['https://app.example.com']));
 */
export function csrf(origins: readonly string[]): MiddlewareHandler {
  return function csrf(c, next) {
    const { method } = c.req;
    if (SAFE_METHODS.has(method) || !c.req.header('cookie') || c.req.header('authorization')) return next();
    if (isCrossSite(c, origins)) throw new ApiError('FORBIDDEN');
    return next();
  };
}

/** Whether a browser says that another site made the request. */
export function isCrossSite(c: Context, origins: readonly string[] = []): boolean {
  const origin = c.req.header('origin');
  if (origin === undefined) return c.req.header('sec-fetch-site') === 'cross-site';
  return !origins.includes(origin) && toHost(origin) !== (c.req.header('host') ?? new URL(c.req.url).host);
}

function toHost(origin: string): string | null {
  return URL.canParse(origin) ? new URL(origin).host : null;
}
