import type { z } from 'zod';
import type { Provider } from '../../../../db/index.ts';
import { ApiError } from '../../../core/errors.ts';

/** A person according to a provider. */
export interface SocialIdentity {
  provider: Provider;
  /** the provider's permanent id of the person */
  subject: string;
  /** null unless the provider has verified that the address is this person's */
  email: string | null;
  name: string | null;
}

/**
 * Requests a resource of a provider's API with a person's token. Throws AUTH_FAILED when the provider rejects the token,
 * and INTERNAL_ERROR (503) when it cannot be reached, is too slow, or its response does not have the expected shape.
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
    const response = await fetch(url, {
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      redirect: 'error',
      signal,
    });
    status = response.status;
    body = await response.json().catch((error) => {
      if (response.ok || signal.aborted) throw error;
    });
  } catch (cause) {
    throw toProviderUnavailable(cause);
  }
  if ((status === 400 || status === 401 || status === 403) && !isProviderFault(body))
    throw toSocialAuthError();
  const parsed = shape.safeParse(body);
  if (status !== 200 || !parsed.success)
    throw toProviderUnavailable(parsed.error ?? new Error(`it answered ${status}`));
  return parsed.data;
}

/** Kakao reports its own faults with status 400 and code -1. */
function isProviderFault(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'code' in body && body.code === -1;
}

/** AUTH_FAILED for a token that the provider does not accept. */
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

/** INTERNAL_ERROR (503) for a provider that does not work. */
export function toProviderUnavailable(cause: unknown): ApiError {
  return new ApiError('INTERNAL_ERROR', { http: 503, cause });
}
