import { policiesAdminRouter } from '../../safety/policies/edit.ts';
import { Quality, QualityInput, scanQuality } from '../../safety/scan/quality.ts';
import { admin, router } from '../../trpc.ts';
import { listsRouter } from './lists.ts';

export const adminRouter = router({
  lists: listsRouter,
  policies: policiesAdminRouter,

  scan: router({
    quality: admin
      .meta({
        openapi: {
          method: 'GET',
          path: '/admin/scan/quality',
          tags: ['Admin'],
          summary: 'How the URL model is doing',
        },
      })
      .input(QualityInput)
      .output(Quality)
      .query(({ ctx, input }) => scanQuality(ctx, input)),
  }),
});
