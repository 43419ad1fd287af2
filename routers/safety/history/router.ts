import { z } from 'zod';
import { guestProcedure, router } from '../../core/procedures.ts';
import { listHistory } from './list.ts';
import { clearHistory, removeHistoryEntry } from './remove.ts';
import { DeletedHistory, HistoryEntryId, HistoryPage, ListHistoryInput } from './schemas.ts';

const tags = ['Scan'];

export const historyRouter = router({
  list: guestProcedure
    .meta({
      isTool: true,
      keys: ['scan', 'read'],
      openapi: {
        method: 'GET',
        path: '/history',
        tags,
        summary: "List the caller's scans",
        description:
          'Newest first. Each caller, guests too, sees their own scans of links, codes and messages.',
      },
      rest: { envelope: 'colscan' },
    })
    .input(ListHistoryInput)
    .output(HistoryPage)
    .query(({ ctx, input }) => listHistory(ctx, input)),

  remove: guestProcedure
    .meta({
      keys: ['scan'],
      openapi: {
        method: 'DELETE',
        path: '/history/{id}',
        tags,
        summary: 'Delete a scan from the history',
        description:
          "Deletes one entry of the caller's own. The cached verdict stays, since it belongs to nobody.",
      },
      rest: {
        envelope: 'colscan',
        message: { ko: '이력이 삭제되었습니다', en: 'The entry was deleted' },
        data: 'none',
        errors: ['NOT_FOUND'],
      },
    })
    .input(HistoryEntryId)
    .output(DeletedHistory)
    .mutation(({ ctx, input }) => removeHistoryEntry(ctx, input)),

  clear: guestProcedure
    .meta({
      keys: ['scan'],
      openapi: {
        method: 'DELETE',
        path: '/history/all',
        tags,
        summary: 'Delete the scan history',
        description: 'Deletes every scan that the caller has made.',
      },
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
