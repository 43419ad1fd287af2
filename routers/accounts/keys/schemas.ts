import { z } from 'zod';
import { API_KEY_SCOPES } from '../../../db/index.ts';
import { Timestamp, TrimmedText } from '../../core/wire-types.ts';

const KeyId = z.int().min(1).meta({ example: 4 });
const KeyName = TrimmedText(100).meta({ example: "Kim's laptop" });
const Scopes = z.array(z.enum(API_KEY_SCOPES)).meta({
  description:
    'What it may do: `scan`, `chat`, `read` (every GET of its owner), `agent`, `llm`, `events`, `gami`. It never administers.',
  example: ['scan'],
});
const NewScopes = Scopes.min(1)
  .max(20)
  .transform((scopes) => [...new Set(scopes)]);

export const CreateOwnKeyInput = z.object({
  name: KeyName,
  scopes: NewScopes,
  expires_in_days: z.int().min(1).max(3650).nullish().meta({
    description: 'Days after which it stops working; it does not expire unless given',
    example: 90,
  }),
});

export const CreateKeyInput = CreateOwnKeyInput.extend({
  user_id: z
    .union([z.int(), z.string().min(1).max(60)])
    .nullish()
    .meta({
      description: 'Who owns it, by `id` or `user_…`; the caller unless given',
      example: 'user_20251027_001',
    }),
});

const KeyStart = z
  .string()
  .meta({ description: 'What the key begins with, by which its owner knows it', example: 'fsk_Zm9vYm' });

export const RevokeKeyInput = z.object({ id: KeyId });

export const NewApiKey = z
  .object({
    id: KeyId,
    name: KeyName,
    scopes: Scopes,
    prefix: KeyStart,
    expires_at: Timestamp.nullable(),
    key: z.string().meta({ description: 'Shown this once; only its hash is kept', example: 'fsk_Zm9vYmFy…' }),
  })
  .meta({ id: 'CreatedApiKey' });
export type NewApiKey = z.infer<typeof NewApiKey>;

const keyFields = {
  id: KeyId,
  name: KeyName,
  scopes: Scopes,
  prefix: KeyStart.nullable().meta({ description: 'null for keys of older versions' }),
  created_at: Timestamp,
  last_used_at: Timestamp.nullable().meta({ description: 'To the minute' }),
  expires_at: Timestamp.nullable().meta({ description: 'null: it does not expire' }),
  revoked_at: Timestamp.nullable(),
};

export const OwnKey = z.object(keyFields).meta({ id: 'OwnApiKey' });
export const OwnKeyList = z.object({ keys: z.array(OwnKey) });

const ApiKey = z
  .object({
    ...keyFields,
    user_id: z.string().meta({ description: 'Who owns it', example: 'user_20251027_001' }),
    username: z.string().meta({ example: 'kim' }),
  })
  .meta({ id: 'ApiKey' });
export const ApiKeyList = z.object({ api_keys: z.array(ApiKey) });
