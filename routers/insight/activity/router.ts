import { router, userProcedure } from '../../core/procedures.ts';
import { logActivity } from './log.ts';
import { LogInput, LogReceipt, Summary, SummaryInput } from './schemas.ts';
import { getActivitySummary } from './summary.ts';

const tags = ['Insight'];

export const activityRouter = router({
  log: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/activity/logs',
        tags,
        summary: 'Report what I did in a client',
        description: 'Personal data is masked before anything is stored.',
      },
      rest: { status: 202 },
    })
    .input(LogInput)
    .output(LogReceipt)
    .mutation(({ ctx, input }) => logActivity(ctx, input)),

  summary: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/activity/summary',
        tags,
        summary: 'How much I did by day, type and page',
        description: 'An administrator sees what everyone did together, or what one user did.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(SummaryInput)
    .output(Summary)
    .query(({ ctx, input }) => getActivitySummary(ctx, input)),
});
