import { z } from 'zod';
import { router, userProcedure } from '../../core/procedures.ts';
import { createOwnKey, listOwnKeys, revokeOwnKey } from './own.ts';
import { CreateOwnKeyInput, NewApiKey, OwnKeyList, RevokeKeyInput } from './schemas.ts';

const tags = ['Account'];

export const keysRouter = router({
  list: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/me/keys',
        tags,
        summary: "List the caller's API keys",
        description:
          'Those that are not revoked, newest first. A key itself is shown only once, when it is made.',
      },
    })
    .input(z.object({}))
    .output(OwnKeyList)
    .query(({ ctx }) => listOwnKeys(ctx)),

  create: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/me/keys',
        tags,
        summary: 'Create an API key of the caller',
        description:
          'The key acts for the caller within its scopes, and is shown once, in the answer. A user has 50 at most.',
      },
      rest: { status: 201, errors: ['CONFLICT'] },
      rateLimit: 'create_key',
    })
    .input(CreateOwnKeyInput)
    .output(NewApiKey)
    .mutation(({ ctx, input }) => createOwnKey(ctx, input)),

  revoke: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/me/keys/{id}',
        tags,
        summary: 'Revoke an API key of the caller',
        description: 'The key stops working at once, in every process.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RevokeKeyInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => revokeOwnKey(ctx, input)),
});
