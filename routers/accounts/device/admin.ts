import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { addRelease, listReleases, removeRelease } from './releases.ts';
import { ListReleasesInput, Release, ReleaseInput, ReleasePage, RemoveReleaseInput } from './schemas.ts';

const tags = ['Admin'];

export const releasesAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/releases',
        tags,
        summary: 'List versions of the desktop app',
        description: 'By platform, newest first.',
      },
    })
    .input(ListReleasesInput)
    .output(ReleasePage)
    .query(({ ctx, input }) => listReleases(ctx, input)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/releases',
        tags,
        summary: 'Publish a version of the desktop app',
        description: 'Apps that ask for updates are offered it at once.',
      },
      rest: { status: 201, errors: ['CONFLICT'] },
    })
    .input(ReleaseInput)
    .output(Release)
    .mutation(({ ctx, input }) => addRelease(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/releases/{id}',
        tags,
        summary: 'Withdraw a version',
        description: 'Apps are offered the version before it again.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RemoveReleaseInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeRelease(ctx, input)),
});
