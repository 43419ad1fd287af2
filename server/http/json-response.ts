import type { Context } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { ApiError } from '../../routers/core/errors.ts';
import type { HonoEnv } from './context.ts';
import { OPERATION_HEADERS } from './security-headers.ts';

/** Pairs, since several cookies share one name. */
type HeaderPairs = readonly (readonly [name: string, value: string])[];

/** Bytes of an answer, but for files and streams. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Throws ANSWER_TOO_LARGE. */
export function toJsonText(value: unknown, limit = MAX_ANSWER_BYTES): string {
  const text = JSON.stringify(value) ?? 'null';
  // A text that is short in characters is short in bytes, which take longer to count.
  if (text.length * 3 > limit && Buffer.byteLength(text) > limit) throw answerTooLarge();
  return text;
}

function answerTooLarge(): ApiError {
  return new ApiError('ANSWER_TOO_LARGE', { params: { limit: MAX_ANSWER_BYTES } });
}

/** What the calls of one request may still answer, in bytes. */
export class AnswerBudget {
  #left = MAX_ANSWER_BYTES;

  /** Throws ANSWER_TOO_LARGE when the answers before have used it up. */
  assertLeft(): void {
    if (this.#left <= 0) throw answerTooLarge();
  }

  /** The text of an answer that still fits. Throws ANSWER_TOO_LARGE; then no later answer fits either. */
  spend(answer: unknown): string {
    const left = this.#left;
    this.#left = 0;
    const text = toJsonText(answer, left);
    this.#left = left - Buffer.byteLength(text);
    return text;
  }
}

/**
 * An answer in JSON, made with all its headers in a plain object: they go to the socket as they are, where a `Headers`
 * that is filled one by one and copied out again costs as much as two queries. Throws ANSWER_TOO_LARGE.
 */
export function jsonResponse(
  c: Context<HonoEnv>,
  body: unknown,
  status: number,
  headers: HeaderPairs,
  text = toJsonText(body),
): Response {
  // Cookies share one name.
  if (headers.some(([name]) => name === 'set-cookie')) {
    setHeaders(c, headers);
    return c.body(text, status as ContentfulStatusCode, { 'content-type': 'application/json' });
  }
  c.set('hasSecurityHeaders', true);
  const fields = Object.assign(
    { 'content-type': 'application/json', 'x-request-id': c.get('requestId') },
    OPERATION_HEADERS,
    Object.fromEntries(headers),
  );
  return new Response(text, { status, headers: fields });
}

/** Adds headers, and the id of the request, to a response that somebody else has made. */
export function addHeaders(c: Context<HonoEnv>, response: Response, headers: HeaderPairs): Response {
  response.headers.set('x-request-id', c.get('requestId'));
  for (const [name, value] of headers) {
    if (name === 'set-cookie') response.headers.append(name, value);
    else response.headers.set(name, value);
  }
  return response;
}

export function setHeaders(c: Context, headers: HeaderPairs): void {
  for (const [name, value] of headers) c.header(name, value, { append: name === 'set-cookie' });
}
