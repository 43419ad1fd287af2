import { Hono, type Context as HonoContext } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { login } from '../../routers/accounts/auth/login.ts';
import { logout } from '../../routers/accounts/auth/logout.ts';
import { LoginInput } from '../../routers/accounts/auth/schemas.ts';
import { getUserOrThrow } from '../../routers/accounts/auth/users.ts';
import { decideGrant, getPendingGrantOrThrow } from '../../routers/accounts/device/grants.ts';
import type { Context, User } from '../../routers/core/context.ts';
import { toErrorShape } from '../../routers/core/error-shape.ts';
import { ApiError } from '../../routers/core/errors.ts';
import type { UserContext } from '../../routers/core/procedures.ts';
import type { HonoEnv } from './context.ts';
import { isCrossSite, type OriginOptions } from './csrf.ts';
import { CSP, type DevicePageState, devicePage } from './device-html.ts';
import type { ErrorContext } from './error-response.ts';
import {
  type Call,
  type Codec,
  type HandlerOptions,
  type HttpOperation,
  handleRequest,
  runOperation,
} from './handle.ts';
import { setHeaders } from './json-response.ts';
import { isUrlEncodedType, readUrlEncoded } from './rest-input.ts';

type C = HonoContext<HonoEnv>;
/** What comes next: a view of the page, or the address to go to. */
type NextStep = DevicePageState | string;
type FormHandler = (ctx: Context, form: URLSearchParams) => NextStep | Promise<NextStep>;

const FORM_LIMIT = 16 * 1024;

/**
 * The page `/device` (RFC 8628, 3.3): who holds a device's user code enters it here, after a login. Plain forms that
 * need no script, and are accepted from this page alone.
 */
export function mountDevicePage(options: HandlerOptions, origins: OriginOptions): Hono<HonoEnv> {
  const app = new Hono<HonoEnv>();
  const codec: Codec<NextStep> = {
    operation: '/device',
    read: (c) => (c.req.method === 'POST' ? readOwnForm(c, origins) : new URLSearchParams(c.req.query())),
    encode: sendStep,
    encodeError: (c, ctx, error, form) => {
      const { http, message } = toErrorShape(error, ctx.language);
      const user_code = form instanceof URLSearchParams ? toUserCode(form) : '';
      const state: DevicePageState = { step: findUser(ctx) ? 'code' : 'login', user_code, error: message };
      return sendStep(c, ctx, state, http);
    },
  };
  const handler = (type: 'query' | 'mutation', runForm: FormHandler) => {
    const operation: HttpOperation<NextStep> = {
      name: '/device',
      type,
      meta: {},
      run: (ctx, form) => runForm(ctx, form as URLSearchParams),
    };
    const run = (c: C, ctx: Context, call: Call) => runOperation(operation, c, ctx, codec, call);
    return (c: C) => handleRequest(c, options, codec, run);
  };
  app.get('/device', handler('query', show));
  app.post('/device', handler('mutation', submitForm));
  return app;
}

function sendStep(c: C, ctx: ErrorContext, next: NextStep, status = 200): Response | Promise<Response> {
  setHeaders(c, ctx.http?.response.headers ?? []);
  c.header('Cache-Control', 'no-store');
  if (typeof next === 'string') return c.redirect(next, 303);
  c.header('Content-Security-Policy', CSP);
  // Without a referrer, browsers also leave out the origin of a form.
  c.header('Referrer-Policy', 'same-origin');
  const user = findUser(ctx);
  const nickname = user && getUserOrThrow(ctx.db, user.principal_id).nickname;
  return c.html(devicePage(next, nickname, ctx.language), status as ContentfulStatusCode);
}

/** Another site may not even log its visitors in: their devices would then join an account that is not theirs. */
function readOwnForm(c: C, { trust_proxy, public_url }: OriginOptions): Promise<URLSearchParams> {
  if (isCrossSite(c, { trust_proxy, public_url })) throw new ApiError('FORBIDDEN');
  if (!isUrlEncodedType(c.req.header('content-type'))) {
    throw new ApiError('UNSUPPORTED_MEDIA_TYPE', {
      params: { expected: 'application/x-www-form-urlencoded' },
    });
  }
  return readUrlEncoded(c, FORM_LIMIT);
}

const show: FormHandler = (ctx, form) => {
  const user_code = toUserCode(form);
  const user = asUser(ctx);
  if (!user) return { step: 'login', user_code };
  if (user_code === '') return { step: 'code', user_code };
  countGuess(ctx);
  const { client_id, user_agent, address } = getPendingGrantOrThrow(user, user_code);
  return { step: 'confirm', user_code, client_id, user_agent, address };
};

const submitForm: FormHandler = async (ctx, form) => {
  const user_code = toUserCode(form);
  const action = form.get('action');
  const location = `/device${user_code === '' ? '' : `?${new URLSearchParams({ user_code })}`}`;
  if (action === 'login') {
    const input = LoginInput.safeParse(Object.fromEntries(form));
    if (!input.success) throw new ApiError('AUTH_FAILED');
    await login(ctx, input.data);
    return location;
  }
  if (action === 'logout') {
    logout(ctx, {});
    return location;
  }
  if (action !== 'approve' && action !== 'deny') throw new ApiError('INVALID_INPUT');
  const user = asUser(ctx);
  if (!user) return { step: 'login', user_code };
  countGuess(ctx);
  decideGrant(user, user_code, action === 'approve' ? 'approved' : 'denied');
  return { step: action === 'approve' ? 'approved' : 'denied' };
};

function toUserCode(form: URLSearchParams): string {
  return (form.get('user_code') ?? '').trim().slice(0, 40);
}

function countGuess(ctx: Context): void {
  ctx.consume('device_guess');
}

/** The page belongs to the user of its cookie, whatever other credentials a request has. */
function findUser({ http }: Pick<Context, 'http'>): User | null {
  return http?.cookieCaller?.kind === 'user' ? http.cookieCaller : null;
}

function asUser(ctx: Context): UserContext | null {
  const caller = findUser(ctx);
  return caller && { ...ctx, caller };
}
