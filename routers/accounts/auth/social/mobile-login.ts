import type { z } from 'zod';
import { transact } from '../../../../db/index.ts';
import type { Context } from '../../../core/context.ts';
import { ApiError } from '../../../core/errors.ts';
import { startSession } from '../login.ts';
import { countAttempt } from '../login-attempts.ts';
import type { LoginResult, MobileLoginInput } from '../schemas.ts';
import { verifyAppleToken } from './apple.ts';
import { verifyGoogleToken } from './google.ts';
import { getOrCreateAccount } from './identities.ts';
import { verifyKakaoToken } from './kakao.ts';
import type { SocialIdentity } from './provider.ts';

/**
 * Logs in the person whom the provider's token belongs to, and creates an account at the first login. Throws FORBIDDEN
 * when the provider is not configured, AUTH_FAILED, INTERNAL_ERROR (503).
 */
export async function mobileLogin(
  ctx: Context,
  input: z.infer<typeof MobileLoginInput>,
): Promise<LoginResult> {
  const attempt = countAttempt(ctx, null);
  const identity = await verifyProviderToken(ctx, input);
  const user = transact(ctx.db, () => getOrCreateAccount(ctx, identity));
  attempt.succeed();
  return startSession(ctx, user);
}

function verifyProviderToken(
  { settings: { social }, clock }: Context,
  { provider, access_token }: z.infer<typeof MobileLoginInput>,
): Promise<SocialIdentity> {
  if (social[provider].client_ids.length === 0) throw new ApiError('FORBIDDEN');
  if (provider === 'apple') return verifyAppleToken(social, access_token, clock);
  const signal = AbortSignal.timeout(social.timeout_ms);
  return provider === 'google'
    ? verifyGoogleToken(social.google, access_token, signal)
    : verifyKakaoToken(social.kakao, access_token, signal);
}
