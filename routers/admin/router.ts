import { configAdminRouter } from '../accounts/config/admin.ts';
import { releasesRouter } from '../accounts/device/admin.ts';
import { apiKeysRouter } from '../accounts/keys/admin.ts';
import { usersRouter } from '../accounts/users/admin.ts';
import { adminProcedure, router } from '../core/procedures.ts';
import { mobileAdminRouter } from '../inbox/feed/router.ts';
import { noticesRouter } from '../inbox/notifications/admin.ts';
import { tasksAdminRouter } from '../inbox/tasks/router.ts';
import { pricesAdminRouter } from '../insight/llm/admin.ts';
import { redemptionsAdminRouter, rewardsAdminRouter } from '../learning/gami/admin.ts';
import { quizAdminRouter } from '../learning/quiz/admin.ts';
import { policiesAdminRouter } from '../safety/policies/admin.ts';
import { listScanFeedback } from '../safety/scan/feedback-admin.ts';
import { getModelQuality, Quality, QualityInput } from '../safety/scan/model-monitoring.ts';
import { listsRouter } from '../safety/scan/url-lists-admin.ts';
import { listAuditLog } from './audit-log.ts';
import { getStats } from './stats.ts';

export const adminRouter = router({
  rewards: rewardsAdminRouter,
  redemptions: redemptionsAdminRouter,
  users: usersRouter,
  config: configAdminRouter,
  audit: listAuditLog,
  figures: getStats,
  lists: listsRouter,
  apiKeys: apiKeysRouter,
  policies: policiesAdminRouter,
  quiz: quizAdminRouter,
  prices: pricesAdminRouter,
  releases: releasesRouter,
  notices: noticesRouter,
  tasks: tasksAdminRouter,
  mobile: mobileAdminRouter,

  scan: router({
    feedback: listScanFeedback,
    quality: adminProcedure
      .meta({
        openapi: {
          method: 'GET',
          path: '/admin/scan/quality',
          tags: ['Admin'],
          summary: 'How the URL model is doing',
        },
      })
      .input(QualityInput)
      .output(Quality)
      .query(({ ctx, input }) => getModelQuality(ctx, input)),
  }),
});
