import type { Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { Context } from '../../routers/core/context.ts';
import { type ErrorDescription, toErrorShape } from '../../routers/core/error-shape.ts';
import type { OAuthError } from '../../routers/core/errors.ts';
import type { RestMeta } from '../../routers/core/procedures.ts';
import { toIso } from '../../routers/core/wire-types.ts';
import type { HonoEnv } from './context.ts';
import { setHeaders } from './json-response.ts';

/** What of a context an error needs; there is one even when making the context is what failed. */
export type ErrorContext = Pick<Context, 'db' | 'language' | 'clock' | 'http'>;

/** An error as REST answers it: the one envelope of every error. */
export function toErrorResponse(
  c: HonoContext<HonoEnv>,
  ctx: ErrorContext,
  error: unknown,
  input?: unknown,
  rest?: RestMeta,
): Response {
  const description = toErrorShape(error, ctx.language, input);
  const { code, http, message, issues, retry_after } = description;
  const body = {
    status: 'error',
    message,
    code,
    timestamp: toIso(ctx.clock.now()),
    request_id: c.get('requestId'),
    ...(issues ? { issues } : {}),
    ...(retry_after === undefined ? {} : { retry_after }),
    ...(rest?.oauth ? { error: toOAuthError(description) } : {}),
  };
  setHeaders(c, ctx.http?.response.headers ?? []);
  if (retry_after !== undefined) c.header('Retry-After', String(retry_after));
  return c.json(body, http as ContentfulStatusCode);
}

function toOAuthError({ oauth, http }: ErrorDescription): OAuthError {
  if (oauth) return oauth;
  if (http === 429) return 'slow_down';
  return http >= 500 ? 'server_error' : 'invalid_request';
}
