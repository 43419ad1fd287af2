import { z } from 'zod';
import { router, userProcedure } from '../../core/procedures.ts';
import { exportUser } from './export.ts';
import { getProfile, updateProfile } from './profile.ts';
import { removeUser } from './remove.ts';
import { Export, Profile, ProfileChange, RemoveInput } from './schemas.ts';

const tags = ['Account'];

export const meRouter = router({
  get: userProcedure
    .meta({ openapi: { method: 'GET', path: '/me', tags, summary: 'My profile' } })
    .input(z.object({}))
    .output(Profile)
    .query(({ ctx }) => getProfile(ctx)),

  update: userProcedure
    .meta({
      openapi: { method: 'POST', path: '/me', tags, summary: 'Change my profile or password' },
      rest: { errors: ['AUTH_FAILED', 'EMAIL_TAKEN'] },
    })
    .input(ProfileChange)
    .output(Profile)
    .mutation(({ ctx, input }) => updateProfile(ctx, input)),

  export: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/me/export',
        tags,
        summary: 'All that is stored of me',
        description: 'Passwords, tokens, keys and their hashes are left out.',
      },
      rateLimit: 'export',
    })
    .input(z.object({}))
    .output(Export)
    .query(({ ctx }) => exportUser(ctx)),

  remove: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/me',
        tags,
        summary: 'Delete my account and all that is its own',
        description:
          'At once and for good, files included. What an administrator changed stays, without the name. The last ' +
          'administrator cannot go.',
      },
      rest: { status: 204, body: true, errors: ['AUTH_FAILED', 'CONFLICT'] },
    })
    .input(RemoveInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeUser(ctx, input)),
});
