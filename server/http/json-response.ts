import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { HonoEnv } from './context.ts';
import { OPERATION_HEADERS } from './security-headers.ts';

type Pairs = readonly (readonly [name: string, value: string])[];

/**
 * An answer in JSON, made with all its headers in a plain object: they go to the socket as they are, where a `Headers`
 * that is filled one by one and copied out again costs as much as two queries.
 */
export function jsonResponse(c: Context<HonoEnv>, body: unknown, status: number, said: Pairs): Response {
  // Cookies share one name.
  if (said.some(([name]) => name === 'set-cookie')) {
    setHeaders(c, said);
    return c.json(body as object, status as ContentfulStatusCode);
  }
  c.set('dressed', true);
  const headers = Object.assign(
    { 'content-type': 'application/json', 'x-request-id': c.get('requestId') },
    OPERATION_HEADERS,
    Object.fromEntries(said),
  );
  return new Response(JSON.stringify(body), { status, headers });
}

export function setHeaders(c: Context, said: Pairs): void {
  for (const [name, value] of said) c.header(name, value, { append: name === 'set-cookie' });
}
