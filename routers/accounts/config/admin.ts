import { z } from 'zod';
import { adminProcedure, router } from '../../core/procedures.ts';
import { listFlags, removeFlag, setFlag } from './flags.ts';
import { ConfigFlag, ConfigFlagList, RemoveFlagInput, SetFlagInput } from './schemas.ts';

const tags = ['Admin'];

export const configAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/config',
        tags,
        summary: 'List flags and settings',
        description: 'Those that were set; `GET /config` shows clients their values.',
      },
    })
    .input(z.object({}))
    .output(ConfigFlagList)
    .query(({ ctx }) => listFlags(ctx)),

  set: adminProcedure
    .meta({
      openapi: {
        method: 'PUT',
        path: '/admin/config/{name}',
        tags,
        summary: 'Set a flag, a client version or a limit',
        description: 'It holds at once in this process, and within a second in others.',
      },
    })
    .input(SetFlagInput)
    .output(ConfigFlag)
    .mutation(({ ctx, input }) => setFlag(ctx, input)),

  remove: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/config/{name}',
        tags,
        summary: 'Remove a flag or setting',
        description: 'Clients get the default from now on.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(RemoveFlagInput)
    .output(z.object({}))
    .mutation(({ ctx, input }) => removeFlag(ctx, input)),
});
