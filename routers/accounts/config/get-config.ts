import lt from 'semver/functions/lt.js';
import type { z } from 'zod';
import type { Context } from '../../core/context.ts';
import { readVersion } from '../../core/version.ts';
import { getClientVersion, listClientFlags, listPublicRateLimits } from './runtime-config.ts';
import type { ClientConfig, ConfigInput } from './schemas.ts';

/** What a client of this type and version needs at its start. Throws INVALID_INPUT for a version that is not semver. */
export function getConfig(ctx: Context, input: z.infer<typeof ConfigInput>): z.infer<typeof ClientConfig> {
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
