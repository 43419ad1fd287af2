import { configAdminRouter } from '../accounts/config/admin.ts';
import { releasesAdminRouter } from '../accounts/device/admin.ts';
import { apiKeysAdminRouter } from '../accounts/keys/admin.ts';
import { usersAdminRouter } from '../accounts/users/admin.ts';
import { router } from '../core/procedures.ts';
import { mobileAdminRouter } from '../inbox/feed/admin.ts';
import { noticesAdminRouter } from '../inbox/notifications/admin.ts';
import { tasksAdminRouter } from '../inbox/tasks/admin.ts';
import { pricesAdminRouter } from '../insight/llm/admin.ts';
import { redemptionsAdminRouter, rewardsAdminRouter } from '../learning/gami/admin.ts';
import { quizAdminRouter } from '../learning/quiz/admin.ts';
import { feedsAdminRouter } from '../safety/feeds/admin.ts';
import { policiesAdminRouter } from '../safety/policies/admin.ts';
import { scanAdminRouter, urlListsAdminRouter } from '../safety/scan/admin.ts';
import { systemAdminProcedures } from './admin.ts';

/** The operations of administrators: one line per domain. */
export const adminRouter = router({
  rewards: rewardsAdminRouter,
  redemptions: redemptionsAdminRouter,
  users: usersAdminRouter,
  config: configAdminRouter,
  audit: systemAdminProcedures.audit,
  figures: systemAdminProcedures.figures,
  lists: urlListsAdminRouter,
  apiKeys: apiKeysAdminRouter,
  policies: policiesAdminRouter,
  quiz: quizAdminRouter,
  prices: pricesAdminRouter,
  releases: releasesAdminRouter,
  notices: noticesAdminRouter,
  tasks: tasksAdminRouter,
  mobile: mobileAdminRouter,
  scan: scanAdminRouter,
  feeds: feedsAdminRouter,
});
