import { getConnInfo } from '@hono/node-server/conninfo';
import type { Context as Hono, MiddlewareHandler } from 'hono';
import { sessionCookie } from '../../routers/accounts/auth/sessions.ts';
import type { Context, Http, Parts, Reply } from '../../routers/core/context.ts';
import { acceptedLanguage } from '../../routers/core/language.ts';
import { resolveCaller } from './authenticate.ts';
import { spend } from './rate-limiter.ts';

export interface AppOptions {
  rate_limits: boolean;
  /** proxies in front whose forwarded address is believed */
  trust_proxy: number;
  /** calls in one tRPC batch */
  max_batch: number;
  /** where clients reach the product; what their requests say unless given */
  public_url?: string | undefined;
}

/**
 * Hono's environment: what the middleware leaves for what comes after it, and hears from it. `operation` names what is
 * no procedure, so that it is measured; procedures measure themselves. `dressed`: the answer has its security headers.
 */
export interface HonoEnv {
  Variables: { requestId: string; context?: Promise<Context>; operation?: string; dressed?: true };
}

/** Names what comes after it as one operation. */
export function named(operation: string): MiddlewareHandler<HonoEnv> {
  return (c, next) => {
    c.set('operation', operation);
    return next();
  };
}

/** The context of a request, made once, when something first asks for it. */
export function contextOf(c: Hono<HonoEnv>, parts: Parts, options: AppOptions): Promise<Context> {
  let made = c.get('context');
  if (!made) {
    made = makeContext(c, parts, options);
    c.set('context', made);
  }
  return made;
}

async function makeContext(c: Hono<HonoEnv>, parts: Parts, options: AppOptions): Promise<Context> {
  const shown = { authorization: c.req.header('authorization'), cookie: c.req.header('cookie') };
  const found = await resolveCaller(parts.db, parts.clock, shown);
  const reply: Reply = { headers: [] };
  const address = addressOf(c, options.trust_proxy);
  const secure = options.trust_proxy > 0 && c.req.header('x-forwarded-proto') === 'https';
  if (found.renewed) reply.headers.push(['set-cookie', sessionCookie(parts.db, found.renewed, secure)]);
  const http: Http = {
    request_id: c.get('requestId'),
    address,
    user_agent: c.req.header('user-agent')?.slice(0, 300) ?? null,
    local: isLocal(c),
    idempotency_key: c.req.header('idempotency-key') ?? null,
    origin: options.public_url ?? originOf(c, secure),
    secure,
    cookie: found.cookie,
    refused: found.refused,
    reply,
  };
  const who = { caller: found.caller };
  const spender = { db: parts.db, clock: parts.clock, who, address, reply };
  const { db, files, classifier, chat, llm, clock, random, log } = parts;
  const { metrics, settings, emit, push, draining, stopping } = parts;
  // Each field by its name: spreading the parts takes several times as long.
  return {
    db,
    files,
    classifier,
    chat,
    llm,
    clock,
    random,
    log,
    metrics,
    settings,
    emit,
    push,
    draining,
    stopping,
    alone: undefined,
    who,
    language: found.language ?? acceptedLanguage(c.req.header('accept-language')) ?? 'ko',
    http,
    spend: options.rate_limits ? (rate, cost, on) => spend(spender, rate, cost, on) : () => {},
  };
}

function originOf(c: Hono, secure: boolean): string {
  const { url } = c.req;
  const host = url.indexOf('://') + 3;
  const protocol = secure ? 'https://' : url.slice(0, host);
  return protocol + (c.req.header('host') ?? url.slice(host, url.indexOf('/', host)));
}

/** The peer's address or, behind so many trusted proxies, the one the farthest of them saw. */
function addressOf(c: Hono, proxies: number): string {
  if (proxies > 0) {
    const forwarded = c.req.header('x-forwarded-for')?.split(',') ?? [];
    const seen = forwarded.at(-proxies)?.trim();
    if (seen) return seen.slice(0, 64);
  }
  return peerOf(c);
}

/** Requests made inside the process have no socket. */
function peerOf(c: Hono): string {
  return c.env && 'incoming' in c.env ? (getConnInfo(c).remote.address ?? 'unknown') : 'internal';
}

const LOOPBACK = new Set(['127.0.0.1', '::1', '::ffff:127.0.0.1']);
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
/** A page of any site can reach this machine from a browser on it; browsers then say where the page is from. */
const FROM_A_PAGE = ['origin', 'referer', 'sec-fetch-site'];
const FROM_ELSEWHERE = [...FORWARDED, ...FROM_A_PAGE];

function isLocal(c: Hono): boolean {
  return LOOPBACK.has(peerOf(c)) && FROM_ELSEWHERE.every((name) => c.req.header(name) === undefined);
}
