import { z } from 'zod';
import { cleanLine } from '../../core/clean-line.ts';
import { localizedMessage } from '../../core/validation-messages.ts';
import { Timestamp } from '../../core/wire-types.ts';
import { isMixedAlphabet } from './usernames.ts';

/** zod's own, and the top-level domains that Punycode writes with digits and hyphens. */
const EMAIL =
  /^(?:[\w'+-]+\.)*[\w'+-]*[\w+-]@(?:[A-Za-z0-9][A-Za-z0-9-]*\.)+(?:[A-Za-z]{2,}|[Xx][Nn]--[A-Za-z0-9-]*[A-Za-z0-9])$/;

export const Email = z
  .string()
  .trim()
  .max(254)
  .check(z.email({ pattern: EMAIL }))
  .meta({ description: 'An e-mail address; case does not matter', example: 'user@example.com' });
export const NewPassword = z.string().min(8).max(128).meta({
  description:
    '8 to 128 characters; not one of the 10,000 most used passwords, the name of the account, or blank',
  example: 'securePassword123',
});
export const Username = z
  .string()
  .trim()
  .normalize('NFKC')
  .min(2)
  .max(40)
  .regex(/^[\p{L}\p{N}._+-]+$/u)
  .refine(
    (name) => !isMixedAlphabet(name),
    localizedMessage('한 가지 문자로 된 이름을 입력하세요', 'Enter a name in letters of one alphabet'),
  )
  .meta({ description: 'Letters of one alphabet, digits and . _ + -', example: 'alice' });
export const Nickname = z.string().overwrite(cleanLine).min(1).max(60).meta({ example: 'Alice' });

export const RegisterUserInput = z.object({
  email: Email,
  password: NewPassword,
  password2: z.string().max(1024).optional().meta({
    description: 'The password again; when sent, it must match',
    example: 'securePassword123',
  }),
  username: Username.optional(),
  nickname: Nickname.optional(),
});

export const LoginInput = z.object({
  email: z
    .string()
    .max(254)
    .optional()
    .meta({ description: 'E-mail or username', example: 'user@example.com' }),
  username: z.string().max(254).optional().meta({ description: 'Username or e-mail, instead of `email`' }),
  password: z.string().min(1).max(1024).meta({ example: 'securePassword123' }),
});

export const MobileLoginInput = z.object({
  provider: z.enum(['google', 'kakao', 'apple']),
  access_token: z
    .string()
    .trim()
    .min(1)
    .max(8192)
    .regex(/^[\x21-\x7e]+$/)
    .meta({
      description: 'The access token the provider gave the app; of Apple, the identity token',
      example: 'social_provider_access_token',
    }),
});

const tokenFields = {
  access_token: z.string().meta({ description: 'Sent as `Authorization: Bearer …`; lives an hour' }),
  refresh_token: z.string().meta({ description: 'Used once at `/auth/refresh`; lives 30 days' }),
  token_type: z.literal('Bearer'),
  expires_in: z.int().meta({ description: 'Seconds the access token lives', example: 3600 }),
  access: z.string().meta({ description: 'The access token again, for clients that look for this name' }),
  refresh: z.string().meta({ description: 'The refresh token again, for clients that look for this name' }),
};

export const LoginResult = z
  .object({
    user_id: z.string().meta({ example: 'user_20251027_001' }),
    nickname: z.string().meta({ example: 'Alice' }),
    email: z.string().nullable().meta({
      description: 'Null for an account that a provider made without a verified address',
      example: 'user@example.com',
    }),
    user_type: z.literal('registered'),
    ...tokenFields,
  })
  .meta({ id: 'LoginResult' });
export type LoginResult = z.infer<typeof LoginResult>;

export const TokenPair = z.object(tokenFields).meta({ id: 'TokenPair' });
export type TokenPair = z.infer<typeof TokenPair>;

const refreshToken = z.string().min(1).max(200);
export const RefreshInput = z.object({
  refresh_token: refreshToken.optional().meta({ example: 'fsr_Zm9vYmFy…' }),
  refresh: refreshToken.optional().meta({ description: 'The same, under its other name' }),
});
export const LogoutInput = z.object({
  refresh_token: refreshToken.nullish().meta({ description: 'Its login ends too' }),
});

export const AuthStatus = z
  .object({
    is_logged_in: z.boolean(),
    user_id: z.string().nullable().meta({ example: 'user_20251027_001' }),
    guest_id: z.string().nullable().meta({ description: 'A UUID; null for users' }),
    nickname: z.string().nullable(),
    user_type: z.enum(['guest', 'registered']),
  })
  .meta({ id: 'AuthStatus' });

const LoginSession = z
  .object({
    id: z.int(),
    current: z.boolean().meta({ description: 'The session this request came with' }),
    device: z.string().nullable().meta({ description: 'The User-Agent of its login' }),
    address: z.string().nullable().meta({ description: 'The address it came from' }),
    created_at: Timestamp,
    last_used_at: Timestamp,
    expires_at: Timestamp,
  })
  .meta({ id: 'Session' });

export const SessionList = z.object({ sessions: z.array(LoginSession) });
export const EndSessionInput = z.object({ id: z.int().meta({ example: 7 }) });
