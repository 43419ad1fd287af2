import { and, eq, gt } from 'drizzle-orm';
import type { z } from 'zod';
import { device_grants, transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { ApiError, type ErrorDetails } from '../../core/errors.ts';
import { formatHumanCode, generateHumanCode, normalizeHumanCode } from '../../core/human-code.ts';
import type { UserContext } from '../../core/procedures.ts';
import { hashToken } from '../auth/sessions.ts';
import { generateSecret } from '../auth/tokens.ts';
import { CODE_SECONDS } from './codes.ts';
import {
  type Authorization,
  type AuthorizeInput,
  DEVICE_GRANT,
  type DeviceLogin,
  type TokenInput,
} from './schemas.ts';
import { signIn } from './sign-in.ts';

const INTERVAL_SECONDS = 5;
/** A question that is early by no more than this comes from an uneven network. */
const EARLY_MS = 500;

type GrantRow = typeof device_grants.$inferSelect;

/** A device asks to be let in: it gets a code to show and one to ask with (RFC 8628, 3.1). */
export function authorizeDevice(
  ctx: Context,
  { client_id }: z.infer<typeof AuthorizeInput>,
): z.infer<typeof Authorization> {
  const device_code = generateSecret(ctx.random, 'fsd_');
  const typed = generateHumanCode(ctx.random);
  const now = ctx.clock.now();
  ctx.db
    .insert(device_grants)
    .values({
      device_code_hash: hashToken(device_code),
      user_code_hash: hashToken(typed),
      client_id,
      user_agent: ctx.http?.user_agent ?? null,
      address: ctx.http?.address ?? null,
      status: 'pending',
      interval: INTERVAL_SECONDS,
      created_at: now,
      expires_at: now + CODE_SECONDS * 1000,
    })
    .run();
  const user_code = formatHumanCode(typed);
  const verification_uri = `${ctx.http?.origin ?? ''}/device`;
  ctx.http?.response.headers.push(['cache-control', 'no-store']);
  return {
    device_code,
    user_code,
    verification_uri,
    verification_uri_complete: `${verification_uri}?user_code=${user_code}`,
    expires_in: CODE_SECONDS,
    interval: INTERVAL_SECONDS,
  };
}

/** The device asks whether it was let in (RFC 8628, 3.4). Its code is spent by the answer that it was. */
export async function exchangeDeviceCode(
  ctx: Context,
  input: z.infer<typeof TokenInput>,
): Promise<DeviceLogin> {
  if (input.grant_type !== DEVICE_GRANT) throw otherGrant();
  // Thrown out here: inside, it would roll back that the device asked too soon.
  const found = transact(ctx.db, () => answerGrant(ctx, input));
  if (found instanceof ApiError) throw found;
  const login = await signIn(ctx, found, input.client_id);
  if (!login) throw denied();
  return login;
}

/** The user who let the device in, or why it is not in. */
function answerGrant(
  ctx: Context,
  { device_code, client_id }: z.infer<typeof TokenInput>,
): number | ApiError {
  const same = eq(device_grants.device_code_hash, hashToken(device_code));
  const row = ctx.db.select().from(device_grants).where(same).get();
  if (!row || row.client_id !== client_id) return invalid('invalid_grant');
  if (row.expires_at <= ctx.clock.now()) return invalid('expired_token');
  if (row.status === 'denied') return denied();
  if (row.status === 'pending' || row.user_id === null) return waitLonger(ctx, row);
  ctx.db.delete(device_grants).where(eq(device_grants.id, row.id)).run();
  return row.user_id;
}

function waitLonger(ctx: Context, { id, asked_at, interval }: GrantRow): ApiError {
  const now = ctx.clock.now();
  const early = asked_at !== null && now - asked_at < interval * 1000 - EARLY_MS;
  ctx.db
    .update(device_grants)
    .set({ asked_at: now, interval: early ? interval + 5 : interval })
    .where(eq(device_grants.id, id))
    .run();
  return early
    ? new ApiError('SLOW_DOWN', { oauth: 'slow_down' })
    : new ApiError('AUTHORIZATION_PENDING', { oauth: 'authorization_pending' });
}

/** The device that shows this code and still waits. Throws DEVICE_CODE_INVALID. */
export function getGrantOrThrow(ctx: UserContext, user_code: string): GrantRow {
  const row = ctx.db
    .select()
    .from(device_grants)
    .where(
      and(
        eq(device_grants.user_code_hash, hashToken(normalizeHumanCode(user_code))),
        eq(device_grants.status, 'pending'),
        gt(device_grants.expires_at, ctx.clock.now()),
      ),
    )
    .get();
  if (!row) throw new ApiError('DEVICE_CODE_INVALID');
  return row;
}

/** Lets the device that shows the code in as me, or tells it no. Throws DEVICE_CODE_INVALID. */
export function decideGrant(ctx: UserContext, user_code: string, status: 'approved' | 'denied'): void {
  transact(ctx.db, () => {
    const { id } = getGrantOrThrow(ctx, user_code);
    ctx.db
      .update(device_grants)
      .set({ status, user_id: ctx.caller.principal_id })
      .where(eq(device_grants.id, id))
      .run();
  });
}

function invalid(oauth: NonNullable<ErrorDetails['oauth']>): ApiError {
  return new ApiError('DEVICE_CODE_INVALID', { http: 400, oauth });
}

function denied(): ApiError {
  return new ApiError('FORBIDDEN', { http: 400, oauth: 'access_denied' });
}

function otherGrant(): ApiError {
  return new ApiError('INVALID_INPUT', {
    oauth: 'unsupported_grant_type',
    issues: [{ path: 'grant_type', ko: `${DEVICE_GRANT}이어야 합니다`, en: `This must be ${DEVICE_GRANT}` }],
  });
}
