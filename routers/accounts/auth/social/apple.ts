import { errors, type JWTVerifyGetKey } from 'jose';
import { createRemoteJWKSet } from 'jose/jwks/remote';
import { jwtVerify } from 'jose/jwt/verify';
import type { Clock, SocialSettings } from '../../../core/context.ts';
import { type Person, toProviderUnavailable, toSocialAuthError } from './provider.ts';

/** Apple changes its keys rarely; a token with a key not met yet fetches them anew, twice a minute at most. */
const KEYS_LIVE_MS = 6 * 3_600_000;

const keySets = new WeakMap<SocialSettings, JWTVerifyGetKey>();

function keysOf(settings: SocialSettings): JWTVerifyGetKey {
  let keys = keySets.get(settings);
  if (!keys) {
    keys = createRemoteJWKSet(new URL(settings.apple.keys_url), {
      cacheMaxAge: KEYS_LIVE_MS,
      cooldownDuration: 30_000,
      timeoutDuration: settings.timeout_ms,
    });
    keySets.set(settings, keys);
  }
  return keys;
}

/** What makes a token worthless, whoever is asked about it. Everything else is the fault of whoever was asked. */
const REFUSALS = [
  errors.JWTExpired,
  errors.JWTClaimValidationFailed,
  errors.JWTInvalid,
  errors.JWSInvalid,
  errors.JWSSignatureVerificationFailed,
  errors.JOSEAlgNotAllowed,
  errors.JOSENotSupported,
  errors.JWKSNoMatchingKey,
];

/** Whose identity token it is: signed by Apple, for an app of ours, and not run out. Apple tells no name in it. */
export async function verifyAppleToken(
  settings: SocialSettings,
  token: string,
  clock: Clock,
): Promise<Person> {
  try {
    const { payload } = await jwtVerify(token, keysOf(settings), {
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
    if (REFUSALS.some((kind) => error instanceof kind)) throw toSocialAuthError(error);
    throw toProviderUnavailable(error);
  }
}
