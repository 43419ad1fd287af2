import { defineConfig } from 'vitest/config';

const test = { testTimeout: 30_000, hookTimeout: 60_000 };

/** `npm test` runs the first; the others need a registry and a browser, and minutes. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...test,
          name: 'product',
          include: ['tests/**/*.test.ts'],
          exclude: ['tests/client/pack.test.ts', 'tests/browser/**'],
        },
      },
      { test: { ...test, name: 'pack', include: ['tests/client/pack.test.ts'] } },
      { test: { ...test, name: 'browser', include: ['tests/browser/**/*.test.ts'] } },
    ],
  },
});
