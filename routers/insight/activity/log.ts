import { sql } from 'drizzle-orm';
import type { z } from 'zod';
import {
  activity_days,
  activity_events,
  activity_totals,
  preparedStatements,
  transact,
} from '../../../db/index.ts';
import { maskValues } from '../../../ml/text/pii-masking-long.ts';
import { toUtcDate } from '../../core/days.ts';
import { isWithinBounds } from '../../core/free-form.ts';
import { isStorableInstant, parseInstant } from '../../core/instant.ts';
import type { UserContext } from '../../core/procedures.ts';
import { runTask } from '../../core/run-task.ts';
import type { ActivityEvent, ActivityReceipt, LogActivityInput } from './schemas.ts';

/** Characters of JSON for an event's other fields. */
const MAX_EXTRA_CHARS = 4096;
/** Timestamps further ahead come from a wrong clock, and the time of receipt is used instead. */
const MAX_CLOCK_SKEW_MS = 86_400_000;

const countKey = {
  kind: sql.placeholder('kind'),
  name: sql.placeholder('name'),
  day: sql.placeholder('day'),
};

const statements = preparedStatements((db) => ({
  event: db
    .insert(activity_events)
    .values({
      user_id: sql.placeholder('user_id'),
      at: sql.placeholder('at'),
      event_type: sql.placeholder('event_type'),
      element_id: sql.placeholder('element_id'),
      page_name: sql.placeholder('page_name'),
      extra: sql.placeholder('extra'),
      received_at: sql.placeholder('received_at'),
    })
    .prepare(),
  day: db
    .insert(activity_days)
    .values({ user_id: sql.placeholder('user_id'), ...countKey, events: sql.placeholder('events') })
    .onConflictDoUpdate({
      target: [activity_days.user_id, activity_days.kind, activity_days.name, activity_days.day],
      set: { events: sql`${activity_days.events} + excluded.events` },
    })
    .prepare(),
  total: db
    .insert(activity_totals)
    .values({ ...countKey, events: sql.placeholder('events') })
    .onConflictDoUpdate({
      target: [activity_totals.kind, activity_totals.name, activity_totals.day],
      set: { events: sql`${activity_totals.events} + excluded.events` },
    })
    .prepare(),
}));

/** Stores a user's events in a client, without personal data, and counts them. */
export async function logActivity(
  ctx: UserContext,
  input: z.output<typeof LogActivityInput>,
): Promise<z.infer<typeof ActivityReceipt>> {
  const received_at = ctx.clock.now();
  const user_id = ctx.caller.principal_id;
  const masked = await maskEvents(ctx, input.events.map(toEventColumns));
  const rows = masked.map((event, i) => ({
    ...event,
    at: toEventInstant(input.events[i]?.timestamp, received_at),
  }));
  const counts = countActivity(rows);
  transact(ctx.db, () => {
    const { event, day, total } = statements(ctx.db);
    for (const row of rows) event.run({ ...row, user_id, received_at });
    for (const row of counts) {
      day.run({ ...row, user_id });
      total.run({ ...row });
    }
  });
  return { accepted: rows.length };
}

const MASK_EVENTS = { module: import.meta.url, run: maskEventColumns };

type EventColumns = ReturnType<typeof toEventColumns>;

export function maskEventColumns(events: EventColumns[]): Promise<EventColumns[]> {
  return maskValues(events);
}

/** Throws TOO_EXPENSIVE, SERVER_BUSY. */
function maskEvents(ctx: UserContext, events: EventColumns[]): Promise<EventColumns[]> {
  return runTask(ctx, MASK_EVENTS, events, JSON.stringify(events).length);
}

/** The columns of an event, with as many of its other fields as fit. */
function toEventColumns({ timestamp: _, event_type, element_id, page_name, ...otherFields }: ActivityEvent) {
  const extraFields: [string, unknown][] = [];
  let remainingChars = MAX_EXTRA_CHARS;
  for (const [name, value] of Object.entries(otherFields)) {
    const size = isWithinBounds(value) ? JSON.stringify([name, value]).length : Number.POSITIVE_INFINITY;
    if (size > remainingChars) continue;
    remainingChars -= size;
    extraFields.push([name, value]);
  }
  return {
    event_type,
    element_id: element_id ?? null,
    page_name: page_name ?? null,
    extra: extraFields.length > 0 ? Object.fromEntries(extraFields) : null,
  };
}

function toEventInstant(timestamp: ActivityEvent['timestamp'], received_at: number): number {
  const instant = typeof timestamp === 'number' ? toMilliseconds(timestamp) : parseTimestamp(timestamp ?? '');
  return isStorableInstant(instant) && instant <= received_at + MAX_CLOCK_SKEW_MS
    ? Math.floor(instant)
    : received_at;
}

/** Seconds have ten digits until the year 2286. */
function toMilliseconds(timestamp: number): number {
  return timestamp < 1e10 ? timestamp * 1000 : timestamp;
}

function parseTimestamp(timestamp: string): number {
  if (/^\d+(\.\d+)?$/.test(timestamp)) return toMilliseconds(Number(timestamp));
  return parseInstant(/^\d{4}-\d\d-\d\d$/.test(timestamp) ? `${timestamp}T00:00` : timestamp) ?? Number.NaN;
}

interface ActivityCount {
  kind: 'type' | 'page';
  name: string;
  day: string;
  events: number;
}

function countActivity(
  rows: readonly { at: number; event_type: string; page_name: string | null }[],
): ActivityCount[] {
  const counts = new Map<string, ActivityCount>();
  const add = (kind: ActivityCount['kind'], name: string, day: string) => {
    const key = JSON.stringify([kind, name, day]);
    const count = counts.get(key) ?? { kind, name, day, events: 0 };
    counts.set(key, { ...count, events: count.events + 1 });
  };
  for (const { at, event_type, page_name } of rows) {
    const page = page_name?.replace(/[?#].*$/s, '');
    add('type', event_type, toUtcDate(at));
    if (page) add('page', page, toUtcDate(at));
  }
  return [...counts.values()];
}
