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
import type { DeviceUpdates, DeviceUpdatesInput } from './schemas.ts';

const MAX_NOTICES = 20;

/** Whether there is a newer version of the app, whether it is mandatory, and the current notices. Throws INVALID_INPUT. */
export function listDeviceUpdates(
  ctx: Context,
  { current_version, platform }: z.infer<typeof DeviceUpdatesInput>,
): z.infer<typeof DeviceUpdates> {
  const current = readVersion('current_version', current_version);
  const available = ctx.db
    .select()
    .from(releases)
    .where(eq(releases.platform, platform))
    .all()
    // Only users of a pre-release are offered pre-releases.
    .filter(({ version }) => prerelease(current) !== null || prerelease(version) === null);
  const latestRelease = available.sort((a, b) => compare(b.version, a.version)).at(0);
  const newer = available.filter(({ version }) => gtVersion(version, current));
  const isTooOld = latestRelease?.min_version != null && ltVersion(current, latestRelease.min_version);
  const update = latestRelease && newer.includes(latestRelease) ? latestRelease : null;
  return {
    update_available: update !== null,
    mandatory: update !== null && (isTooOld || newer.some(({ mandatory }) => mandatory)),
    latest_version: latestRelease?.version ?? null,
    download_url: update?.download_url ?? null,
    sha256: update?.sha256 ?? null,
    release_notes: update?.release_notes ?? null,
    notices: listCurrentNotices(ctx, platform),
  };
}

function listCurrentNotices(
  ctx: Context,
  platform: z.infer<typeof DeviceUpdatesInput>['platform'],
): z.infer<typeof DeviceUpdates>['notices'] {
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
    .limit(MAX_NOTICES)
    .all()
    .map(({ id, title, body, starts_at, ends_at }) => ({
      id,
      title,
      body,
      starts_at: toIso(starts_at),
      ends_at: ends_at === null ? null : toIso(ends_at),
    }));
}
