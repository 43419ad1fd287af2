import { setImmediate } from 'node:timers/promises';
import { and, asc, eq, gt, lt, lte, type SQL } from 'drizzle-orm';
import { agent_metrics, events, job_log, notifications, tool_calls } from '../../db/index.ts';
import type { Deps } from '../core/context.ts';
import { DAY_MS } from '../core/days.ts';
import { BATCH } from '../core/delete-in-batches.ts';
import { deleteInboxBefore } from '../inbox/retention.ts';
import { deleteActivityBefore } from '../insight/activity/retention.ts';
import { deletePromptsBefore } from '../insight/llm/retention.ts';

type Table = typeof events | typeof job_log | typeof tool_calls | typeof agent_metrics | typeof notifications;
type Has = Pick<Deps, 'db' | 'clock' | 'settings' | 'stopping'>;

/** Deletes what is kept for so many days only. Returns how many rows went, by table. */
export async function applyRetention(deps: Has): Promise<Record<string, number>> {
  const days = deps.settings.retention_days;
  const kept: [name: string, table: Table, days: number, only?: SQL][] = [
    ['events', events, days.events],
    ['job_log', job_log, days.job_logs],
    ['tool_calls', tool_calls, days.job_logs],
    ['agent_metrics', agent_metrics, days.job_logs],
    ['notifications', notifications, days.notifications, eq(notifications.read, true)],
  ];
  const gone: Record<string, number> = {};
  const now = deps.clock.now();
  for (const [name, table, kept_days, only] of kept) {
    if (kept_days > 0) gone[name] = await deleteBefore(deps, table, now - kept_days * DAY_MS, only);
  }
  for (const [name, forget, kept_days] of [
    ['activity', deleteActivityBefore, days.activity],
    ['prompts', deletePromptsBefore, days.prompts],
  ] as const) {
    if (kept_days > 0) gone[name] = await forget(deps, now - kept_days * DAY_MS);
  }
  if (days.inbox > 0) {
    const { feed_items = 0, notifications: unread = 0 } = await deleteInboxBefore(
      deps,
      now - days.inbox * DAY_MS,
    );
    gone.feed_items = feed_items;
    gone.notifications = (gone.notifications ?? 0) + unread;
  }
  return gone;
}

/**
 * Walks a table that only ever grew at its end from its oldest row, so that no index by time is needed. Ids are never
 * given twice (AUTOINCREMENT), so those who follow a table by its ids notice nothing.
 */
async function deleteBefore(
  { db, stopping }: Has,
  table: Table,
  before: number,
  only?: SQL,
): Promise<number> {
  let gone = 0;
  for (let after = 0; !stopping.aborted; await setImmediate()) {
    const rows = db
      .select({ id: table.id, created_at: table.created_at })
      .from(table)
      .where(gt(table.id, after))
      .orderBy(asc(table.id))
      .limit(BATCH)
      .all();
    const last = rows.findLast(({ created_at }) => created_at < before);
    if (!last) break;
    const old = and(gt(table.id, after), lte(table.id, last.id), lt(table.created_at, before), only);
    gone += db.delete(table).where(old).run().changes;
    if (last !== rows.at(-1) || rows.length < BATCH) break;
    after = last.id;
  }
  return gone;
}
