import { sql } from 'drizzle-orm';
import { gami_profiles, preparedStatements } from '../../../db/index.ts';
import type { EventContext, TransientEvent } from '../../core/events/types.ts';
import { award } from './award.ts';
import { isDayRecorded } from './award-account.ts';
import { BADGES } from './badges.ts';
import type { AwardEarning } from './rules.ts';

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
 * Counts a user's scans toward badges and active days, with one statement for all scans. More is written only when a
 * badge is due or an active day may begin.
 */
export function countScansForBadges(
  context: EventContext,
  { principal_id: user_id, payload }: TransientEvent<'scans.recorded'>,
): void {
  const { scans, any_dangerous } = payload;
  const now = context.clock.now();
  const profile = statements(context.db).count.get({
    user_id,
    scans,
    now,
  }) as typeof gami_profiles.$inferSelect;
  const isTargetReached = SCAN_TARGETS.some(
    (target) => profile.scans >= target && profile.scans - scans < target,
  );
  // A dangerous verdict from the cache is no event, but counts as the first dangerous link of a user.
  const isFirstDangerous = any_dangerous && profile.dangerous_links === 0;
  if (!isTargetReached && !isFirstDangerous && isDayRecorded(profile, now)) return;
  const earnings: AwardEarning[] = isFirstDangerous ? [{ rule: 'dangerous_link_found' }] : [];
  award(context, user_id, earnings, { at: now, event_id: null });
}
