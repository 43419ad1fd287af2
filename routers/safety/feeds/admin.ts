import { z } from 'zod';
import { multipartInput } from '../../core/multipart.ts';
import { adminProcedure, router } from '../../core/procedures.ts';
import { listThreatFeeds } from './list.ts';
import { queueFeedImport } from './queue-import.ts';
import { removeThreatFeed } from './remove.ts';
import { FeedImportInput, FeedNameInput, ThreatFeed, ThreatFeeds } from './schemas.ts';

const tags = ['Admin'];

export const MAX_FEED_BYTES = 512 * 1024 * 1024;

export const feedsAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/feeds',
        tags,
        summary: 'List feeds of known threats',
        description: 'Each with its number of entries, when it was last imported, and what was refused.',
      },
    })
    .input(z.object({}))
    .output(ThreatFeeds)
    .query(({ ctx }) => listThreatFeeds(ctx)),

  import: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/feeds',
        tags,
        summary: 'Import a feed of known threats',
        description:
          'Replaces what the feed listed. Formats are found by content: one URL or host a line, hosts files, URLhaus, ' +
          'PhishTank, MISP, CSV with a column of addresses, JSON. The import is made within seconds to minutes; ' +
          '`GET /admin/feeds` says when.',
        contentTypes: ['multipart/form-data'],
      },
      rest: { status: 202, form: 'stream', body_limit: MAX_FEED_BYTES },
    })
    .input(multipartInput(FeedImportInput))
    .output(ThreatFeed)
    .mutation(({ ctx, input }) => queueFeedImport(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/feeds/{name}',
        tags,
        summary: 'Remove a feed of known threats',
        description: 'What it alone listed is judged by the rest from now on.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(FeedNameInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeThreatFeed(ctx, input)),
});
