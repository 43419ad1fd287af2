import { count, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { notices, transact } from '../../../db/index.ts';
import { DesktopPlatform } from '../../accounts/device/schemas.ts';
import { audit } from '../../core/audit.ts';
import { ApiError, invalid } from '../../core/errors.ts';
import { adminProcedure, router, type UserContext } from '../../core/procedures.ts';
import { Limit, Offset, Timestamp, toIso } from '../../core/wire-types.ts';

const Title = z.string().trim().min(1).max(200).meta({ example: '정기 점검 안내' });
const Body = z.string().trim().min(1).max(20_000).meta({ example: '11월 30일 02:00–03:00에 점검합니다.' });

const NoticeInput = z.object({
  title: Title,
  body: Body,
  platform: DesktopPlatform.nullish().meta({ description: 'Every platform unless given' }),
  starts_at: Timestamp.nullish().meta({ description: 'Now unless given', example: '2026-11-29T00:00:00Z' }),
  ends_at: Timestamp.nullish().meta({
    description: 'Until it is removed unless given',
    example: '2026-12-01T00:00:00Z',
  }),
});
const NoticeId = z.int().positive().meta({ example: 3 });
const Notice = z
  .object({
    id: NoticeId,
    title: Title,
    body: Body,
    platform: DesktopPlatform.nullable(),
    starts_at: Timestamp,
    ends_at: Timestamp.nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'Notice' });

/** Tells everyone who starts the app something. Throws INVALID_INPUT for a time that ends before it starts. */
function addNotice(ctx: UserContext, input: z.infer<typeof NoticeInput>): z.infer<typeof Notice> {
  const now = ctx.clock.now();
  const starts_at = input.starts_at == null ? now : Date.parse(input.starts_at);
  const ends_at = input.ends_at == null ? null : Date.parse(input.ends_at);
  if (ends_at !== null && ends_at <= starts_at) throw endsEarly();
  const { title, body, platform = null } = input;
  return transact(ctx.db, () => {
    const row = ctx.db
      .insert(notices)
      .values({ title, body, platform, starts_at, ends_at, created_at: now })
      .returning()
      .get();
    audit(ctx, 'notices.create', String(row.id), { title, platform });
    return shown(row);
  });
}

/** Throws NOT_FOUND. */
function removeNotice(ctx: UserContext, { id }: { id: number }): Record<string, never> {
  transact(ctx.db, () => {
    const row = ctx.db.delete(notices).where(eq(notices.id, id)).returning().get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'notices.remove', String(id), { title: row.title });
  });
  return {};
}

function shown(row: typeof notices.$inferSelect): z.infer<typeof Notice> {
  const { starts_at, ends_at, created_at } = row;
  return {
    ...row,
    starts_at: toIso(starts_at),
    ends_at: ends_at === null ? null : toIso(ends_at),
    created_at: toIso(created_at),
  };
}

function endsEarly(): ApiError {
  return invalid('ends_at', '시작보다 뒤여야 합니다', 'This must be after its start');
}

const tags = ['Admin'];

export const noticesAdminRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/notices', tags, summary: 'Every notice, newest first' } })
    .input(z.object({ limit: Limit(50), offset: Offset }))
    .output(z.object({ total: z.int(), notices: z.array(Notice) }))
    .query(({ ctx, input: { limit, offset } }) => {
      const total = ctx.db.select({ n: count() }).from(notices).get()?.n ?? 0;
      const page = ctx.db.select().from(notices).orderBy(desc(notices.id)).limit(limit).offset(offset).all();
      return { total, notices: page.map(shown) };
    }),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/notices',
        tags,
        summary: 'Tell everyone who starts the desktop app something',
      },
      rest: { status: 201 },
    })
    .input(NoticeInput)
    .output(Notice)
    .mutation(({ ctx, input }) => addNotice(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/notices/{id}', tags, summary: 'Remove a notice' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(z.object({ id: NoticeId }))
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeNotice(ctx, input)),
});
