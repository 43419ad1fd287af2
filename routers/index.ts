import { authRouter } from './accounts/auth/router.ts';
import { configRouter } from './accounts/config/router.ts';
import { deviceRouter } from './accounts/device/router.ts';
import { meRouter } from './accounts/me/router.ts';
import { settingsRouter } from './accounts/settings/router.ts';
import { adminRouter } from './admin/router.ts';
import { router } from './core/procedures.ts';
import { eventsRouter } from './inbox/events/router.ts';
import { mobileRouter } from './inbox/feed/router.ts';
import { notificationsRouter } from './inbox/notifications/router.ts';
import { tasksRouter } from './inbox/tasks/router.ts';
import { activityRouter } from './insight/activity/router.ts';
import { llmRouter } from './insight/llm/router.ts';
import { gamiRouter } from './learning/gami/router.ts';
import { quizRouter } from './learning/quiz/router.ts';
import { healthRouter } from './maintenance/health/router.ts';
import { chatbotRouter } from './safety/chatbot/router.ts';
import { feedsRouter } from './safety/feeds/router.ts';
import { historyRouter } from './safety/history/router.ts';
import { policiesRouter } from './safety/policies/router.ts';
import { scanRouter } from './safety/scan/router.ts';
import { datasetsRouter } from './storage/datasets/router.ts';
import { filesRouter } from './storage/files/router.ts';
import { gitRouter } from './work/git/router.ts';
import { agentRouter } from './work/jobs/router.ts';
import { projectsRouter } from './work/projects/router.ts';

/** Every procedure of the product, one line a domain. */
export const appRouter = router({
  scan: scanRouter,
  feeds: feedsRouter,
  history: historyRouter,
  chatbot: chatbotRouter,
  policies: policiesRouter,
  files: filesRouter,
  datasets: datasetsRouter,
  events: eventsRouter,
  auth: authRouter,
  me: meRouter,
  git: gitRouter,
  settings: settingsRouter,
  projects: projectsRouter,
  agent: agentRouter,
  llm: llmRouter,
  activity: activityRouter,
  notifications: notificationsRouter,
  mobile: mobileRouter,
  tasks: tasksRouter,
  device: deviceRouter,
  quiz: quizRouter,
  gami: gamiRouter,
  config: configRouter,
  health: healthRouter,
  admin: adminRouter,
});

export type AppRouter = typeof appRouter;
