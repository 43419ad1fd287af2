import type { MiddlewareHandler } from 'hono';
import { ApiError } from '../../routers/core/errors.ts';

/**
 * Refuses bodies that are compressed: how large one is would be known only once it is unpacked. The answer says what is
 * taken (RFC 9110, 12.5.3). Paths that unpack within a limit of their own take gzip.
 *
 * @example
 * app.use(contentEncoding((path) => path === '/v1/traces'));
 */
export function contentEncoding(takesGzip: (path: string) => boolean): MiddlewareHandler {
  return function contentEncoding(c, next) {
    const encoding = c.req.header('content-encoding')?.trim().toLowerCase();
    if (!encoding || encoding === 'identity') return next();
    const taken = takesGzip(c.req.path) ? 'gzip' : 'identity';
    if (encoding === taken) return next();
    c.header('Accept-Encoding', taken);
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', { params: { expected: `Content-Encoding: ${taken}` } });
  };
}
