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
import type { UserContext } from '../../core/procedures.ts';
import { isShallow } from '../json-depth.ts';
import { toUtcDay } from '../utc-days.ts';
import type { Event, LogInput, LogReceipt } from './schemas.ts';

/** Characters of JSON that an event's other fields may take. */
const MOST_EXTRA = 4096;
/** A client's clock may be wrong: what it says is believed from here on, and up to a day ahead of ours. */
const EARLIEST = Date.UTC(2000, 0, 1);
const AHEAD_MS = 86_400_000;

const count = { kind: sql.placeholder('kind'), name: sql.placeholder('name'), day: sql.placeholder('day') };

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
    .values({ user_id: sql.placeholder('user_id'), ...count, events: sql.placeholder('events') })
    .onConflictDoUpdate({
      target: [activity_days.user_id, activity_days.kind, activity_days.name, activity_days.day],
      set: { events: sql`${activity_days.events} + excluded.events` },
    })
    .prepare(),
  total: db
    .insert(activity_totals)
    .values({ ...count, events: sql.placeholder('events') })
    .onConflictDoUpdate({
      target: [activity_totals.kind, activity_totals.name, activity_totals.day],
      set: { events: sql`${activity_totals.events} + excluded.events` },
    })
    .prepare(),
}));

/** Keeps what a user did in a client, without personal data, and counts it. */
export async function logActivity(
  ctx: UserContext,
  input: z.output<typeof LogInput>,
): Promise<z.infer<typeof LogReceipt>> {
  const received_at = ctx.clock.now();
  const user_id = ctx.caller.principal_id;
  const masked = await maskValues(input.events.map(bounded));
  const rows = masked.map((event, i) => ({
    ...event,
    at: instantOf(input.events[i]?.timestamp, received_at),
  }));
  const counts = countOf(rows);
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

/** The columns of an event, and of its other fields as many as fit. */
function bounded({ timestamp: _, event_type, element_id, page_name, ...others }: Event) {
  const extra: [string, unknown][] = [];
  let room = MOST_EXTRA;
  for (const [name, value] of Object.entries(others)) {
    const size = isShallow(value) ? JSON.stringify([name, value]).length : Number.POSITIVE_INFINITY;
    if (size > room) continue;
    room -= size;
    extra.push([name, value]);
  }
  return {
    event_type,
    element_id: element_id ?? null,
    page_name: page_name ?? null,
    extra: extra.length > 0 ? Object.fromEntries(extra) : null,
  };
}

function instantOf(timestamp: Event['timestamp'], received_at: number): number {
  const instant = typeof timestamp === 'number' ? ofNumber(timestamp) : ofText(timestamp ?? '');
  return instant >= EARLIEST && instant <= received_at + AHEAD_MS ? Math.floor(instant) : received_at;
}

/** Seconds have ten digits until the year 2286. */
function ofNumber(timestamp: number): number {
  return timestamp < 1e10 ? timestamp * 1000 : timestamp;
}

/** A time without a zone is UTC, whatever the server's own zone is. */
function ofText(timestamp: string): number {
  if (/^\d+(\.\d+)?$/.test(timestamp)) return ofNumber(Number(timestamp));
  if (!/^\d{4}-\d\d-\d\d/.test(timestamp)) return Number.NaN;
  const zoned = /(?:z|[+-]\d\d:?\d\d)$/i.test(timestamp) || timestamp.length === 10;
  return Date.parse(zoned ? timestamp : `${timestamp}Z`);
}

interface Count {
  kind: 'type' | 'page';
  name: string;
  day: string;
  events: number;
}

function countOf(rows: readonly { at: number; event_type: string; page_name: string | null }[]): Count[] {
  const counts = new Map<string, Count>();
  const add = (kind: Count['kind'], name: string, day: string) => {
    const key = JSON.stringify([kind, name, day]);
    const count = counts.get(key) ?? { kind, name, day, events: 0 };
    counts.set(key, { ...count, events: count.events + 1 });
  };
  for (const { at, event_type, page_name } of rows) {
    const page = page_name?.replace(/[?#].*$/s, '');
    add('type', event_type, toUtcDay(at));
    if (page) add('page', page, toUtcDay(at));
  }
  return [...counts.values()];
}
