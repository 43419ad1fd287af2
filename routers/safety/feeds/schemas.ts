import { z } from 'zod';
import { UploadedFile } from '../../core/multipart.ts';
import { Timestamp } from '../../core/wire-types.ts';

export const FeedName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/)
  .meta({ maxLength: 40 })
  .meta({ example: 'openphish' });

export const ExpiryDays = z.coerce
  .number()
  .int()
  .min(1)
  .max(3650)
  .default(30)
  .meta({ description: 'Days after which an entry expires that no import names again', example: 30 });

export const FeedImportInput = z.object({
  name: FeedName,
  file: UploadedFile,
  expires_in_days: ExpiryDays,
});

export const FeedNameInput = z.object({ name: FeedName });

const RefusedEntry = z.object({
  entry: z.string().meta({ example: 'naver.com' }),
  reason: z
    .enum(['shared_hosting', 'redirector', 'brand', 'most_visited', 'not_public'])
    .meta({ description: 'Why no feed may block it as a whole', example: 'brand' }),
});

export const ThreatFeed = z
  .object({
    name: FeedName,
    state: z.enum(['waiting', 'ready', 'failed']).meta({
      description:
        '`waiting`: an import is to be made; `failed`: the newest failed, older entries still count',
    }),
    error: z.string().nullable().meta({ description: 'Why the newest import failed' }),
    entries: z.int().meta({ description: 'URLs and hosts that it lists', example: 48210 }),
    refused: z.int().meta({ description: 'Hosts that no feed may block as a whole', example: 3 }),
    unreadable: z.int().meta({ description: 'Lines that are neither a URL nor a host', example: 0 }),
    refused_entries: z.array(RefusedEntry).meta({ description: 'The first 100 of them' }),
    expires_in_days: z.int().meta({ example: 30 }),
    imported_at: Timestamp.nullable(),
  })
  .meta({ id: 'ThreatFeed' });

export const ThreatFeeds = z.object({ feeds: z.array(ThreatFeed) });

export const HashPrefixInput = z.object({
  prefix: z
    .string()
    .regex(/^[0-9a-f]{8}$/i)
    .meta({ maxLength: 8 })
    .meta({ description: 'The first 4 bytes of a hash', example: '9f86d081' }),
});

export const ListedHashes = z
  .object({
    hashes: z.array(
      z.object({
        hash: z.string().meta({
          description: 'SHA-256 of a host and path, in hex, by the rules of Safe Browsing',
          example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
        }),
        feeds: z.array(z.string()).meta({ example: ['openphish'] }),
        exact: z.boolean().meta({ description: 'It means this address alone, not all below it' }),
      }),
    ),
  })
  .meta({ id: 'ListedHashes' });
