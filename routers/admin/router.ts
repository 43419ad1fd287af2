import { configAdminRouter } from '../accounts/config/admin.ts';
import { releasesAdminRouter } from '../accounts/device/admin.ts';
import { apiKeysAdminRouter } from '../accounts/keys/admin.ts';
import { usersAdminRouter } from '../accounts/users/admin.ts';
import { adminProcedure, router } from '../core/procedures.ts';
import { mobileAdminRouter } from '../inbox/feed/admin.ts';
import { noticesAdminRouter } from '../inbox/notifications/admin.ts';
import { tasksAdminRouter } from '../inbox/tasks/admin.ts';
import { pricesAdminRouter } from '../insight/llm/admin.ts';
import { redemptionsAdminRouter, rewardsAdminRouter } from '../learning/gami/admin.ts';
import { quizAdminRouter } from '../learning/quiz/admin.ts';
import { policiesAdminRouter } from '../safety/policies/admin.ts';
import { listScanFeedback } from '../safety/scan/feedback-admin.ts';
import { getModelQuality, ScanQuality, ScanQualityInput } from '../safety/scan/model-monitoring.ts';
import { urlListsAdminRouter } from '../safety/scan/url-lists-admin.ts';
import { listAuditLog } from './audit-log.ts';
import { getStats } from './stats.ts';

export const adminRouter = router({
  rewards: rewardsAdminRouter,
  redemptions: redemptionsAdminRouter,
  users: usersAdminRouter,
  config: configAdminRouter,
  audit: listAuditLog,
  figures: getStats,
  lists: urlListsAdminRouter,
  apiKeys: apiKeysAdminRouter,
  policies: policiesAdminRouter,
  quiz: quizAdminRouter,
  prices: pricesAdminRouter,
  releases: releasesAdminRouter,
  notices: noticesAdminRouter,
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
      .input(ScanQualityInput)
      .output(ScanQuality)
      .query(({ ctx, input }) => getModelQuality(ctx, input)),
  }),
});
