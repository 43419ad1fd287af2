import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../../routers/core/errors.ts';

/**
 * Refuses bodies that are compressed: how large one is would be known only once it is unpacked. The answer says what is
 * taken (RFC 9110, 12.5.3).
 *
 * @example
 * app.use(contentEncoding());
 */
export function contentEncoding(): MiddlewareHandler {
  return function contentEncoding(c, next) {
    const encoding = c.req.header('content-encoding')?.trim().toLowerCase();
    if (!encoding || encoding === 'identity') return next();
    c.header('Accept-Encoding', 'identity');
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: 'Content-Encoding: identity' } });
  };
}
