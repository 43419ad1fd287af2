import { z } from 'zod';
import type { SocialSettings } from '../../../core/context.ts';
import { type Person, requestProvider, toSocialAuthError } from './provider.ts';

const TokenInfo = z.object({ id: z.number(), app_id: z.number(), expires_in: z.number() });
const UserInfo = z.object({
  id: z.number(),
  kakao_account: z
    .object({
      email: z.string().optional(),
      is_email_valid: z.boolean().optional(),
      is_email_verified: z.boolean().optional(),
      profile: z.object({ nickname: z.string().optional() }).optional(),
    })
    .optional(),
});

/** Whose access token it is. It must have been given to an app of ours. What the person did not agree to is left out. */
export async function verifyKakaoToken(
  { client_ids, url }: SocialSettings['kakao'],
  token: string,
  signal: AbortSignal,
): Promise<Person> {
  const info = await requestProvider(`${url}/v1/user/access_token_info`, token, TokenInfo, signal);
  if (!client_ids.includes(String(info.app_id)) || info.expires_in <= 0) throw toSocialAuthError();
  const { id, kakao_account: account } = await requestProvider(`${url}/v2/user/me`, token, UserInfo, signal);
  if (id !== info.id) throw toSocialAuthError();
  // An address that is not valid was taken over by another account of Kakao's.
  const verified = account?.is_email_valid === true && account.is_email_verified === true;
  const email = (verified && account.email) || null;
  return { provider: 'kakao', subject: String(id), email, name: account?.profile?.nickname ?? null };
}
