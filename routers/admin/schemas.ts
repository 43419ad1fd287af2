import { z } from 'zod';
import { Cursor, NextCursor } from '../core/cursor.ts';
import { Instant } from '../core/instant.ts';
import { Limit, Offset, Timestamp } from '../core/wire-types.ts';

export const AuditLogInput = z.object({
  action: z.string().max(60).optional().meta({
    description: 'One action, or all of an object: `users.` ends with a dot',
    example: 'users.lock',
  }),
  target: z.string().max(300).optional().meta({ example: 'user_20251027_001' }),
  actor_id: z.int().min(1).optional().meta({ description: 'The `id` of an administrator', example: 1 }),
  from: Instant.optional().meta({ example: '2025-10-01T00:00:00Z' }),
  to: Instant.optional().meta({ description: 'Before this', example: '2025-11-01T00:00:00Z' }),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
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
export const AuditLogPage = z.object({
  total: z.int(),
  next_cursor: NextCursor,
  entries: z.array(AuditEntry),
});

export const JOB_STATES = ['pending', 'assigned', 'running', 'success', 'failed', 'cancelled'] as const;

export const StatsInput = z.object({
  days: z.int().min(1).max(366).default(30).meta({ description: 'How far back, in days (UTC)', example: 30 }),
});

const ShareOrNull = z.number().min(0).max(1).nullable().meta({ description: 'null when there was nothing' });
const scanCounts = {
  scans: z.int(),
  dangerous: z.int(),
  cached: z.int(),
  share_dangerous: ShareOrNull,
  share_cached: ShareOrNull,
};
export const Stats = z
  .object({
    users: z.object({
      total: z.int(),
      admins: z.int(),
      locked: z.int(),
      registered: z.int().meta({ description: 'In these days' }),
      active: z.int().meta({ description: 'With a login used in these days that still stands' }),
      guests: z.int().meta({ description: 'That may come back' }),
    }),
    scans: z.object({
      ...scanCounts,
      days: z.array(z.object({ day: z.iso.date(), ...scanCounts })).meta({ description: 'Newest first' }),
    }),
    jobs: z.object(
      Object.fromEntries(JOB_STATES.map((state) => [state, z.int()])) as Record<
        (typeof JOB_STATES)[number],
        z.ZodInt
      >,
    ),
    llm: z.object({
      requests: z.int().meta({ description: 'In these days' }),
      input_tokens: z.int(),
      output_tokens: z.int(),
      cost_usd: z.number(),
      unpriced: z.int().meta({ description: 'Requests whose cost is not known' }),
    }),
    storage: z.object({
      files: z.int(),
      file_bytes: z.int().meta({ description: 'As users see them: equal contents lie on disk once' }),
      database_bytes: z.int(),
      backups: z.int(),
      newest_backup: z.string().nullable().meta({ example: 'nightly-2026-11-26T03-10-00Z' }),
    }),
    schedule: z.array(
      z.object({
        job: z.string(),
        due_at: Timestamp.meta({ description: 'The time its last turn stands for' }),
        finished_at: Timestamp.nullable().meta({ description: 'null while it runs' }),
        error: z.string().nullable().meta({ description: 'Why its last turn failed' }),
      }),
    ),
  })
  .meta({ id: 'Figures' });
export type Stats = z.infer<typeof Stats>;
