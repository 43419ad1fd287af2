import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { AdminPool, AdminPoolList, ImportPoolInput, RetirePoolInput } from './admin-schemas.ts';
import { importPool, listAllPools, retireSharedPool } from './manage-pools.ts';

const tags = ['Admin'];

export const quizAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/quiz/pools',
        tags,
        summary: 'List the quizzes for everyone, retired ones too',
        description: 'Pools with their numbers of questions.',
      },
    })
    .input(z.object({}))
    .output(AdminPoolList)
    .query(({ ctx }) => listAllPools(ctx)),

  import: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/quiz/pools',
        tags,
        summary: 'Import or replace a quiz',
        description:
          'A question keeps its number as long as it keeps its `id`; one that is left out is retired. What people played stays as it was.',
      },
      rest: { status: 201 },
    })
    .input(ImportPoolInput)
    .output(AdminPool)
    .mutation(({ ctx, input }) => importPool(ctx, input)),

  retire: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/quiz/pools/{pool_id}',
        tags,
        summary: 'Retire a quiz',
        description:
          'No session begins on it any more; what was played stays. Importing it again brings it back.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RetirePoolInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => retireSharedPool(ctx, input)),
});
