import { sql } from 'drizzle-orm';
import { gami_profiles, preparedStatements } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { award, isDayRecorded, toEventContext } from './award.ts';
import { BADGES } from './badges.ts';
import type { Earning } from './rules.ts';

/** The numbers of scans that a badge waits for. */
const TARGETS = BADGES.filter(({ counter }) => counter === 'scans').map(({ target }) => target);

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
 * Counts scans of the caller towards badges and days in a row, one statement for all; guests have none. More is done
 * only when a badge is due, or a day may have begun. To be called in the transaction that writes the scans.
 */
export function countScansForBadges(ctx: Context, scans: number, dangerous: boolean, now: number): void {
  const { caller } = ctx.auth;
  if (caller.kind !== 'user' || scans === 0) return;
  const user_id = caller.principal_id;
  const after = statements(ctx.db).count.get({ user_id, scans, now }) as typeof gami_profiles.$inferSelect;
  const reached = TARGETS.some((target) => after.scans >= target && after.scans - scans < target);
  // A link that is known to be dangerous tells no event, and is a find to who had none.
  const found = dangerous && after.dangerous_links === 0;
  if (!reached && !found && isDayRecorded(after, now)) return;
  const earnings: Earning[] = found ? [{ rule: 'dangerous_link_found' }] : [];
  award(toEventContext(ctx), user_id, earnings, { at: now, event_id: null });
}
