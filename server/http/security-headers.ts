import type { MiddlewareHandler } from 'hono';
import type { HonoEnv } from './context.ts';

/** For every answer. A page brings its own policy. */
const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-site',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=15552000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

/** The same for the answer of an operation, which is private: no cache may store it. */
export const OPERATION_HEADERS: Readonly<Record<string, string>> = {
  ...SECURITY_HEADERS,
  'cache-control': 'no-store',
};

/**
 * Adds the security headers, except to answers that were made with them (`hasSecurityHeaders`). Headers that an answer
 * has already stay as they are.
 *
 * @example
 * app.use(securityHeaders());
 */
export function securityHeaders(): MiddlewareHandler<HonoEnv> {
  const pairs = Object.entries(SECURITY_HEADERS);
  return async function securityHeaders(c, next) {
    await next();
    if (c.get('hasSecurityHeaders')) return;
    const { headers } = c.res;
    const page = headers.has('content-security-policy');
    for (const [name, value] of pairs) if (!headers.has(name)) headers.set(name, value);
    // An answer with an ETag is meant to be stored and revalidated.
    if (page || headers.has('cache-control') || headers.has('etag')) return;
    headers.set('cache-control', 'no-store');
  };
}
