import { and, eq, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { device_codes, transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { generateHumanCode, normalizeHumanCode } from '../../core/human-code.ts';
import type { UserContext } from '../../core/procedures.ts';
import { hashToken } from '../auth/hash-token.ts';
import type { DeviceCode, DeviceLogin, DeviceLoginInput } from './schemas.ts';
import { openDeviceLogin } from './sign-in.ts';

export const DEVICE_CODE_TTL_SECONDS = 600;

/** More codes make guesses better; a new code ends the oldest. */
const MAX_CODES = 5;

/** Creates a code that logs an app in as the caller. It is returned once; only its hash is stored. */
export function createDeviceCode(ctx: UserContext): z.infer<typeof DeviceCode> {
  const user_id = ctx.caller.principal_id;
  const device_code = generateHumanCode(ctx.random);
  transact(ctx.db, () => {
    ctx.db
      .insert(device_codes)
      .values({
        code_hash: hashToken(device_code),
        user_id,
        expires_at: ctx.clock.now() + DEVICE_CODE_TTL_SECONDS * 1000,
      })
      .run();
    const newest = ctx.db
      .select({ id: sql`rowid` })
      .from(device_codes)
      .where(eq(device_codes.user_id, user_id))
      .orderBy(sql`${device_codes.expires_at} desc, rowid desc`)
      .limit(MAX_CODES);
    ctx.db
      .delete(device_codes)
      .where(and(eq(device_codes.user_id, user_id), sql`rowid not in ${newest}`))
      .run();
  });
  return { device_code, expires_in: DEVICE_CODE_TTL_SECONDS };
}

/** Logs an app in as the user who created the code, and spends the code. Throws DEVICE_CODE_INVALID. */
export async function deviceLogin(
  ctx: Context,
  { client_id, device_code }: z.infer<typeof DeviceLoginInput>,
): Promise<DeviceLogin> {
  const code_hash = hashToken(normalizeHumanCode(device_code));
  const row = ctx.db.delete(device_codes).where(eq(device_codes.code_hash, code_hash)).returning().get();
  if (!row || row.expires_at <= ctx.clock.now()) throw new ApiError('DEVICE_CODE_INVALID');
  const login = await openDeviceLogin(ctx, row.user_id, client_id);
  if (!login) throw new ApiError('DEVICE_CODE_INVALID');
  return login;
}
