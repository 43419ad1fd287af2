import { publicProcedure, router } from '../../core/procedures.ts';
import { getConfig } from './get-config.ts';
import { ClientConfig, ConfigInput } from './schemas.ts';

export const configRouter = router({
  get: publicProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/config',
        tags: ['System'],
        summary: "Get a client's configuration",
        description: 'Flags and versions that a client needs at its start, and whether it must update.',
      },
    })
    .input(ConfigInput)
    .output(ClientConfig)
    .query(({ ctx, input }) => getConfig(ctx, input)),
});
