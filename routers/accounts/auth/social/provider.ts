import type { z } from 'zod';
import type { Provider } from '../../../../db/index.ts';
import { ApiError } from '../../../core/errors.ts';

/** What a provider says of the person whose token was shown. */
export interface Person {
  provider: Provider;
  /** the provider's own name for the person, for ever */
  subject: string;
  /** null unless the provider has verified that the address is this person's */
  email: string | null;
  name: string | null;
}

/**
 * Asks a provider for something of its API, in the name of whoever has the token. Throws AUTH_FAILED when the provider
 * refuses the token, and INTERNAL_ERROR (503) when it cannot be reached, is too slow, or answers nonsense.
 */
export async function requestProvider<S extends z.ZodType>(
  url: string,
  token: string,
  shape: S,
  signal: AbortSignal,
): Promise<z.output<S>> {
  let status: number;
  let body: unknown;
  try {
    const answer = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal,
    });
    status = answer.status;
    body = await answer.json().catch((error) => {
      if (answer.ok || signal.aborted) throw error;
    });
  } catch (cause) {
    throw toProviderUnavailable(cause);
  }
  if ((status === 400 || status === 401 || status === 403) && !isOutOfOrder(body)) throw toSocialAuthError();
  const fits = shape.safeParse(body);
  if (status !== 200 || !fits.success)
    throw toProviderUnavailable(fits.error ?? new Error(`it answered ${status}`));
  return fits.data;
}

/** Kakao says with 400 and code -1 that the fault is its own. */
function isOutOfOrder(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'code' in body && body.code === -1;
}

export function toSocialAuthError(cause?: unknown): ApiError {
  return new ApiError('AUTH_FAILED', {
    cause,
    issues: [
      {
        path: 'access_token',
        ko: '소셜 계정을 확인하지 못했습니다. 다시 로그인해주세요.',
        en: 'The provider does not vouch for this token. Log in with it again.',
      },
    ],
  });
}

export function toProviderUnavailable(cause: unknown): ApiError {
  return new ApiError('INTERNAL_ERROR', { http: 503, cause });
}
