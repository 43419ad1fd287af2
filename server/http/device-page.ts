import { Hono, type Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { login } from '../../routers/accounts/auth/login.ts';
import { logout } from '../../routers/accounts/auth/logout.ts';
import { LoginInput } from '../../routers/accounts/auth/schemas.ts';
import { getUserOrThrow } from '../../routers/accounts/auth/users.ts';
import { decideGrant, getPendingGrantOrThrow } from '../../routers/accounts/device/grants.ts';
import type { Context } from '../../routers/core/context.ts';
import { ApiError } from '../../routers/core/errors.ts';
import { toErrorShape, type UserContext } from '../../routers/core/procedures.ts';
import { type HonoEnv, operationName } from './context.ts';
import { CSP, devicePage, type View } from './device-html.ts';
import type { RestOptions } from './rest.ts';
import { isUrlEncoded, readUrlEncoded } from './rest-input.ts';
import { isCrossSite } from './security-headers.ts';

type C = HonoContext<HonoEnv>;
/** What is shown next; a text is where to go instead. */
type Step = (ctx: Context, sent: URLSearchParams) => View | string | Promise<View | string>;

const FORM_LIMIT = 16 * 1024;

/**
 * The page `/device` (RFC 8628, 3.3): who is told by a device to enter its code does so here, after a login. Plain
 * forms that need no script, and are taken from this page alone.
 */
export function mountDevicePage(options: RestOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  app.use('/device', operationName('/device'));
  app.get('/device', (c) => answer(c, options, show));
  app.post('/device', (c) => answer(c, options, act));
  app.all('/device', (c) => {
    c.header('Allow', 'GET, HEAD, POST');
    throw new ApiError('METHOD_NOT_ALLOWED');
  });
  return app;
}

async function answer(c: C, options: RestOptions, step: Step): Promise<Response> {
  const ctx = await options.context(c);
  let sent = new URLSearchParams(c.req.query());
  let next: View | string;
  let status = 200;
  try {
    ctx.consume('general');
    if (c.req.method === 'POST') sent = await readOwnForm(c);
    next = await step(ctx, sent);
  } catch (error) {
    options.onError(error as Error, c);
    const told = toErrorShape(error, ctx.language);
    status = told.http;
    next = { step: asUser(ctx) ? 'code' : 'login', user_code: codeIn(sent), problem: told.message };
  }
  for (const [name, value] of ctx.http?.response.headers ?? [])
    c.header(name, value, { append: name === 'set-cookie' });
  c.header('Cache-Control', 'no-store');
  if (typeof next === 'string') return c.redirect(next, 303);
  c.header('Content-Security-Policy', CSP);
  // Without a referrer, browsers do not say either that a form came from this page.
  c.header('Referrer-Policy', 'same-origin');
  const me = asUser(ctx);
  const nickname = me && getUserOrThrow(ctx.db, me.caller.principal_id).nickname;
  return c.html(devicePage(next, nickname, ctx.language), status as ContentfulStatusCode);
}

/** Not even a login is taken from elsewhere: who did not notice would let devices into an account of another. */
function readOwnForm(c: C): Promise<URLSearchParams> {
  if (isCrossSite(c)) throw new ApiError('FORBIDDEN');
  if (!isUrlEncoded(c)) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', {
      params: { expected: 'application/x-www-form-urlencoded' },
    });
  }
  return readUrlEncoded(c, FORM_LIMIT);
}

const show: Step = (ctx, sent) => {
  const user_code = codeIn(sent);
  const mine = asUser(ctx);
  if (!mine) return { step: 'login', user_code };
  if (user_code === '') return { step: 'code', user_code };
  countGuess(ctx);
  const { client_id, user_agent, address } = getPendingGrantOrThrow(mine, user_code);
  return { step: 'confirm', user_code, client_id, user_agent, address };
};

const act: Step = async (ctx, sent) => {
  const user_code = codeIn(sent);
  const action = sent.get('action');
  const back = `/device${user_code === '' ? '' : `?${new URLSearchParams({ user_code })}`}`;
  if (action === 'login') {
    ctx.consume('login');
    const input = LoginInput.safeParse(Object.fromEntries(sent));
    if (!input.success) throw new ApiError('AUTH_FAILED');
    await login(ctx, input.data);
    return back;
  }
  if (action === 'logout') {
    logout(ctx, {});
    return back;
  }
  if (action !== 'approve' && action !== 'deny') throw new ApiError('INVALID_INPUT');
  const mine = asUser(ctx);
  if (!mine) return { step: 'login', user_code };
  countGuess(ctx);
  decideGrant(mine, user_code, action === 'approve' ? 'approved' : 'denied');
  return { step: action === 'approve' ? 'approved' : 'denied' };
};

function codeIn(sent: URLSearchParams): string {
  return (sent.get('user_code') ?? '').trim().slice(0, 40);
}

function countGuess(ctx: Context): void {
  ctx.consume('device_guess');
  ctx.consume('device_guesses', 1, 'everyone');
}

/** A page is somebody's by its cookie, whatever else came along. */
function asUser(ctx: Context): UserContext | null {
  const me = ctx.http?.cookie;
  return me?.kind === 'user' ? { ...ctx, caller: me } : null;
}
