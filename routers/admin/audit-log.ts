import { and, count, desc, eq, gte, like, lt } from 'drizzle-orm';
import { z } from 'zod';
import { audit_log, users } from '../../db/index.ts';
import type { AdminContext } from '../core/audit.ts';
import { adminProcedure } from '../core/procedures.ts';
import { Limit, Offset, Timestamp, toIso } from '../core/wire-types.ts';

const AuditInput = z.object({
  action: z.string().max(60).optional().meta({
    description: 'One action, or all of an object: `users.` ends with a dot',
    example: 'users.lock',
  }),
  target: z.string().max(300).optional().meta({ example: 'user_20251027_001' }),
  actor_id: z.int().min(1).optional().meta({ description: 'The `id` of an administrator', example: 1 }),
  from: z.iso.datetime({ offset: true }).optional().meta({ example: '2025-10-01T00:00:00Z' }),
  to: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: 'Before this', example: '2025-11-01T00:00:00Z' }),
  limit: Limit(50),
  offset: Offset,
});

const AuditEntry = z
  .object({
    id: z.int(),
    action: z.string().meta({ example: 'users.lock' }),
    target: z.string().meta({ example: 'user_20251027_001' }),
    actor_id: z
      .int()
      .nullable()
      .meta({ description: 'null: the command line, or someone whose account is gone' }),
    actor: z.string().nullable().meta({ description: 'Username', example: 'admin' }),
    detail: z.record(z.string(), z.unknown()),
    created_at: Timestamp,
  })
  .meta({ id: 'AuditEntry' });
const AuditPage = z.object({ total: z.int(), entries: z.array(AuditEntry) });

/** What administrators changed, newest first. */
function listAudit(ctx: AdminContext, input: z.infer<typeof AuditInput>): z.infer<typeof AuditPage> {
  const { action, target, actor_id, from, to } = input;
  const one = action?.endsWith('.')
    ? like(audit_log.action, `${action}%`)
    : action && eq(audit_log.action, action);
  const wanted = and(
    one || undefined,
    target === undefined ? undefined : eq(audit_log.target, target),
    actor_id === undefined ? undefined : eq(audit_log.actor_id, actor_id),
    from === undefined ? undefined : gte(audit_log.created_at, Date.parse(from)),
    to === undefined ? undefined : lt(audit_log.created_at, Date.parse(to)),
  );
  const total = ctx.db.select({ n: count() }).from(audit_log).where(wanted).get()?.n ?? 0;
  const rows = ctx.db
    .select({ entry: audit_log, actor: users.username })
    .from(audit_log)
    .leftJoin(users, eq(users.id, audit_log.actor_id))
    .where(wanted)
    .orderBy(desc(audit_log.id))
    .limit(input.limit)
    .offset(input.offset)
    .all();
  return {
    total,
    entries: rows.map(({ entry, actor }) => ({ ...entry, actor, created_at: toIso(entry.created_at) })),
  };
}

export const listAuditLog = adminProcedure
  .meta({
    openapi: { method: 'GET', path: '/admin/audit', tags: ['Admin'], summary: 'What administrators changed' },
  })
  .input(AuditInput)
  .output(AuditPage)
  .query(({ ctx, input }) => listAudit(ctx, input));
