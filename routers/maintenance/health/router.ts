import { z } from 'zod';
import { publicProcedure, router } from '../../core/procedures.ts';
import { getHealth, getReadiness } from './health.ts';
import { Health, Live, Ready } from './schemas.ts';

export const healthRouter = router({
  get: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/health',
        tags: ['System'],
        summary: "Get the server's health",
        description:
          'The state of the database, the models and the file store. 503 when the server cannot serve.',
      },
      rest: { failing_status: 503 },
      rateLimit: 'none',
    })
    .input(z.object({}))
    .output(Health)
    .query(({ ctx }) => getHealth(ctx)),
  live: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/health/live',
        tags: ['System'],
        summary: 'Check that the process responds',
        description: 'Looks at nothing else: who gets no answer may start it again.',
      },
      rateLimit: 'none',
    })
    .input(z.object({}))
    .output(Live)
    .query(() => ({ live: true }) as const),
  ready: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/health/ready',
        tags: ['System'],
        summary: 'Check that the server accepts requests',
        description:
          '503 when the database does not answer, when the URL model is not loaded, and from the moment it is told ' +
          'to stop. While it starts it does not listen yet.',
      },
      rest: { failing_status: 503 },
      rateLimit: 'none',
    })
    .input(z.object({}))
    .output(Ready)
    .query(({ ctx }) => getReadiness(ctx)),
});
