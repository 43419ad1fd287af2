import { asc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { config_flags, transact } from '../../../db/index.ts';
import { type AdminContext, audit } from '../../core/audit.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { toIso } from '../../core/wire-types.ts';
import { invalidateFlagCache, isValidFlag } from './runtime-config.ts';
import type { ConfigFlag, ConfigFlagList, RemoveFlagInput, SetFlagInput } from './schemas.ts';

/** Characters of a value as JSON. */
const MAX_VALUE_CHARS = 4096;

/** Every flag and setting, by name. */
export function listFlags(ctx: AdminContext): z.infer<typeof ConfigFlagList> {
  const rows = ctx.db.select().from(config_flags).orderBy(asc(config_flags.name)).all();
  return { flags: rows.map(toConfigFlag) };
}

/** Sets a flag for clients, or a setting of the product. Throws INVALID_INPUT. */
export function setFlag(ctx: AdminContext, { name, value }: z.infer<typeof SetFlagInput>): ConfigFlag {
  assertValidFlag(name, value);
  const set = { value, updated_at: ctx.clock.now() };
  const flag = transact(ctx.db, () => {
    const previous = ctx.db.select().from(config_flags).where(eq(config_flags.name, name)).get();
    audit(ctx, 'config.set', name, { from: previous?.value ?? null, to: value });
    return ctx.db
      .insert(config_flags)
      .values({ name, ...set })
      .onConflictDoUpdate({ target: config_flags.name, set })
      .returning()
      .get();
  });
  invalidateFlagCache(ctx.db);
  return toConfigFlag(flag);
}

/** Throws NOT_FOUND. */
export function removeFlag(
  ctx: AdminContext,
  { name }: z.infer<typeof RemoveFlagInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    const row = ctx.db.delete(config_flags).where(eq(config_flags.name, name)).returning().get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'config.remove', name, { from: row.value });
  });
  invalidateFlagCache(ctx.db);
  return {};
}

/** Throws INVALID_INPUT. */
function assertValidFlag(name: string, value: unknown): void {
  if (value == null)
    throw invalid('value', '값이 필요합니다', 'A value is needed: anything in JSON but null');
  if (JSON.stringify(value).length <= MAX_VALUE_CHARS && isValidFlag(name, value)) return;
  if (name.startsWith('limits.'))
    throw invalid('value', '1 이상의 정수여야 합니다', 'This must be a whole number of 1 or more');
  if (name.includes('version'))
    throw invalid('value', '1.2.0과 같은 버전 번호여야 합니다', 'This must be a version such as 1.2.0');
  throw invalid(
    'value',
    `JSON으로 ${MAX_VALUE_CHARS}자까지 저장할 수 있습니다`,
    `At most ${MAX_VALUE_CHARS} characters as JSON`,
  );
}

function toConfigFlag({ value, ...row }: typeof config_flags.$inferSelect): ConfigFlag {
  return { ...row, value, updated_at: toIso(row.updated_at) };
}
