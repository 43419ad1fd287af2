import { principals } from '../../../db/index.ts';
import type { IdentifiedGuest } from '../../core/access.ts';
import type { Context } from '../../core/context.ts';
import { openSession, toSessionCookie } from './sessions.ts';

/** Guests in creation: the calls of one batch without a cookie share one guest. */
const inFlight = new WeakMap<Context['auth'], Promise<IdentifiedGuest>>();

/** The calling guest. It is created, and given a cookie, at its first call that needs an identity. */
export function ensureGuest(ctx: Context): Promise<IdentifiedGuest> {
  const { caller } = ctx.auth;
  if (isIdentified(caller)) return Promise.resolve(caller);
  let guest = inFlight.get(ctx.auth);
  if (!guest) {
    guest = createGuest(ctx);
    inFlight.set(ctx.auth, guest);
  }
  return guest;
}

async function createGuest(ctx: Context): Promise<IdentifiedGuest> {
  // Guests have limits of their own, so whoever makes many gains nothing.
  ctx.consume('guest');
  const guest_id = ctx.random.uuid();
  const { id: principal_id } = ctx.db
    .insert(principals)
    .values({ kind: 'guest', guest_id, created_at: ctx.clock.now() })
    .returning({ id: principals.id })
    .get();
  const { token, session_id } = await openSession(ctx.db, ctx.clock, principal_id, {
    isAuthenticated: false,
    user_agent: ctx.http?.user_agent ?? null,
    address: ctx.http?.address ?? null,
  });
  ctx.http?.response.headers.push(['set-cookie', toSessionCookie(ctx.db, token, ctx.http.secure)]);
  const caller: IdentifiedGuest = { kind: 'guest', principal_id, guest_id, session_id };
  ctx.auth.caller = caller;
  return caller;
}

function isIdentified(caller: Context['auth']['caller']): caller is IdentifiedGuest {
  return caller.kind === 'guest' && caller.principal_id !== null && caller.guest_id !== null;
}
