import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { HonoEnv } from './context.ts';
import { OPERATION_HEADERS } from './security-headers.ts';

/** Pairs, since several cookies share one name. */
type HeaderPairs = readonly (readonly [name: string, value: string])[];

/**
 * An answer in JSON, made with all its headers in a plain object: they go to the socket as they are, where a `Headers`
 * that is filled one by one and copied out again costs as much as two queries.
 */
export function jsonResponse(
  c: Context<HonoEnv>,
  body: unknown,
  status: number,
  headers: HeaderPairs,
): Response {
  // Cookies share one name.
  if (headers.some(([name]) => name === 'set-cookie')) {
    setHeaders(c, headers);
    return c.json(body as object, status as ContentfulStatusCode);
  }
  c.set('hasSecurityHeaders', true);
  const fields = Object.assign(
    { 'content-type': 'application/json', 'x-request-id': c.get('requestId') },
    OPERATION_HEADERS,
    Object.fromEntries(headers),
  );
  return new Response(JSON.stringify(body), { status, headers: fields });
}

export function setHeaders(c: Context, headers: HeaderPairs): void {
  for (const [name, value] of headers) c.header(name, value, { append: name === 'set-cookie' });
}
