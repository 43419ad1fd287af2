import { and, desc, eq, gte, lte, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { activity_days, activity_totals } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { getOwnerFilter } from '../owner-filter.ts';
import { toDayRange } from '../utc-days.ts';
import { MAX_NAMES, type Summary, type SummaryInput } from './schemas.ts';

/**
 * How much was done by day, type and page: by me; an administrator sees everyone's. Throws NOT_FOUND for a user there
 * is not.
 */
export function getActivitySummary(
  ctx: UserContext,
  input: z.output<typeof SummaryInput>,
): z.infer<typeof Summary> {
  const user_id = getOwnerFilter(ctx, input.user_id);
  const [from, to] = toDayRange(input);
  const table = user_id === null ? activity_totals : activity_days;
  const wanted = (kind: 'type' | 'page') =>
    and(
      user_id === null ? undefined : eq(activity_days.user_id, user_id),
      eq(table.kind, kind),
      gte(table.day, from),
      lte(table.day, to),
    );
  const events = sql<number>`sum(${table.events})`;
  const most = (kind: 'type' | 'page') =>
    ctx.db
      .select({ name: table.name, events })
      .from(table)
      .where(wanted(kind))
      .groupBy(table.name)
      .orderBy(desc(events), table.name)
      .limit(MAX_NAMES)
      .all();
  // Every event has a type, so its counts by type are all there are.
  const by_day = ctx.db
    .select({ day: table.day, events })
    .from(table)
    .where(wanted('type'))
    .groupBy(table.day)
    .orderBy(table.day)
    .all();
  return {
    total: by_day.reduce((sum, { events }) => sum + events, 0),
    by_day,
    by_type: most('type').map(({ name, events }) => ({ event_type: name, events })),
    by_page: most('page').map(({ name, events }) => ({ page_name: name, events })),
  };
}
