import { mobileAdminRouter } from '../../inbox/feed/router.ts';
import { tasksAdminRouter } from '../../inbox/tasks/router.ts';
import { pricesAdminRouter } from '../../insight/llm/prices-admin.ts';
import { redemptionsAdminRouter, rewardsAdminRouter } from '../../learning/gami/admin.ts';
import { policiesAdminRouter } from '../../safety/policies/edit.ts';
import { Quality, QualityInput, scanQuality } from '../../safety/scan/quality.ts';
import { admin, router } from '../../trpc.ts';
import { apiKeysRouter } from './api-keys.ts';
import { listAuditLog } from './audit-log.ts';
import { configAdminRouter } from './config.ts';
import { figures } from './figures.ts';
import { listsRouter } from './lists.ts';
import { noticesRouter } from './notices.ts';
import { quizAdminRouter } from './quiz.ts';
import { releasesRouter } from './releases.ts';
import { listScanFeedback } from './scan-feedback.ts';
import { usersRouter } from './users/router.ts';

export const adminRouter = router({
  rewards: rewardsAdminRouter,
  redemptions: redemptionsAdminRouter,
  users: usersRouter,
  config: configAdminRouter,
  audit: listAuditLog,
  figures,
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
    quality: admin
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
      .query(({ ctx, input }) => scanQuality(ctx, input)),
  }),
});
