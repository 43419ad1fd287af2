import { z } from 'zod';
import { router, user } from '../../trpc.ts';
import { listBadges } from './badges.ts';
import { Badges, BadgesInput, GamiProfile } from './io.ts';
import { gamiProfile } from './profile.ts';

const tags = ['Game'];

export const gamiRouter = router({
  profile: user
    .meta({
      openapi: { method: 'GET', path: '/gami/profile', tags, summary: 'My points, XP, level and badges' },
    })
    .input(z.object({}))
    .output(GamiProfile)
    .query(({ ctx }) => gamiProfile(ctx, ctx.db, ctx.me.principal_id)),

  badges: user
    .meta({ openapi: { method: 'GET', path: '/gami/badges', tags, summary: 'Badges, and my way to them' } })
    .input(BadgesInput)
    .output(Badges)
    .query(({ ctx, input }) => listBadges(ctx, input)),
});
