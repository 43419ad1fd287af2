import { z } from 'zod';
import type { SocialSettings } from '../../../core/context.ts';
import { type Person, requestProvider, toSocialAuthError } from './provider.ts';

/** Google sends numbers and truth values of token info as text. */
const TokenInfo = z.object({ aud: z.string(), sub: z.string(), expires_in: z.coerce.number() });
const UserInfo = z.object({
  sub: z.string().min(1),
  email: z.string().optional(),
  email_verified: z.union([z.boolean(), z.literal('true'), z.literal('false')]).optional(),
  name: z.string().optional(),
});

/** Whose access token it is. It must have been given to an app of ours: another site's tokens log nobody in here. */
export async function verifyGoogleToken(
  { client_ids, url }: SocialSettings['google'],
  token: string,
  signal: AbortSignal,
): Promise<Person> {
  const query = new URLSearchParams({ access_token: token });
  const info = await requestProvider(`${url}/oauth2/v3/tokeninfo?${query}`, token, TokenInfo, signal);
  if (!client_ids.includes(info.aud) || !(info.expires_in > 0)) throw toSocialAuthError();
  const { sub, email, email_verified, name } = await requestProvider(
    `${url}/oauth2/v3/userinfo`,
    token,
    UserInfo,
    signal,
  );
  if (sub !== info.sub) throw toSocialAuthError();
  const verified = String(email_verified) === 'true';
  return { provider: 'google', subject: sub, email: (verified && email) || null, name: name ?? null };
}
