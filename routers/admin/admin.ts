import { adminProcedure } from '../core/procedures.ts';
import { listAuditLog } from './audit-log.ts';
import { AuditLogInput, AuditLogPage, Stats, StatsInput } from './schemas.ts';
import { getStats } from './stats.ts';

const tags = ['Admin'];

/** The operations of administrators on the product as a whole. */
export const systemAdminProcedures = {
  audit: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/audit',
        tags,
        summary: 'List the audit log',
        description:
          'Who did what to whom and when, newest first, filtered by actor, action, target and period.',
      },
    })
    .input(AuditLogInput)
    .output(AuditLogPage)
    .query(({ ctx, input }) => listAuditLog(ctx, input)),

  figures: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/figures',
        tags,
        summary: 'Get usage statistics',
        description: 'Users, scans, jobs, costs and storage in numbers, and how the scheduled jobs went.',
      },
    })
    .input(StatsInput)
    .output(Stats)
    .query(({ ctx, input }) => getStats(ctx, input)),
};
