import { and, count, desc, eq } from 'drizzle-orm';
import type { z } from 'zod';
import { releases, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import { afterCursor, toPage } from '../../core/cursor.ts';
import { ApiError } from '../../core/errors.ts';
import type { UserContext } from '../../core/procedures.ts';
import { readVersion } from '../../core/version.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ListReleasesInput, Release, ReleaseInput, ReleasePage, RemoveReleaseInput } from './schemas.ts';

/** Published versions of the desktop app, the newest first. */
export function listReleases(
  ctx: UserContext,
  { platform, limit, offset, cursor }: z.output<typeof ListReleasesInput>,
): z.infer<typeof ReleasePage> {
  const filter = platform && eq(releases.platform, platform);
  const total = ctx.db.select({ n: count() }).from(releases).where(filter).get()?.n ?? 0;
  const found = ctx.db
    .select()
    .from(releases)
    .where(and(filter, afterCursor(cursor, [[releases.id, 'desc']])))
    .orderBy(desc(releases.id))
    .limit(limit + 1)
    .offset(offset)
    .all();
  const { rows, next_cursor } = toPage(found, limit, (row) => [row.id]);
  return { total, next_cursor, releases: rows.map(toRelease) };
}

/** Publishes a version of the desktop app. Throws CONFLICT when it is published already, INVALID_INPUT. */
export function addRelease(ctx: UserContext, input: z.infer<typeof ReleaseInput>): z.infer<typeof Release> {
  const { platform } = input;
  const version = readVersion('version', input.version);
  const min_version = input.min_version == null ? null : readVersion('min_version', input.min_version);
  const sha256 = input.sha256.toLowerCase();
  return transact(ctx.db, () => {
    const sameVersion = and(eq(releases.platform, platform), eq(releases.version, version));
    if (ctx.db.select({ id: releases.id }).from(releases).where(sameVersion).get())
      throw new ApiError('CONFLICT');
    const row = ctx.db
      .insert(releases)
      .values({ ...input, version, min_version, sha256, created_at: ctx.clock.now() })
      .returning()
      .get();
    const { mandatory, download_url } = row;
    audit(ctx, 'releases.create', String(row.id), { platform, version, mandatory, download_url, sha256 });
    return toRelease(row);
  });
}

/** Throws NOT_FOUND. */
export function removeRelease(
  ctx: UserContext,
  { id }: z.infer<typeof RemoveReleaseInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    const row = ctx.db.delete(releases).where(eq(releases.id, id)).returning().get();
    if (!row) throw new ApiError('NOT_FOUND');
    audit(ctx, 'releases.remove', String(id), { platform: row.platform, version: row.version });
  });
  return {};
}

function toRelease(row: typeof releases.$inferSelect): z.infer<typeof Release> {
  return { ...row, created_at: toIso(row.created_at) };
}
