import { z } from 'zod';
import { router, userProcedure } from '../../core/procedures.ts';
import { keysRouter } from '../keys/router.ts';
import { exportAccount } from './export.ts';
import { getProfile, updateProfile } from './profile.ts';
import { deleteAccount } from './remove.ts';
import { AccountExport, DeleteAccountInput, Profile, ProfileChange } from './schemas.ts';

const tags = ['Account'];

export const meRouter = router({
  keys: keysRouter,

  get: userProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/me',
        tags,
        summary: "Get the caller's profile",
        description: 'The account as its owner sees it.',
      },
    })
    .input(z.object({}))
    .output(Profile)
    .query(({ ctx }) => getProfile(ctx)),

  update: userProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/me',
        tags,
        summary: "Change the caller's profile or password",
        description: 'A new address or password needs `old_password`. A new password ends all other logins.',
      },
      rest: { errors: ['PASSWORD_REQUIRED', 'AUTH_FAILED', 'EMAIL_TAKEN'] },
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
        summary: "Export the caller's data",
        description: 'Passwords, tokens, keys and their hashes are left out.',
      },
      rateLimit: 'export',
    })
    .input(z.object({}))
    .output(AccountExport)
    .query(({ ctx }) => exportAccount(ctx)),

  remove: userProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/me',
        tags,
        summary: "Delete the caller's account and its data",
        description:
          'At once and for good, files included. What an administrator changed stays, without the name. The last ' +
          'administrator cannot go.',
      },
      rest: { status: 204, body: true, errors: ['PASSWORD_REQUIRED', 'AUTH_FAILED', 'CONFLICT'] },
    })
    .input(DeleteAccountInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => deleteAccount(ctx, input)),
});
