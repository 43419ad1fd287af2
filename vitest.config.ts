import { defineConfig } from 'vitest/config';

const test = { testTimeout: 30_000, hookTimeout: 60_000 };

/** What two processes on one database could get wrong; `alone` in their options are tests that look into one of them. */
const TWINS = [
  ...[
    'auth',
    'own-keys',
    'device',
    'social',
    'account',
    'admin',
    'limits',
    'browser-rules',
    'colscan',
    'scan',
    'chatbot',
  ],
  ...['jobs', 'idempotency', 'leases', 'agents', 'webhooks', 'git', 'files', 'uploads', 'datasets'],
  ...['events', 'notifications', 'push-delivery', 'tasks', 'feed', 'schedule', 'retention'],
  ...['quiz', 'quiz-secrecy', 'gami', 'rewards', 'leaderboard', 'llm', 'llm-costs', 'activity'],
];

/** `npm test` runs the first; the others need a registry and a browser, or say more of the same, and take minutes. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...test,
          name: 'product',
          // Files share the modules that they import: loading the product takes longer than most tests.
          isolate: false,
          // vitest would leave one core to itself, and it does little while tests run.
          maxWorkers: '100%',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/clients/{pack,generated}.test.ts', 'tests/browser/**'],
        },
      },
      {
        test: {
          ...test,
          name: 'twins',
          isolate: false,
          maxWorkers: '100%',
          include: TWINS.map((name) => `tests/{routers/*,server/http}/${name}.test.ts`),
          env: { TEST_INSTANCES: '2' },
        },
      },
      { test: { ...test, name: 'pack', include: ['tests/clients/{pack,generated}.test.ts'] } },
      { test: { ...test, name: 'browser', include: ['tests/browser/**/*.test.ts'] } },
    ],
  },
});
