import { and, count, desc, eq } from 'drizzle-orm';
import { z } from 'zod';
import { releases, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { ApiError } from '../../core/errors.ts';
import { adminProcedure, router, type UserContext } from '../../core/procedures.ts';
import { readVersion } from '../../core/version.ts';
import { Limit, Offset, Timestamp, toIso } from '../../core/wire-types.ts';
import { Platform } from './schemas.ts';

const facts = {
  platform: Platform,
  version: z.string().max(64).meta({ description: 'semver', example: '1.2.0' }),
  mandatory: z.boolean().default(false).meta({ description: 'Everyone with an older version must update' }),
  min_version: z.string().max(64).nullish().meta({
    description: 'Older versions than this must update',
    example: '1.0.0',
  }),
  download_url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .meta({ example: 'https://downloads.example.com/flash-1.2.0.exe' }),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .meta({
      description: 'Of the download, hex',
      example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
  release_notes: z.string().max(20_000).default('').meta({ example: '퀴즈 화면이 빨라졌습니다.' }),
};
const ReleaseInput = z.object(facts);
const ReleaseId = z.int().positive().meta({ example: 3 });
const Release = z
  .object({ id: ReleaseId, ...facts, min_version: z.string().nullable(), created_at: Timestamp })
  .meta({ id: 'Release' });

/** Offers a version of the desktop app. Throws CONFLICT for one that is offered already. */
function addRelease(ctx: UserContext, input: z.infer<typeof ReleaseInput>): z.infer<typeof Release> {
  const version = readVersion('version', input.version);
  const min_version = input.min_version == null ? null : readVersion('min_version', input.min_version);
  const { platform } = input;
  return transact(ctx.db, () => {
    const same = and(eq(releases.platform, platform), eq(releases.version, version));
    if (ctx.db.select({ id: releases.id }).from(releases).where(same).get()) throw new ApiError('CONFLICT');
    const sha256 = input.sha256.toLowerCase();
    const row = ctx.db
      .insert(releases)
      .values({ ...input, version, min_version, sha256, created_at: ctx.clock.now() })
      .returning()
      .get();
    const { mandatory, download_url } = row;
    audit(ctx, 'releases.create', String(row.id), {
      platform,
      version,
      mandatory,
      download_url,
      sha256,
    });
    return shown(row);
  });
}

/** Throws NOT_FOUND. */
function removeRelease(ctx: UserContext, { id }: { id: number }): Record<string, never> {
  transact(ctx.db, () => {
    const row = ctx.db.delete(releases).where(eq(releases.id, id)).returning().get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'releases.remove', String(id), { platform: row.platform, version: row.version });
  });
  return {};
}

function shown(row: typeof releases.$inferSelect): z.infer<typeof Release> {
  return { ...row, created_at: toIso(row.created_at) };
}

const tags = ['Admin'];
const ListInput = z.object({ platform: Platform.optional(), limit: Limit(50), offset: Offset });

export const releasesRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/releases',
        tags,
        summary: 'Versions of the desktop app, newest first',
      },
    })
    .input(ListInput)
    .output(z.object({ total: z.int(), releases: z.array(Release) }))
    .query(({ ctx, input: { platform, limit, offset } }) => {
      const wanted = platform && eq(releases.platform, platform);
      const total = ctx.db.select({ n: count() }).from(releases).where(wanted).get()?.n ?? 0;
      const page = ctx.db.select().from(releases).where(wanted).orderBy(desc(releases.id));
      return { total, releases: page.limit(limit).offset(offset).all().map(shown) };
    }),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/releases',
        tags,
        summary: 'Offer a version of the desktop app',
      },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(ReleaseInput)
    .output(Release)
    .mutation(({ ctx, input }) => addRelease(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/releases/{id}', tags, summary: 'Withdraw a version' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(z.object({ id: ReleaseId }))
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeRelease(ctx, input)),
});
