import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient, isClientError } from '../typescript/client.ts';

/** No answer takes longer; a long poll is at most half of it. */
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_RETRY_DELAY_MS = 30_000;
/** A server that answers and fails so often fails for a reason that waiting does not cure. */
const MAX_SERVER_ERRORS = 8;

/** A client whose requests end with `stop`, or when a server that is gone leaves them hanging. */
export function createAgentClient(url: string, token: string | undefined): Client {
  return createClient(url, {
    token,
    fetch: (input, init) => {
      const signals = [AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...(init?.signal ? [init.signal] : [])];
      return fetch(input, { ...init, signal: AbortSignal.any(signals) });
    },
  });
}

/**
 * Calls until the server has answered. A server that is not there, is restarting or is busy is asked again, after 1,
 * 2, 4 … 30 s or the time it names, for as long as it takes. Thrown are any other error, a failure of the server's
 * own that stays, and the reason of `stop`.
 */
export async function callWithRetry<T>(
  call: () => Promise<T>,
  stop: AbortSignal,
  log: (sentence: string) => void,
): Promise<T> {
  let serverErrors = 0;
  for (let delay = 1000; ; delay = Math.min(delay * 2, MAX_RETRY_DELAY_MS)) {
    stop.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      stop.throwIfAborted();
      if (!isRetryable(error) || (isServerError(error) && ++serverErrors === MAX_SERVER_ERRORS)) throw error;
      const retryAfterSeconds = isClientError(error) ? error.data?.retry_after : null;
      const ms = retryAfterSeconds ? retryAfterSeconds * 1000 : delay;
      log(`${(error as Error).message}; again in ${ms / 1000} s`);
      await sleep(ms, undefined, { signal: stop }).catch(() => {});
    }
  }
}

function isRetryable(error: unknown): boolean {
  if (!isClientError(error)) return false;
  // Without data it was not our server that answered, if anything did.
  return !error.data || error.data.httpStatus === 429 || error.data.httpStatus >= 500;
}

/** The server itself says that something went wrong in it. */
function isServerError(error: unknown): boolean {
  return isClientError(error) && (error.data?.httpStatus ?? 0) >= 500;
}

/** The product's code of an error, if it has one. */
export function findErrorCode(error: unknown): string | undefined {
  return isClientError(error) ? error.data?.code : undefined;
}
