import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient, isClientError } from '../typescript/client.ts';

/** No answer takes longer; a long poll is at most half of it. */
const TIMEOUT_MS = 60_000;
const LONGEST_PAUSE_MS = 30_000;
/** A server that answers and fails so often fails for a reason that waiting does not cure. */
const MOST_FAILURES = 8;

/** A client whose requests end with `stop`, or when a server that is gone leaves them hanging. */
export function connect(url: string, token: string | undefined): Client {
  return createClient(url, {
    token,
    fetch: (input, init) => {
      const signals = [AbortSignal.timeout(TIMEOUT_MS), ...(init?.signal ? [init.signal] : [])];
      return fetch(input, { ...init, signal: AbortSignal.any(signals) });
    },
  });
}

/**
 * Calls until the server has answered. A server that is not there, is restarting or is busy is asked again, after 1,
 * 2, 4 … 30 s or the time it names, for as long as it takes. Thrown are any other error, a failure of the server's
 * own that stays, and the reason of `stop`.
 */
export async function persist<T>(
  call: () => Promise<T>,
  stop: AbortSignal,
  heard: (sentence: string) => void,
): Promise<T> {
  let failures = 0;
  for (let pause = 1000; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
    stop.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      stop.throwIfAborted();
      if (!isPassing(error) || (hasFailed(error) && ++failures === MOST_FAILURES)) throw error;
      const told = isClientError(error) ? error.data?.retry_after : null;
      const ms = told ? told * 1000 : pause;
      heard(`${(error as Error).message}; again in ${ms / 1000} s`);
      await sleep(ms, undefined, { signal: stop }).catch(() => {});
    }
  }
}

function isPassing(error: unknown): boolean {
  if (!isClientError(error)) return false;
  // Without data it was not our server that answered, if anything did.
  return !error.data || error.data.httpStatus === 429 || error.data.httpStatus >= 500;
}

/** The server itself says that something went wrong in it. */
function hasFailed(error: unknown): boolean {
  return isClientError(error) && (error.data?.httpStatus ?? 0) >= 500;
}

/** The product's code of an error, if it has one. */
export function findErrorCode(error: unknown): string | undefined {
  return isClientError(error) ? error.data?.code : undefined;
}
