import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context as Hono, MiddlewareHandler } from 'hono';
import { toSessionCookie } from '../../routers/accounts/auth/sessions.ts';
import { parseIpAddress } from '../../routers/core/address.ts';
import type { Context, Deps, Http, ResponseMeta } from '../../routers/core/context.ts';
import { acceptedLanguage } from '../../routers/core/language.ts';
import { authenticate } from './authenticate.ts';
import type { AnswerBudget } from './json-response.ts';
import { isOtlpPath } from './otlp-paths.ts';
import type { RateLimiter } from './rate-limiter.ts';

export interface AppOptions {
  rate_limits: boolean;
  /** proxies in front whose forwarded address is believed */
  trust_proxy: number;
  /** calls in one tRPC batch */
  max_batch: number;
  /** where clients reach the product; what their requests say unless given */
  public_url?: string | undefined;
}

export type ContextOptions = Pick<AppOptions, 'trust_proxy' | 'public_url'> & {
  /** null where nothing is limited */
  limiter: RateLimiter | null;
};

/**
 * Hono's environment: what the middleware leaves for what comes after it, and hears from it. `operation` names what is
 * no procedure, so that it is measured; procedures measure themselves. `hasSecurityHeaders`: the answer was made with them.
 */
export interface HonoEnv {
  Variables: {
    requestId: string;
    context?: Promise<Context>;
    operation?: string;
    hasSecurityHeaders?: true;
    /** what the calls of this request may still answer, where tRPC's own handler makes the answer */
    answerBudget?: AnswerBudget;
  };
}

/** Names what comes after it as one operation. */
export function operationName(operation: string): MiddlewareHandler<HonoEnv> {
  return (c, next) => {
    c.set('operation', operation);
    return next();
  };
}

const MAX_CONNECTION_PARAMS_CHARS = 2000;

/** The context of a request, made once, when something first asks for it. */
export function createContext(c: Hono<HonoEnv>, deps: Deps, options: ContextOptions): Promise<Context> {
  let pending = c.get('context');
  if (!pending) {
    pending = makeContext(c, deps, options);
    c.set('context', pending);
  }
  return pending;
}

async function makeContext(c: Hono<HonoEnv>, deps: Deps, options: ContextOptions): Promise<Context> {
  const authorization = findBasicKey(c) ?? c.req.header('authorization') ?? findConnectionToken(c);
  const credentials = { authorization, cookie: c.req.header('cookie') };
  const authentication = await authenticate(deps.db, deps.clock, credentials);
  const response: ResponseMeta = { headers: [] };
  const address = toClientAddress(c, options.trust_proxy);
  const secure = isSecure(c, options);
  if (authentication.renewed)
    response.headers.push(['set-cookie', toSessionCookie(deps.db, authentication.renewed, secure)]);
  const http: Http = {
    request_id: c.get('requestId'),
    address,
    user_agent: c.req.header('user-agent')?.slice(0, 300) ?? null,
    isLoopback: isLocal(c),
    idempotency_key: c.req.header('idempotency-key') ?? null,
    origin: options.public_url ?? toOrigin(c, secure, options.trust_proxy),
    secure,
    cookieCaller: authentication.cookieCaller,
    authFailure: authentication.authFailure,
    response,
  };
  const auth = { caller: authentication.caller };
  const { limiter } = options;
  const subject = { caller: authentication.caller, address, response };
  const { db, files, classifier, message_classifier, advice, chat, llm, clock, random, log } = deps;
  const {
    metrics,
    settings,
    emit,
    push,
    accounts,
    pictures,
    tasks,
    turns,
    feeds,
    network,
    draining,
    stopping,
  } = deps;
  // Each field by its name: spreading the dependencies takes several times as long.
  return {
    db,
    files,
    classifier,
    message_classifier,
    advice,
    chat,
    llm,
    clock,
    random,
    log,
    metrics,
    settings,
    emit,
    push,
    accounts,
    tasks,
    turns,
    pictures,
    feeds,
    network,
    draining,
    stopping,
    isSingleCall: undefined,
    auth,
    language: authentication.language ?? acceptedLanguage(c.req.header('accept-language')) ?? 'ko',
    http,
    consume: limiter ? (rate, cost, key) => limiter.consume(subject, rate, cost, key) : () => () => {},
  };
}

/**
 * A browser's EventSource sends no headers, so tRPC's client sends the token of a subscription as a connection
 * parameter in the address. Nothing else takes a token from an address, since addresses are logged and shared.
 */
function findConnectionToken(c: Hono): string | undefined {
  if (!c.req.path.startsWith('/trpc/') || c.req.header('accept') !== 'text/event-stream') return undefined;
  const sent = c.req.query('connectionParams') ?? '';
  if (sent === '' || sent.length > MAX_CONNECTION_PARAMS_CHARS) return undefined;
  try {
    const { token } = JSON.parse(sent) as { token?: unknown };
    return typeof token === 'string' ? `Bearer ${token}` : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Exporters of traces that know only Basic send a key as its password, as Langfuse's clients do. Nothing else takes
 * Basic, since browsers add it by themselves.
 */
function findBasicKey(c: Hono): string | undefined {
  if (!isOtlpPath(c.req.path)) return undefined;
  const [, encoded = ''] = /^basic +(\S+)$/i.exec(c.req.header('authorization') ?? '') ?? [];
  const [, key] = /^[^:]*:(.+)$/.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  return key === undefined ? undefined : `Bearer ${key}`;
}

/** Where the request says it was sent; `https` by a proxy's word or by what the product is told of its address. */
function toOrigin(c: Hono, secure: boolean, proxies: number): string {
  const { url } = c.req;
  const host = url.indexOf('://') + 3;
  const protocol = secure ? 'https://' : url.slice(0, host);
  const named = findForwarded(c, 'x-forwarded-host', proxies) ?? c.req.header('host');
  return protocol + (named ?? url.slice(host, url.indexOf('/', host)));
}

function isSecure(c: Hono, { trust_proxy, public_url }: ContextOptions): boolean {
  if (public_url?.startsWith('https://')) return true;
  return findForwarded(c, 'x-forwarded-proto', trust_proxy)?.toLowerCase() === 'https';
}

/**
 * What the farthest of so many trusted proxies has noted in a list to which each adds a value; a list that the nearest
 * has begun anew is shorter. Null without trusted proxies, and when they note nothing.
 */
export function findForwarded(c: Hono, header: string, proxies: number): string | null {
  if (proxies === 0) return null;
  const values = c.req.header(header)?.split(',') ?? [];
  return values.at(-Math.min(proxies, values.length))?.trim() || null;
}

/** The peer's address or, behind so many trusted proxies, the one the farthest of them saw. */
function toClientAddress(c: Hono, proxies: number): string {
  const peer = toPeerAddress(c);
  const forwarded = c.req.header('x-forwarded-for')?.split(',') ?? [];
  // A shorter list did not come through all the proxies.
  const seen = proxies > 0 ? forwarded.at(-proxies) : undefined;
  return parseIpAddress(seen ?? '') ?? parseIpAddress(peer) ?? peer;
}

/** Requests made inside the process have no socket. */
function toPeerAddress(c: Hono): string {
  return c.env && 'incoming' in c.env ? (getConnInfo(c).remote.address ?? 'unknown') : 'internal';
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
/** A page of any site can reach this machine from a browser on it; browsers then say where the page is from. */
const BROWSER_HEADERS = ['origin', 'referer', 'sec-fetch-site'];
const NOT_LOOPBACK_HEADERS = [...FORWARDED, ...BROWSER_HEADERS];

function isLocal(c: Hono): boolean {
  return (
    LOOPBACK.has(toPeerAddress(c)) && NOT_LOOPBACK_HEADERS.every((name) => c.req.header(name) === undefined)
  );
}
