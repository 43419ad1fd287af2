import { and, count, desc, eq, gte, like, lt } from 'drizzle-orm';
import type { z } from 'zod';
import { audit_log, users } from '../../db/index.ts';
import type { AdminContext } from '../core/audit.ts';
import { afterCursor, toPage } from '../core/cursor.ts';
import { toIso } from '../core/wire-types.ts';
import type { AuditLogInput, AuditLogPage } from './schemas.ts';

/** The changes of administrators, the newest first. */
export function listAuditLog(
  ctx: AdminContext,
  input: z.infer<typeof AuditLogInput>,
): z.infer<typeof AuditLogPage> {
  const { action, target, actor_id, from, to } = input;
  const isAction = action?.endsWith('.')
    ? like(audit_log.action, `${action}%`)
    : action && eq(audit_log.action, action);
  const filter = and(
    isAction || undefined,
    target === undefined ? undefined : eq(audit_log.target, target),
    actor_id === undefined ? undefined : eq(audit_log.actor_id, actor_id),
    from === undefined ? undefined : gte(audit_log.created_at, from),
    to === undefined ? undefined : lt(audit_log.created_at, to),
  );
  const total = ctx.db.select({ n: count() }).from(audit_log).where(filter).get()?.n ?? 0;
  const found = ctx.db
    .select({ entry: audit_log, actor: users.username })
    .from(audit_log)
    .leftJoin(users, eq(users.id, audit_log.actor_id))
    .where(and(filter, afterCursor(input.cursor, [[audit_log.id, 'desc']])))
    .orderBy(desc(audit_log.id))
    .limit(input.limit + 1)
    .offset(input.offset)
    .all();
  const { rows, next_cursor } = toPage(found, input.limit, (row) => [row.entry.id]);
  return {
    total,
    next_cursor,
    entries: rows.map(({ entry, actor }) => ({ ...entry, actor, created_at: toIso(entry.created_at) })),
  };
}
