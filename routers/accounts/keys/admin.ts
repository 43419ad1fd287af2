import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { createKey } from './create.ts';
import { listKeys } from './list.ts';
import { revokeKey } from './revoke.ts';
import { ApiKeyList, CreateKeyInput, NewApiKey, RevokeKeyInput } from './schemas.ts';

const tags = ['Admin'];

export const apiKeysAdminRouter = router({
  list: adminProcedure
    .meta({ openapi: { method: 'GET', path: '/admin/api-keys', tags, summary: 'List API keys' } })
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
      },
      rest: { status: 201, errors: ['NOT_FOUND'] },
    })
    .input(CreateKeyInput)
    .output(NewApiKey)
    .mutation(({ ctx, input }) => createKey(ctx, input)),

  revoke: adminProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/admin/api-keys/{id}', tags, summary: 'Revoke an API key' },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RevokeKeyInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => revokeKey(ctx, input)),
});
