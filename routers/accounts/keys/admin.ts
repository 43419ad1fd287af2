import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { createKey } from './create.ts';
import { listKeys } from './list.ts';
import { revokeKey } from './revoke.ts';
import { ApiKeyList, CreateKeyInput, NewApiKey, RevokeKeyInput } from './schemas.ts';

const tags = ['Admin'];

export const apiKeysAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/api-keys',
        tags,
        summary: 'List API keys',
        description: 'With their scopes and last use; a key itself is shown only once, when it is made.',
      },
    })
    .input(z.object({}))
    .output(ApiKeyList)
    .query(({ ctx }) => listKeys(ctx)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/api-keys',
        tags,
        summary: 'Create an API key for an agent or service',
        description: 'The key acts for its user within its scopes and is shown once, in the answer.',
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(CreateKeyInput)
    .output(NewApiKey)
    .mutation(({ ctx, input }) => createKey(ctx, input)),

  revoke: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/api-keys/{id}',
        tags,
        summary: 'Revoke an API key',
        description: 'The key stops working at once, in every process.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RevokeKeyInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => revokeKey(ctx, input)),
});
