import { errors, type JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import { jwtVerify } from 'jose/jwt/verify';
import type { Clock, SocialSettings } from '../../../core/context.ts';
import { type SocialIdentity, toProviderUnavailable, toSocialAuthError } from './provider.ts';

/** Apple rotates its keys rarely. A token with an unknown key fetches them again, at most twice a minute. */
const KEY_SET_TTL_MS = 6 * 3_600_000;

const keySets = new WeakMap<SocialSettings, JWTVerifyGetKey>();

function getKeySet(settings: SocialSettings): JWTVerifyGetKey {
  let keys = keySets.get(settings);
  if (!keys) {
    keys = createRemoteJWKSet(new URL(settings.apple.keys_url), {
      cacheMaxAge: KEY_SET_TTL_MS,
      cooldownDuration: 30_000,
      timeoutDuration: settings.timeout_ms,
    });
    keySets.set(settings, keys);
  }
  return keys;
}

/** Errors that mean the token is not valid. All others are faults of the provider or the network. */
const INVALID_TOKEN_ERRORS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
];

/**
 * The person of an Apple identity token: signed by Apple, issued to one of our apps, and not expired. It has no name.
 * Throws AUTH_FAILED, INTERNAL_ERROR (503).
 */
export async function verifyAppleToken(
  settings: SocialSettings,
  token: string,
  clock: Clock,
): Promise<SocialIdentity> {
  try {
    const { payload } = await jwtVerify(token, getKeySet(settings), {
      algorithms: ['RS256'],
      issuer: settings.apple.issuer,
      audience: [...settings.apple.client_ids],
      requiredClaims: ['sub', 'exp', 'iat'],
      currentDate: new Date(clock.now()),
    });
    const { sub, email, email_verified } = payload;
    if (!sub) throw toSocialAuthError();
    const verified = String(email_verified) === 'true' && typeof email === 'string';
    return { provider: 'apple', subject: sub, email: verified ? email : null, name: null };
  } catch (error) {
    if (INVALID_TOKEN_ERRORS.some((kind) => error instanceof kind)) throw toSocialAuthError(error);
    throw toProviderUnavailable(error);
  }
}
