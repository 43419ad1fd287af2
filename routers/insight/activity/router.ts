import { router, userProcedure } from '../../core/procedures.ts';
import { logActivity } from './log.ts';
import { ActivityReceipt, ActivitySummary, ActivitySummaryInput, LogActivityInput } from './schemas.ts';
import { getActivitySummary } from './summary.ts';

const tags = ['Insight'];

export const activityRouter = router({
  log: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/activity/logs',
        tags,
        summary: 'Report activity in a client',
        description: 'Personal data is masked before anything is stored.',
      },
      rest: { status: 202, errors: ['TOO_EXPENSIVE', 'SERVER_BUSY'] },
    })
    .input(LogActivityInput)
    .output(ActivityReceipt)
    .mutation(({ ctx, input }) => logActivity(ctx, input)),

  summary: userProcedure
    .meta({
      isTool: true,
      openapi: {
        method: 'GET',
        path: '/activity/summary',
        tags,
        summary: "Summarize the caller's activity by day, type and page",
        description: 'An administrator sees what everyone did together, or what one user did.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(ActivitySummaryInput)
    .output(ActivitySummary)
    .query(({ ctx, input }) => getActivitySummary(ctx, input)),
});
