import { and, desc, eq, gt, isNull, lte, or } from 'drizzle-orm';
import compare from 'semver/functions/compare.js';
import gtVersion from 'semver/functions/gt.js';
import ltVersion from 'semver/functions/lt.js';
import prerelease from 'semver/functions/prerelease.js';
import type { z } from 'zod';
import { notices, releases } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { readVersion } from '../../core/version.ts';
import { toIso } from '../../core/wire-types.ts';
import type { Updates, UpdatesInput } from './schemas.ts';

const MOST_NOTICES = 20;

/** Whether there is a newer version of the app, whether it must be taken, and what is to be read. */
export function listDeviceUpdates(
  ctx: Context,
  { current_version, platform }: z.infer<typeof UpdatesInput>,
): z.infer<typeof Updates> {
  const current = readVersion('current_version', current_version);
  const offered = ctx.db
    .select()
    .from(releases)
    .where(eq(releases.platform, platform))
    .all()
    // Who has no pre-release is not given one.
    .filter(({ version }) => prerelease(current) !== null || prerelease(version) === null);
  const latest = offered.sort((a, b) => compare(b.version, a.version)).at(0);
  const newer = offered.filter(({ version }) => gtVersion(version, current));
  const tooOld = latest?.min_version != null && ltVersion(current, latest.min_version);
  const update = latest && newer.includes(latest) ? latest : null;
  return {
    update_available: update !== null,
    mandatory: update !== null && (tooOld || newer.some(({ mandatory }) => mandatory)),
    latest_version: latest?.version ?? null,
    download_url: update?.download_url ?? null,
    sha256: update?.sha256 ?? null,
    release_notes: update?.release_notes ?? null,
    notices: currentNotices(ctx, platform),
  };
}

function currentNotices(
  ctx: Context,
  platform: z.infer<typeof UpdatesInput>['platform'],
): z.infer<typeof Updates>['notices'] {
  const now = ctx.clock.now();
  return ctx.db
    .select()
    .from(notices)
    .where(
      and(
        lte(notices.starts_at, now),
        or(isNull(notices.ends_at), gt(notices.ends_at, now)),
        or(isNull(notices.platform), eq(notices.platform, platform)),
      ),
    )
    .orderBy(desc(notices.id))
    .limit(MOST_NOTICES)
    .all()
    .map(({ id, title, body, starts_at, ends_at }) => ({
      id,
      title,
      body,
      starts_at: toIso(starts_at),
      ends_at: ends_at === null ? null : toIso(ends_at),
    }));
}
