import { z } from 'zod';
import { publicProcedure, router } from '../../core/procedures.ts';
import { PolicySet } from './schemas.ts';
import { getRedteamPolicies } from './store.ts';

export const policiesRouter = router({
  redteam: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/policies/redteam',
        tags: ['Chatbot'],
        summary: 'Get the red-team policies',
        description: 'Carries an `ETag`; with `If-None-Match` the answer is 304 while nothing has changed.',
      },
      rest: { errors: ['AUTH_REQUIRED'], etag: true },
    })
    .input(z.object({}))
    .output(PolicySet)
    .query(({ ctx }) => getRedteamPolicies(ctx)),
});
