import { and, eq, gt } from 'drizzle-orm';
import type { z } from 'zod';
import { device_grants, transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { ApiError, type ErrorDetails } from '../../core/errors.ts';
import { formatHumanCode, generateHumanCode, normalizeHumanCode } from '../../core/human-code.ts';
import type { UserContext } from '../../core/procedures.ts';
import { hashToken } from '../auth/hash-token.ts';
import { generateSecret } from '../auth/tokens.ts';
import { DEVICE_CODE_TTL_SECONDS } from './codes.ts';
import {
  type AuthorizeInput,
  DEVICE_GRANT,
  type DeviceAuthorization,
  type DeviceLogin,
  type DeviceTokenInput,
} from './schemas.ts';
import { openDeviceLogin } from './sign-in.ts';

const POLL_INTERVAL_SECONDS = 5;
/** A poll that is early by no more than this is allowed, since network delays vary. */
const POLL_TOLERANCE_MS = 500;

type GrantRow = typeof device_grants.$inferSelect;

/** Starts a device login: returns a user code to show and a device code to poll with (RFC 8628, 3.1). */
export function authorizeDevice(
  ctx: Context,
  { client_id }: z.infer<typeof AuthorizeInput>,
): z.infer<typeof DeviceAuthorization> {
  const device_code = generateSecret(ctx.random, 'fsd_');
  const plainUserCode = generateHumanCode(ctx.random);
  const now = ctx.clock.now();
  ctx.db
    .insert(device_grants)
    .values({
      device_code_hash: hashToken(device_code),
      user_code_hash: hashToken(plainUserCode),
      client_id,
      user_agent: ctx.http?.user_agent ?? null,
      address: ctx.http?.address ?? null,
      status: 'pending',
      interval: POLL_INTERVAL_SECONDS,
      created_at: now,
      expires_at: now + DEVICE_CODE_TTL_SECONDS * 1000,
    })
    .run();
  const user_code = formatHumanCode(plainUserCode);
  const verification_uri = `${ctx.http?.origin ?? ''}/device`;
  ctx.http?.response.headers.push(['cache-control', 'no-store']);
  return {
    device_code,
    user_code,
    verification_uri,
    verification_uri_complete: `${verification_uri}?user_code=${user_code}`,
    expires_in: DEVICE_CODE_TTL_SECONDS,
    interval: POLL_INTERVAL_SECONDS,
  };
}

/**
 * Exchanges a device code for tokens once a user has approved the device (RFC 8628, 3.4), and spends the code. Throws
 * AUTHORIZATION_PENDING, SLOW_DOWN, FORBIDDEN, DEVICE_CODE_INVALID, INVALID_INPUT.
 */
export async function exchangeDeviceCode(
  ctx: Context,
  input: z.infer<typeof DeviceTokenInput>,
): Promise<DeviceLogin> {
  if (input.grant_type !== DEVICE_GRANT) throw unsupportedGrantType();
  // The error is thrown outside the transaction, which would roll back the time of this poll.
  const result = transact(ctx.db, () => redeemGrant(ctx, input));
  if (result instanceof ApiError) throw result;
  const login = await openDeviceLogin(ctx, result, input.client_id);
  if (!login) throw accessDenied();
  return login;
}

/** The user who approved the device, or the error that tells why there is none. */
function redeemGrant(
  ctx: Context,
  { device_code, client_id }: z.infer<typeof DeviceTokenInput>,
): number | ApiError {
  const hasCode = eq(device_grants.device_code_hash, hashToken(device_code));
  const row = ctx.db.select().from(device_grants).where(hasCode).get();
  if (!row || row.client_id !== client_id) return invalidCode('invalid_grant');
  if (row.expires_at <= ctx.clock.now()) return invalidCode('expired_token');
  if (row.status === 'denied') return accessDenied();
  if (row.status === 'pending' || row.user_id === null) return deferGrant(ctx, row);
  ctx.db.delete(device_grants).where(eq(device_grants.id, row.id)).run();
  return row.user_id;
}

function deferGrant(ctx: Context, { id, asked_at, interval }: GrantRow): ApiError {
  const now = ctx.clock.now();
  const isEarly = asked_at !== null && now - asked_at < interval * 1000 - POLL_TOLERANCE_MS;
  ctx.db
    .update(device_grants)
    .set({ asked_at: now, interval: isEarly ? interval + 5 : interval })
    .where(eq(device_grants.id, id))
    .run();
  return isEarly
    ? new ApiError('SLOW_DOWN', { oauth: 'slow_down' })
    : new ApiError('AUTHORIZATION_PENDING', { oauth: 'authorization_pending' });
}

/** The pending grant with a user code. Throws DEVICE_CODE_INVALID. */
export function getPendingGrantOrThrow(ctx: UserContext, user_code: string): GrantRow {
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

/** Approves or denies, as the caller, the login of the device with a user code. Throws DEVICE_CODE_INVALID. */
export function decideGrant(ctx: UserContext, user_code: string, status: 'approved' | 'denied'): void {
  transact(ctx.db, () => {
    const { id } = getPendingGrantOrThrow(ctx, user_code);
    ctx.db
      .update(device_grants)
      .set({ status, user_id: ctx.caller.principal_id })
      .where(eq(device_grants.id, id))
      .run();
  });
}

function invalidCode(oauth: NonNullable<ErrorDetails['oauth']>): ApiError {
  return new ApiError('DEVICE_CODE_INVALID', { http: 400, oauth });
}

function accessDenied(): ApiError {
  return new ApiError('FORBIDDEN', { http: 400, oauth: 'access_denied' });
}

function unsupportedGrantType(): ApiError {
  return new ApiError('INVALID_INPUT', {
    oauth: 'unsupported_grant_type',
    issues: [{ path: 'grant_type', ko: `${DEVICE_GRANT}이어야 합니다`, en: `This must be ${DEVICE_GRANT}` }],
  });
}
