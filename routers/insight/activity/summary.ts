import { and, desc, eq, gte, lte, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { activity_days, activity_totals } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getOwnerFilter } from '../owner-filter.ts';
import { toDayRange } from '../utc-days.ts';
import { type ActivitySummary, type ActivitySummaryInput, MAX_SUMMARY_NAMES } from './schemas.ts';

/**
 * Counts the caller's events, or everyone's for an administrator, by day, type and page. Throws NOT_FOUND for an unknown
 * user.
 */
export function getActivitySummary(
  ctx: UserContext,
  input: z.output<typeof ActivitySummaryInput>,
): z.infer<typeof ActivitySummary> {
  const user_id = getOwnerFilter(ctx, input.user_id);
  const [from, to] = toDayRange(input);
  const table = user_id === null ? activity_totals : activity_days;
  const inScope = (kind: 'type' | 'page') =>
    and(
      user_id === null ? undefined : eq(activity_days.user_id, user_id),
      eq(table.kind, kind),
      gte(table.day, from),
      lte(table.day, to),
    );
  const events = sql<number>`sum(${table.events})`;
  const listMostFrequent = (kind: 'type' | 'page') =>
    ctx.db
      .select({ name: table.name, events })
      .from(table)
      .where(inScope(kind))
      .groupBy(table.name)
      .orderBy(desc(events), table.name)
      .limit(MAX_SUMMARY_NAMES)
      .all();
  // Every event has a type, so the counts by type include every event.
  const by_day = ctx.db
    .select({ day: table.day, events })
    .from(table)
    .where(inScope('type'))
    .groupBy(table.day)
    .orderBy(table.day)
    .all();
  return {
    total: by_day.reduce((sum, { events }) => sum + events, 0),
    by_day,
    by_type: listMostFrequent('type').map(({ name, events }) => ({ event_type: name, events })),
    by_page: listMostFrequent('page').map(({ name, events }) => ({ page_name: name, events })),
  };
}
