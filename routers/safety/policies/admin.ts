import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { addPolicy, changePolicy, listStoredPolicies, removePolicy } from './edit.ts';
import { PolicyId, PolicyInput, StoredPolicy, StoredPolicyList } from './schemas.ts';

const tags = ['Admin'];

export const policiesAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/policies',
        tags,
        summary: 'List red-team policies with their tests',
        description: 'Every rule that prompts and answers are checked with, and the examples that test it.',
      },
    })
    .input(z.object({}))
    .output(StoredPolicyList)
    .query(({ ctx }) => listStoredPolicies(ctx)),

  add: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/policies',
        tags,
        summary: 'Add a policy',
        description: 'A regex that can take exponential time is refused, and one that fails its own tests.',
      },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(PolicyInput)
    .output(StoredPolicy)
    .mutation(({ ctx, input }) => addPolicy(ctx, input)),

  update: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/admin/policies/{id}',
        tags,
        summary: 'Replace a policy',
        description: 'The examples run first: a rule that fails one of them is not stored.',
      },
      rest: { errors: ['NOT_FOUND'] },
    })
    .input(PolicyInput)
    .output(StoredPolicy)
    .mutation(({ ctx, input }) => changePolicy(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/policies/{id}',
        tags,
        summary: 'Remove a policy',
        description: 'Prompts and answers are no longer checked with it.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(PolicyId)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removePolicy(ctx, input)),
});
