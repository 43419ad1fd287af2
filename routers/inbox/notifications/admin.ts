import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { addNotice, listNotices, removeNotice } from './notices.ts';
import { ListNoticesInput, Notice, NoticeInput, NoticePage, RemoveNoticeInput } from './schemas.ts';

const tags = ['Admin'];

export const noticesAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/notices',
        tags,
        summary: 'List notices',
        description: 'Every notice, past and future ones too.',
      },
    })
    .input(ListNoticesInput)
    .output(NoticePage)
    .query(({ ctx, input }) => listNotices(ctx, input)),

  create: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/notices',
        tags,
        summary: 'Publish a notice in the desktop app',
        description: 'Shown to the apps of a platform, or of all, between its start and its end.',
      },
      rest: { status: 201 },
    })
    .input(NoticeInput)
    .output(Notice)
    .mutation(({ ctx, input }) => addNotice(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/notices/{id}',
        tags,
        summary: 'Remove a notice',
        description: 'The apps stop showing it when they next ask.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RemoveNoticeInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeNotice(ctx, input)),
});
