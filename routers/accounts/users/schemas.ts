import { z } from 'zod';
import { Cursor, NextCursor } from '../../core/cursor.ts';
import { Limit, Offset, Timestamp } from '../../core/wire-types.ts';
import { Email, NewPassword, Username } from '../auth/schemas.ts';

const UserNumber = z.int().min(1).meta({ description: 'The `id` of a user', example: 12 });
export const Role = z.enum(['user', 'admin']).meta({ example: 'user' });

export const UserId = z.object({ id: UserNumber });
export const ResetPasswordInput = UserId.extend({
  old_password: z.string().max(1024).optional().meta({
    description: 'The password of the caller, needed for the account of an administrator',
    example: 'securePassword123',
  }),
});
export const SetRoleInput = z.object({ id: UserNumber, role: Role });

export const ListUsersInput = z.object({
  search: z
    .string()
    .trim()
    .min(1)
    .max(100)
    .optional()
    .meta({ description: 'Part of an e-mail, username, nickname or `user_…`', example: 'kim' }),
  role: Role.optional(),
  locked: z.boolean().optional().meta({ description: 'Only those locked out, or not' }),
  sort: z.enum(['newest', 'oldest', 'last_seen']).default('newest'),
  limit: Limit(50),
  offset: Offset,
  cursor: Cursor,
});

export const AdminUser = z
  .object({
    id: UserNumber,
    user_id: z.string().meta({ example: 'user_20251027_001' }),
    username: z.string().meta({ example: 'kim' }),
    email: z.string().nullable().meta({ example: 'kim@example.com' }),
    nickname: z.string().meta({ example: 'Kim' }),
    role: Role,
    locked_at: Timestamp.nullable().meta({ description: 'Since when nobody gets in as this user' }),
    created_at: Timestamp,
    last_seen_at: Timestamp.nullable().meta({ description: 'When a login that still stands was last used' }),
    sessions: z.int().meta({ description: 'Logins that stand' }),
    api_keys: z.int().meta({ description: 'Keys that are not revoked' }),
  })
  .meta({ id: 'AdminUser' });
export type AdminUser = z.infer<typeof AdminUser>;

export const UserPage = z.object({ total: z.int(), next_cursor: NextCursor, users: z.array(AdminUser) });

/** Only the command line may choose the password; over HTTP it is always generated, so that nobody else knows it. */
export const PasswordInput = z.object({ password: NewPassword.optional() });

export const CreateUserInput = z.object({
  email: Email,
  username: Username.optional(),
  password: NewPassword.optional().meta({
    description: 'Made up, and answered this once, unless given',
    example: 'securePassword123',
  }),
  role: Role.default('user'),
});

const password = z
  .string()
  .nullable()
  .meta({ description: 'Shown this once; null when it was given', example: 'mX3kQ9…' });
export const NewUserResponse = AdminUser.extend({ password }).meta({ id: 'NewUser' });

export const ResetPasswordResponse = z
  .object({ id: UserNumber, user_id: z.string(), password, sessions_ended: z.int() })
  .meta({ id: 'ResetPassword' });
