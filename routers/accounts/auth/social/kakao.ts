import { z } from 'zod';
import type { SocialSettings } from '../../../core/context.ts';
import { requestProvider, type SocialIdentity, toSocialAuthError } from './provider.ts';

const KakaoTokenInfo = z.object({ id: z.number(), app_id: z.number(), expires_in: z.number() });
const KakaoUserInfo = z.object({
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

/**
 * The person of a Kakao access token, which must have been issued to one of our apps. Fields that the person does not
 * share are null. Throws AUTH_FAILED, INTERNAL_ERROR (503).
 */
export async function verifyKakaoToken(
  { client_ids, url }: SocialSettings['kakao'],
  token: string,
  signal: AbortSignal,
): Promise<SocialIdentity> {
  const info = await requestProvider(`${url}/v1/user/access_token_info`, token, KakaoTokenInfo, signal);
  if (!client_ids.includes(String(info.app_id)) || info.expires_in <= 0) throw toSocialAuthError();
  const { id, kakao_account: account } = await requestProvider(
    `${url}/v2/user/me`,
    token,
    KakaoUserInfo,
    signal,
  );
  if (id !== info.id) throw toSocialAuthError();
  // An address that is not valid belongs to another Kakao account by now.
  const verified = account?.is_email_valid === true && account.is_email_verified === true;
  const email = (verified && account.email) || null;
  return { provider: 'kakao', subject: String(id), email, name: account?.profile?.nickname ?? null };
}
