import { sql } from 'drizzle-orm';
import { gami_profiles, preparedStatements } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { award, toEventContext } from './award.ts';
import { isDayRecorded } from './award-account.ts';
import { BADGES } from './badges.ts';
import type { Earning } from './rules.ts';

/** The numbers of scans that unlock a badge. */
const SCAN_TARGETS = BADGES.filter(({ counter }) => counter === 'scans').map(({ target }) => target);

const statements = preparedStatements((db) => ({
  count: db
    .insert(gami_profiles)
    .values({
      user_id: sql.placeholder('user_id'),
      scans: sql.placeholder('scans'),
      created_at: sql.placeholder('now'),
      updated_at: sql.placeholder('now'),
    })
    .onConflictDoUpdate({
      target: gami_profiles.user_id,
      set: { scans: sql`${gami_profiles.scans} + excluded.scans` },
    })
    .returning({
      scans: gami_profiles.scans,
      dangerous_links: gami_profiles.dangerous_links,
      day_checked_until: gami_profiles.day_checked_until,
    })
    .prepare(),
}));

/**
 * Counts scans of the caller towards badges and streaks, with one statement for all of them; guests earn nothing. An
 * award follows only when a badge is due or a day may have begun. The caller opens the transaction.
 */
export function countScansForBadges(ctx: Context, scans: number, dangerous: boolean, now: number): void {
  const { caller } = ctx.auth;
  if (caller.kind !== 'user' || scans === 0) return;
  const user_id = caller.principal_id;
  const profile = statements(ctx.db).count.get({ user_id, scans, now }) as typeof gami_profiles.$inferSelect;
  const isTargetReached = SCAN_TARGETS.some(
    (target) => profile.scans >= target && profile.scans - scans < target,
  );
  // A link that is known to be dangerous emits no event, and still counts as the user's first.
  const isFirstDangerousLink = dangerous && profile.dangerous_links === 0;
  if (!isTargetReached && !isFirstDangerousLink && isDayRecorded(profile, now)) return;
  const earnings: Earning[] = isFirstDangerousLink ? [{ rule: 'dangerous_link_found' }] : [];
  award(toEventContext(ctx), user_id, earnings, { at: now, event_id: null });
}
