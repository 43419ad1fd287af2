import { and, asc, eq, gt, lt, lte, type SQL } from 'drizzle-orm';
import {
  agent_metrics,
  events,
  feed_items,
  job_log,
  llm_spans,
  notifications,
  tool_calls,
} from '../../db/index.ts';
import type { Deps } from '../core/context.ts';
import { DAY_MS } from '../core/days.ts';
import { deleteInBatches } from '../core/delete-in-batches.ts';
import { deleteInboxBefore } from '../inbox/retention.ts';
import { deleteActivityBefore } from '../insight/activity/retention.ts';
import { deletePromptsBefore } from '../insight/llm/retention.ts';

type LogTable =
  | typeof events
  | typeof job_log
  | typeof tool_calls
  | typeof agent_metrics
  | typeof llm_spans
  | typeof notifications;
type RetentionDeps = Pick<Deps, 'db' | 'clock' | 'settings' | 'stopping'>;

/** Deletes everything past its retention period; 0 days means for ever. Returns the deleted rows by table. */
export async function applyRetention(deps: RetentionDeps): Promise<Record<string, number>> {
  const days = deps.settings.retention_days;
  const deleted: Record<string, number> = {};
  const now = deps.clock.now();
  const apply = async (name: string, keepDays: number, deleteBefore: (before: number) => Promise<number>) => {
    if (keepDays > 0) deleted[name] = (deleted[name] ?? 0) + (await deleteBefore(now - keepDays * DAY_MS));
  };
  const isRead = eq(notifications.read, true);
  await apply('events', days.events, (before) => deleteLogBefore(deps, events, before));
  await apply('job_log', days.job_logs, (before) => deleteLogBefore(deps, job_log, before));
  await apply('tool_calls', days.job_logs, (before) => deleteLogBefore(deps, tool_calls, before));
  await apply('agent_metrics', days.job_logs, (before) => deleteLogBefore(deps, agent_metrics, before));
  await apply('notifications', days.notifications, (before) =>
    deleteLogBefore(deps, notifications, before, isRead),
  );
  await apply('activity', days.activity, (before) => deleteActivityBefore(deps, before));
  await apply('prompts', days.prompts, (before) => deletePromptsBefore(deps, before));
  await apply('llm_spans', days.prompts, (before) => deleteLogBefore(deps, llm_spans, before));
  await apply('feed_items', days.inbox, (before) => deleteInboxBefore(deps, feed_items, before));
  await apply('notifications', days.inbox, (before) => deleteInboxBefore(deps, notifications, before));
  return deleted;
}

/**
 * Deletes the old rows of a table that grows only at its end, by walking it from its oldest row, so that no index by
 * time is needed. Ids are never reused (AUTOINCREMENT), so readers that follow the ids are not disturbed.
 */
async function deleteLogBefore(
  { db, stopping }: RetentionDeps,
  table: LogTable,
  before: number,
  condition?: SQL,
): Promise<number> {
  let deleted = 0;
  let lastId = 0;
  const step = (limit: number) => {
    const oldest = db
      .select({ id: table.id, created_at: table.created_at })
      .from(table)
      .where(gt(table.id, lastId))
      .orderBy(asc(table.id))
      .limit(limit)
      .all();
    const lastOld = oldest.findLastIndex(({ created_at }) => created_at < before);
    const last = oldest[lastOld];
    if (!last) return 0;
    const isOldRow = and(
      gt(table.id, lastId),
      lte(table.id, last.id),
      lt(table.created_at, before),
      condition,
    );
    deleted += db.delete(table).where(isOldRow).run().changes;
    lastId = last.id;
    return lastOld + 1;
  };
  await deleteInBatches(step, stopping);
  return deleted;
}
