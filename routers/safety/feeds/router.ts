import { publicProcedure, router } from '../../core/procedures.ts';
import { listHashes } from './list-hashes.ts';
import { HashPrefixInput, ListedHashes } from './schemas.ts';

export const feedsRouter = router({
  prefix: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/scan/prefixes/{prefix}',
        tags: ['Scan'],
        summary: 'List known threats by the beginning of their hash',
        description:
          'Asks without telling the URL: hash the host and path expressions of the URL as Safe Browsing does, ' +
          'ask for the first 8 digits of each, and compare the hashes that come back.',
      },
    })
    .input(HashPrefixInput)
    .output(ListedHashes)
    .query(({ ctx, input }) => listHashes(ctx, input)),
});
