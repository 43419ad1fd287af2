import { asc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { config_flags, transact } from '../../../db/index.ts';
import { type AdminContext, audit } from '../../core/audit.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { adminProcedure, router } from '../../core/procedures.ts';
import { Timestamp, toIso } from '../../core/wire-types.ts';
import { invalidateFlagCache, isValidFlag } from './runtime-config.ts';

/** Characters of a value as JSON. */
const LONGEST = 4096;

const Name = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/)
  .meta({
    description:
      'A flag of your own, or one of `min_client_version`, `latest_client_version` (each also with `.desktop`, `.mobile` or `.agent`), `limits.scan_per_minute`, `limits.chat_per_minute`, `limits.requests_per_minute`',
    example: 'new_scanner',
  });
const Value = z.unknown().meta({
  description: 'Any JSON; a version or a number for the names that are the product’s own',
  example: true,
});
const SetInput = z.object({ name: Name, value: Value });
const ConfigFlag = z.object({ name: Name, value: Value, updated_at: Timestamp }).meta({ id: 'ConfigFlag' });
type ConfigFlag = z.infer<typeof ConfigFlag>;

/** Sets what `GET /config` tells clients, and what the product itself goes by. Throws INVALID_INPUT. */
function setFlag(ctx: AdminContext, { name, value }: z.infer<typeof SetInput>): ConfigFlag {
  const fitting = value != null && JSON.stringify(value).length <= LONGEST && isValidFlag(name, value);
  if (!fitting) throw doesNotFit(name);
  const row = { value, updated_at: ctx.clock.now() };
  const written = transact(ctx.db, () => {
    const before = ctx.db.select().from(config_flags).where(eq(config_flags.name, name)).get();
    audit(ctx, 'config.set', name, { from: before?.value ?? null, to: value });
    return ctx.db
      .insert(config_flags)
      .values({ name, ...row })
      .onConflictDoUpdate({ target: config_flags.name, set: row })
      .returning()
      .get();
  });
  invalidateFlagCache(ctx.db);
  return shown(written);
}

/** Throws NOT_FOUND. */
function removeFlag(ctx: AdminContext, { name }: { name: string }): Record<string, never> {
  transact(ctx.db, () => {
    const row = ctx.db.delete(config_flags).where(eq(config_flags.name, name)).returning().get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'config.remove', name, { from: row.value });
  });
  invalidateFlagCache(ctx.db);
  return {};
}

function doesNotFit(name: string): ApiError {
  const version = name.includes('version');
  const [ko, en] = name.startsWith('limits.')
    ? ['1 이상의 정수여야 합니다', 'This must be a whole number of 1 or more']
    : version
      ? ['1.2.0과 같은 버전 번호여야 합니다', 'This must be a version such as 1.2.0']
      : [`JSON으로 ${LONGEST}자까지 저장할 수 있습니다`, `At most ${LONGEST} characters as JSON`];
  return invalid('value', ko, en);
}

function shown({ value, ...row }: typeof config_flags.$inferSelect): ConfigFlag {
  return { ...row, value, updated_at: toIso(row.updated_at) };
}

const tags = ['Admin'];

export const configAdminRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/config', tags, summary: 'Flags and settings' } })
    .input(z.object({}))
    .output(z.object({ flags: z.array(ConfigFlag) }))
    .query(({ ctx }) => ({
      flags: ctx.db.select().from(config_flags).orderBy(asc(config_flags.name)).all().map(shown),
    })),

  set: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/admin/config/{name}',
        tags,
        summary: 'Set a flag, a client version or a limit',
        description: 'It holds at once in this process, and within a second in others.',
      },
    })
    .input(SetInput)
    .output(ConfigFlag)
    .mutation(({ ctx, input }) => setFlag(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/config/{name}', tags, summary: 'Remove a flag or setting' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(z.object({ name: Name }))
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeFlag(ctx, input)),
});
