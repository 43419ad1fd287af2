import { z } from 'zod';
import { PLATFORMS } from '../../../db/index.ts';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Version } from '../../core/version.ts';
import { Limit, Offset, Timestamp, TrimmedText } from '../../core/wire-types.ts';
import { TokenPair } from '../auth/schemas.ts';
import { Profile } from '../me/schemas.ts';

const ClientId = TrimmedText(200).meta({
  description: 'What the app calls itself; people are shown it',
  example: 'desktop-client-id',
});

export const DeviceCode = z
  .object({
    device_code: z.string().meta({ description: 'Typed into the app; works once', example: 'K7MD4XQP' }),
    expires_in: z.int().meta({ description: 'Seconds', example: 600 }),
  })
  .meta({ id: 'DeviceCode' });

export const DeviceLoginInput = z.object({
  client_id: ClientId,
  device_code: z.string().min(1).max(200).meta({
    description: 'The code from the browser; case, spaces and hyphens do not matter',
    example: 'K7MD4XQP',
  }),
});

export const DeviceLogin = TokenPair.extend({ user: Profile }).meta({ id: 'DeviceLogin' });
export type DeviceLogin = z.infer<typeof DeviceLogin>;

export const AuthorizeInput = z.object({
  client_id: ClientId,
  scope: z.string().max(1000).optional().meta({ description: 'Not used: a device may what its user may' }),
});

export const DeviceAuthorization = z
  .object({
    device_code: z.string().meta({ description: 'What the device asks with', example: 'fsd_Zm9vYmFy…' }),
    user_code: z.string().meta({ description: 'What the device shows', example: 'K7MD-4XQP' }),
    verification_uri: z.string().meta({ example: 'http://localhost:5000/device' }),
    verification_uri_complete: z.string().meta({
      description: 'The same with the code in it, for a QR code or a browser on the device',
      example: 'http://localhost:5000/device?user_code=K7MD-4XQP',
    }),
    expires_in: z.int().meta({ description: 'Seconds', example: 600 }),
    interval: z.int().meta({ description: 'Seconds to wait between two questions', example: 5 }),
  })
  .meta({ id: 'DeviceAuthorization' });

export const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export const DeviceTokenInput = z.object({
  grant_type: z.string().max(200).meta({ example: DEVICE_GRANT }),
  device_code: z.string().min(1).max(200).meta({ example: 'fsd_Zm9vYmFy…' }),
  client_id: ClientId,
});

export const DesktopPlatform = z.enum(PLATFORMS).meta({ example: 'windows' });
export const ClientVersion = Version.meta({ description: 'semver', example: '1.0.0' });

export const DeviceUpdatesInput = z.object({ current_version: ClientVersion, platform: DesktopPlatform });

const DeviceNotice = z
  .object({
    id: z.int().meta({ example: 3 }),
    title: z.string().meta({ example: '정기 점검 안내' }),
    body: z.string().meta({ example: '11월 30일 02:00–03:00에 점검합니다.' }),
    starts_at: Timestamp,
    ends_at: Timestamp.nullable(),
  })
  .meta({ id: 'DeviceNotice' });

export const DeviceUpdates = z
  .object({
    update_available: z.boolean(),
    mandatory: z.boolean().meta({
      description:
        'A version since the current one is mandatory, or the newest does not work beside one so old',
    }),
    latest_version: z.string().nullable().meta({
      description: 'The newest version this platform is offered; null when there is none',
      example: '1.2.0',
    }),
    download_url: z.string().nullable().meta({
      description: 'Like the next two, of the newest version; null when there is no update',
      example: 'https://downloads.example.com/flash-1.2.0.exe',
    }),
    sha256: z.string().nullable().meta({ description: 'Of the download, hex' }),
    release_notes: z.string().nullable(),
    notices: z.array(DeviceNotice).meta({ description: 'What is to be read now, the newest first' }),
  })
  .meta({ id: 'DeviceUpdates' });

const releaseFields = {
  platform: DesktopPlatform,
  version: Version.meta({ description: 'semver', example: '1.2.0' }),
  mandatory: z.boolean().default(false).meta({ description: 'Everyone with an older version must update' }),
  min_version: Version.nullish().meta({
    description: 'Older versions than this must update',
    example: '1.0.0',
  }),
  download_url: z
    .url({ protocol: /^https?$/ })
    .max(2048)
    .meta({ example: 'https://downloads.example.com/flash-1.2.0.exe' }),
  sha256: z
    .string()
    .regex(/^[0-9a-fA-F]{64}$/)
    .meta({ maxLength: 64 })
    .meta({
      description: 'Of the download, hex',
      example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    }),
  release_notes: z.string().max(20_000).default('').meta({ example: '퀴즈 화면이 빨라졌습니다.' }),
};
const release_id = z.int().positive().meta({ example: 3 });

export const ReleaseInput = z.object(releaseFields);
export const RemoveReleaseInput = z.object({ id: release_id });
export const ListReleasesInput = z.object({
  platform: DesktopPlatform.optional(),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});

export const Release = z
  .object({
    id: release_id,
    ...releaseFields,
    min_version: z.string().nullable(),
    created_at: Timestamp,
  })
  .meta({ id: 'Release' });
export const ReleasePage = z.object({ total: z.int(), next_cursor: NextCursor, releases: z.array(Release) });
