import { z } from 'zod';
import { guestProcedure, router } from '../../core/procedures.ts';
import { clearHistory, listHistory, removeHistoryEntry } from './history.ts';
import { DeletedHistory, HistoryInput, HistoryPage } from './schemas.ts';

const tags = ['Scan'];

export const historyRouter = router({
  list: guestProcedure
    .meta({
      openapi: { method: 'GET', path: '/history', tags, summary: 'What I scanned' },
      rest: { envelope: 'colscan' },
    })
    .input(HistoryInput)
    .output(HistoryPage)
    .query(({ ctx, input }) => listHistory(ctx, input)),

  remove: guestProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/history/{id}', tags, summary: 'Forget one scan of mine' },
      rest: {
        envelope: 'colscan',
        message: { ko: '이력이 삭제되었습니다', en: 'The entry was deleted' },
        data: 'none',
        errors: ['NOT_FOUND'],
      },
    })
    .input(z.object({ id: z.int().meta({ example: 456 }) }))
    .output(DeletedHistory)
    .mutation(({ ctx, input }) => removeHistoryEntry(ctx, input)),

  clear: guestProcedure
    .meta({
      openapi: { method: 'DELETE', path: '/history/all', tags, summary: 'Forget all my scans' },
      rest: {
        envelope: 'colscan',
        message: { ko: '{deleted}개 이력이 삭제되었습니다', en: '{deleted} entries were deleted' },
        data: 'none',
      },
    })
    .input(z.object({}))
    .output(DeletedHistory)
    .mutation(({ ctx }) => clearHistory(ctx)),
});
