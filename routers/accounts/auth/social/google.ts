import { z } from 'zod';
import type { SocialSettings } from '../../../core/context.ts';
import { requestProvider, type SocialIdentity, toSocialAuthError } from './provider.ts';

/** Google sends the numbers and booleans of token info as text. */
const GoogleTokenInfo = z.object({ aud: z.string(), sub: z.string(), expires_in: z.coerce.number() });
const GoogleUserInfo = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.literal('true'), z.literal('false')]).optional(),
  name: z.string().optional(),
});

/**
 * The person of a Google access token. It must have been issued to one of our apps, since a token of another site must
 * not log anyone in here. Throws AUTH_FAILED, INTERNAL_ERROR (503).
 */
export async function verifyGoogleToken(
  { client_ids, url }: SocialSettings['google'],
  token: string,
  signal: AbortSignal,
): Promise<SocialIdentity> {
  const query = new URLSearchParams({ access_token: token });
  const info = await requestProvider(`${url}/oauth2/v3/tokeninfo?${query}`, token, GoogleTokenInfo, signal);
  if (!client_ids.includes(info.aud) || !(info.expires_in > 0)) throw toSocialAuthError();
  const { sub, email, email_verified, name } = await requestProvider(
    `${url}/oauth2/v3/userinfo`,
    token,
    GoogleUserInfo,
    signal,
  );
  if (sub !== info.sub) throw toSocialAuthError();
  const verified = String(email_verified) === 'true';
  return { provider: 'google', subject: sub, email: (verified && email) || null, name: name ?? null };
}
