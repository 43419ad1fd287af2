import { z } from 'zod';
import { router, user } from '../../trpc.ts';
import { Profile, ProfileChange } from './io.ts';
import { getProfile, updateProfile } from './profile.ts';

const tags = ['Account'];

export const meRouter = router({
  get: user
    .meta({ openapi: { method: 'GET', path: '/me', tags, summary: 'My profile' } })
    .input(z.object({}))
    .output(Profile)
    .query(({ ctx }) => getProfile(ctx)),

  update: user
    .meta({
      openapi: { method: 'POST', path: '/me', tags, summary: 'Change my profile or password' },
      rest: { errors: ['AUTH_FAILED', 'EMAIL_TAKEN'] },
    })
    .input(ProfileChange)
    .output(Profile)
    .mutation(({ ctx, input }) => updateProfile(ctx, input)),
});
