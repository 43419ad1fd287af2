import { mobileAdminRouter } from '../../inbox/feed/router.ts';
import { tasksAdminRouter } from '../../inbox/tasks/router.ts';
import { redemptionsAdminRouter, rewardsAdminRouter } from '../../learning/gami/admin.ts';
import { pricesAdminRouter } from '../../insight/llm/prices-admin.ts';
import { policiesAdminRouter } from '../../safety/policies/edit.ts';
import { Quality, QualityInput, scanQuality } from '../../safety/scan/quality.ts';
import { admin, router } from '../../trpc.ts';
import { apiKeysRouter } from './api-keys.ts';
import { listsRouter } from './lists.ts';
import { noticesRouter } from './notices.ts';
import { quizAdminRouter } from './quiz.ts';
import { releasesRouter } from './releases.ts';

export const adminRouter = router({
  rewards: rewardsAdminRouter,
  redemptions: redemptionsAdminRouter,
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
