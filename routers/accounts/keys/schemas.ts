import { z } from 'zod';
import { Timestamp, TrimmedText } from '../../core/wire-types.ts';

const KeyId = z.int().min(1).meta({ example: 4 });
const KeyName = TrimmedText(100).meta({ example: "Kim's laptop" });
const Scopes = z.array(z.enum(['agent', 'llm', 'events', 'gami'])).meta({ example: ['agent'] });

export const CreateKeyInput = z.object({
  name: KeyName,
  scopes: Scopes.min(1)
    .max(20)
    .transform((scopes) => [...new Set(scopes)]),
  user_id: z
    .union([z.int(), z.string().min(1).max(60)])
    .nullish()
    .meta({
      description: 'Who owns it, by `id` or `user_…`; the caller unless given',
      example: 'user_20251027_001',
    }),
});

export const RevokeKeyInput = z.object({ id: KeyId });

export const NewApiKey = z
  .object({
    id: KeyId,
    name: KeyName,
    scopes: Scopes,
    key: z.string().meta({ description: 'Shown this once; only its hash is kept', example: 'fsk_Zm9vYmFy…' }),
  })
  .meta({ id: 'CreatedApiKey' });
export type NewApiKey = z.infer<typeof NewApiKey>;

const ApiKey = z
  .object({
    id: KeyId,
    name: KeyName,
    scopes: Scopes,
    user_id: z.string().meta({ description: 'Who owns it', example: 'user_20251027_001' }),
    username: z.string().meta({ example: 'kim' }),
    created_at: Timestamp,
    last_used_at: Timestamp.nullable().meta({ description: 'To the minute' }),
    revoked_at: Timestamp.nullable(),
  })
  .meta({ id: 'ApiKey' });
export const ApiKeyList = z.object({ api_keys: z.array(ApiKey) });
