import { z } from 'zod';
import { Timestamp } from '../../core/wire-types.ts';
import { Email, NewPassword, Nickname } from '../auth/schemas.ts';

export const Profile = z
  .object({
    id: z.int().meta({ example: 12 }),
    user_id: z.string().meta({ example: 'user_20251027_001' }),
    username: z.string().meta({ example: 'alice' }),
    email: z.string().nullable().meta({
      description: 'Null for an account that a provider made without a verified address',
      example: 'user@example.com',
    }),
    nickname: z.string().meta({ example: 'Alice' }),
    display_name: z.string().meta({ description: 'The nickname until it is set' }),
    role: z.enum(['user', 'admin']),
    user_type: z.literal('registered'),
    created_at: Timestamp,
  })
  .meta({ id: 'Profile' });
export type Profile = z.infer<typeof Profile>;

export const ProfileChange = z.object({
  display_name: Nickname.optional().meta({ example: '새로운 닉네임' }),
  email: Email.optional().meta({ example: 'new_email@example.com' }),
  old_password: z.string().max(1024).optional().meta({
    description:
      'Needed for a new password or e-mail address; of an account without one, a social login within 5 minutes is',
    example: 'securePassword123',
  }),
  new_password: NewPassword.optional().meta({
    description: 'Ends every other session of the account',
    example: 'a_new_strong_password',
  }),
});

export const DeleteAccountInput = z.object({
  password: z.string().max(1024).optional().meta({
    description:
      'The password of the account; one without needs a social login within the last 5 minutes instead',
    example: 'securePassword123',
  }),
});

/** Not validated on output: it may have hundreds of thousands of rows, of every table. */
const Tables = z.custom<Record<string, Record<string, unknown>[]>>().meta({
  override: {
    type: 'object',
    additionalProperties: { type: 'array', items: { type: 'object', additionalProperties: true } },
  },
  description: 'The rows that are mine, by table; of files, where their bytes are',
});

export const AccountExport = z
  .object({
    user_id: z.string().meta({ example: 'user_20251027_001' }),
    exported_at: Timestamp,
    tables: Tables,
  })
  .meta({ id: 'AccountExport' });
