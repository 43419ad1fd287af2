import lt from 'semver/functions/lt.js';
import { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { publicProcedure, router } from '../../core/procedures.ts';
import { readVersion } from '../../core/version.ts';
import { getClientVersion, listClientFlags, listPublicRateLimits } from './runtime-config.ts';

const ConfigInput = z.object({
  client_type: z.enum(['desktop', 'mobile', 'agent']).default('desktop'),
  client_version: z.string().max(64).optional().meta({ description: 'semver', example: '1.2.0' }),
});

const Config = z
  .object({
    version: z.string().meta({ description: 'Of the server', example: '0.1.0' }),
    client_type: z.enum(['desktop', 'mobile', 'agent']),
    min_client_version: z.string().meta({ example: '1.0.0' }),
    latest_client_version: z.string().meta({ example: '1.0.0' }),
    update_required: z.boolean().meta({ description: 'The client is older than the oldest that works' }),
    flags: z.record(z.string(), z.unknown()).meta({ description: 'What an administrator switched' }),
    limits: z.record(z.string(), z.number()).meta({
      description: 'Calls a minute, sizes in bytes',
      example: { scan_per_minute: 60, max_upload_bytes: 52_428_800 },
    }),
  })
  .meta({ id: 'Config' });

/** What a client of this type and version should know before it starts. */
function getConfig(ctx: Context, input: z.infer<typeof ConfigInput>): z.infer<typeof Config> {
  const { db, clock } = ctx;
  const { version, client_versions, max_upload_bytes } = ctx.settings;
  const { client_type } = input;
  const client =
    input.client_version === undefined ? null : readVersion('client_version', input.client_version);
  const min_client_version = getClientVersion(db, clock, 'min', client_type) ?? client_versions.min;
  return {
    version,
    client_type,
    min_client_version,
    latest_client_version: getClientVersion(db, clock, 'latest', client_type) ?? client_versions.latest,
    update_required: client !== null && lt(client, min_client_version),
    flags: listClientFlags(db, clock),
    limits: { ...listPublicRateLimits(db, clock), max_upload_bytes },
  };
}

export const configRouter = router({
  get: publicProcedure
    .meta({
      openapi: { method: 'GET', path: '/config', tags: ['System'], summary: 'What a client should know' },
    })
    .input(ConfigInput)
    .output(Config)
    .query(({ ctx, input }) => getConfig(ctx, input)),
});
