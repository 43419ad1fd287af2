import type { Context, MiddlewareHandler } from 'hono';
import { ApiError } from '../../routers/core/errors.ts';
import { type AppOptions, findForwarded, type HonoEnv } from './context.ts';
import type { HandlerOptions } from './handle.ts';

/** Which origins are those of the product: its own addresses, and those that may call it. */
export type OriginOptions = Pick<AppOptions, 'trust_proxy' | 'public_url'> & {
  cors_origins?: readonly string[];
};

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses unsafe methods that another site sent with a cookie, unless a token says who calls. Browsers say where a
 * request comes from in `Origin` and `Sec-Fetch-Site` (OWASP's CSRF cheat sheet); other clients send neither.
 *
 * @example
 * app.use(csrf(handler, { cors_origins: ['https://app.example.com'], trust_proxy: 0 }));
 */
export function csrf(
  { context }: Pick<HandlerOptions, 'context'>,
  origins: OriginOptions,
): MiddlewareHandler<HonoEnv> {
  return async function csrf(c, next) {
    const isHarmless = SAFE_METHODS.has(c.req.method) || !c.req.header('cookie') || !isCrossSite(c, origins);
    if (isHarmless || (await hasToken(c, context))) return next();
    throw new ApiError('FORBIDDEN');
  };
}

/** Whether the request is that of its token; browsers add other credentials by themselves, as for Basic. */
async function hasToken(c: Context<HonoEnv>, context: HandlerOptions['context']): Promise<boolean> {
  if (!c.req.header('authorization')) return false;
  const { caller } = (await context(c)).auth;
  return caller.kind === 'key' || (caller.kind === 'user' && caller.via === 'bearer');
}

/** Whether a browser says that another site made the request. */
export function isCrossSite(
  c: Context,
  { cors_origins = [], public_url, trust_proxy }: OriginOptions,
): boolean {
  const origin = c.req.header('origin');
  if (origin === undefined) return c.req.header('sec-fetch-site') === 'cross-site';
  if (cors_origins.includes(origin)) return false;
  const url = URL.canParse(origin) ? new URL(origin) : null;
  if (!url || url.host === '') return true;
  if (public_url !== undefined && new URL(public_url).origin === url.origin) return false;
  const hosts = [
    c.req.header('host') ?? new URL(c.req.url).host,
    findForwarded(c, 'x-forwarded-host', trust_proxy),
  ];
  return !hosts.some((host) => host !== null && isHost(url, host));
}

/** A host may name the port that its scheme has anyway. */
function isHost({ protocol, host }: URL, named: string): boolean {
  const sent = `${protocol}//${named}`;
  return URL.canParse(sent) && new URL(sent).host === host;
}
