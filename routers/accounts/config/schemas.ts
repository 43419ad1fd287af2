import { z } from 'zod';
import { FreeValue } from '../../core/free-form.ts';
import { Version } from '../../core/version.ts';
import { Timestamp } from '../../core/wire-types.ts';

export const ConfigInput = z.object({
  client_type: z.enum(['desktop', 'mobile', 'agent']).default('desktop'),
  client_version: Version.optional().meta({ description: 'semver', example: '1.2.0' }),
});

export const ClientConfig = z
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

const FlagName = z
  .string()
  .regex(/^[a-z][a-z0-9_.-]{0,63}$/)
  .meta({ maxLength: 64 })
  .meta({
    description:
      'A flag of your own, or one of `min_client_version`, `latest_client_version` (each also with `.desktop`, `.mobile` or `.agent`), `limits.scan_per_minute`, `limits.chat_per_minute`, `limits.requests_per_minute`',
    example: 'new_scanner',
  });
const FlagValue = FreeValue.meta({
  description: 'Any JSON; a version or a number for the names that are the product’s own',
  example: true,
});

export const SetFlagInput = z.object({ name: FlagName, value: FlagValue });
export const RemoveFlagInput = z.object({ name: FlagName });

export const ConfigFlag = z
  .object({ name: FlagName, value: FlagValue, updated_at: Timestamp })
  .meta({ id: 'ConfigFlag' });
export type ConfigFlag = z.infer<typeof ConfigFlag>;
export const ConfigFlagList = z.object({ flags: z.array(ConfigFlag) });
