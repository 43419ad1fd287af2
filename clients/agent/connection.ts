import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, createClient, isClientError } from '../typescript/client.ts';

/** Twice as long as a long poll. */
const REQUEST_TIMEOUT_MS = 60_000;
const MAX_RETRY_DELAY_MS = 30_000;
/** After this many server errors in a row the agent stops trying. */
const MAX_SERVER_ERRORS = 8;

/** The server that the agent is connected to. */
export interface Connection {
  client: Client;
  /** the server's URL without a final slash */
  address: string;
  /** aborts every request and every wait */
  stop: AbortSignal;
  log: (sentence: string) => void;
}

/** How the server is found and spoken to. */
export interface ServerOptions {
  url: string;
  token: string | undefined;
  language: 'ko' | 'en';
}

/** Throws an error with a sentence for an address that does not start with http:// or https://. */
export function createConnection(
  { url: address, token, language }: ServerOptions,
  stop: AbortSignal,
  log: (sentence: string) => void,
): Connection {
  assertHttpAddress(address);
  const client = createClient(address, {
    token,
    language,
    fetch: (input, init) => {
      const signals = [AbortSignal.timeout(REQUEST_TIMEOUT_MS), ...(init?.signal ? [init.signal] : [])];
      return fetch(input, { ...init, signal: AbortSignal.any(signals) });
    },
  });
  return { client, address: address.replace(/(?<!\/)\/+$/, ''), stop, log };
}

function assertHttpAddress(address: string): void {
  if (/^https?:\/\//i.test(address)) {
    if (URL.canParse(address)) return;
    throw new Error(`${address} is not a valid address of a server`);
  }
  const [, rest = address] = /^(?:[a-z][a-z0-9+.-]*:)?\/\/(.*)$/i.exec(address) ?? [];
  throw new Error(
    `The server's address ${address} must begin with http:// or https://, as in http://${rest}`,
  );
}

/**
 * Calls until the server has answered. When it cannot be reached, is restarting or is busy, it is called again after
 * 1, 2, 4 … 30 s, or after the time that it asks for. Throws any other error, repeated server errors, the reason of
 * `stop`, and, when the server was not reached in `maxAttempts` calls, an error with the address and the cause.
 */
export async function callWithRetry<T>(
  call: () => Promise<T>,
  { address, stop, log }: Omit<Connection, 'client'>,
  maxAttempts = Number.POSITIVE_INFINITY,
): Promise<T> {
  let serverErrors = 0;
  let attempts = 0;
  for (let delay = 1000; ; delay = Math.min(delay * 2, MAX_RETRY_DELAY_MS)) {
    stop.throwIfAborted();
    try {
      return await call();
    } catch (error) {
      stop.throwIfAborted();
      if (!isRetryable(error) || (isServerError(error) && ++serverErrors === MAX_SERVER_ERRORS)) throw error;
      const sentence = describeFailure(error, address);
      if (isUnreachable(error) && ++attempts >= maxAttempts) throw new Error(sentence, { cause: error });
      const retryAfterSeconds = isClientError(error) ? error.data?.retry_after : null;
      const ms = retryAfterSeconds ? retryAfterSeconds * 1000 : delay;
      log(`${sentence}; trying again in ${ms / 1000} s`);
      await sleep(ms, undefined, { signal: stop }).catch(() => {});
    }
  }
}

function isRetryable(error: unknown): boolean {
  if (!isClientError(error)) return false;
  return isUnreachable(error) || error.data?.httpStatus === 429 || isServerError(error);
}

/** An error without the product's data is not an answer of this server. */
function isUnreachable(error: unknown): boolean {
  return isClientError(error) && !error.data;
}

/** Whether the server reports an internal error. */
function isServerError(error: unknown): boolean {
  return isClientError(error) && (error.data?.httpStatus ?? 0) >= 500;
}

const NETWORK_ERRORS: Record<string, string> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'the name of the host is unknown',
  EAI_AGAIN: 'the name of the host could not be looked up',
  ETIMEDOUT: 'the connection timed out',
  UND_ERR_CONNECT_TIMEOUT: 'the connection timed out',
  UND_ERR_SOCKET: 'the connection was closed',
};

const NAME_ANOTHER = 'Start it there, or name another address with --url or FLASHSCAN_URL';
const MAKE_KEY =
  'Make a key where the server runs, with `bin/flashscan key create laptop --user <e-mail>`, and set FLASHSCAN_TOKEN to it';

/** What to do when the server refuses the agent's token, or that it has none; any other error as it is. */
export function explainRefusal(error: unknown, { url, token }: ServerOptions): unknown {
  if (!isClientError(error)) return error;
  const { httpStatus } = error.data ?? {};
  const toError = (reason: string) =>
    new Error(`${reason} (${url}: ${error.message}). ${MAKE_KEY}`, { cause: error });
  if (httpStatus === 401 && !token) return toError('The agent has no token');
  if (httpStatus === 401) return toError('The server does not know the token, or it has expired');
  if (httpStatus === 403) return toError('The token is not one of an agent: its key has no scope agent');
  return error;
}

/** The server's own sentence, or the address and why it cannot be reached. */
function describeFailure(error: unknown, address: string): string {
  if (!isUnreachable(error)) return (error as Error).message;
  const causes = listCauses(error);
  if (causes.some(({ name }) => name === 'TimeoutError')) {
    return `The server at ${address} did not answer within ${REQUEST_TIMEOUT_MS / 1000} s`;
  }
  const code = causes
    .map((cause) => (cause as NodeJS.ErrnoException).code)
    .find((code) => code !== undefined);
  if (code)
    return `No server answers at ${address}: ${NETWORK_ERRORS[code] ?? 'the request failed'} (${code}). ${NAME_ANOTHER}`;
  if (causes.some((cause) => cause instanceof SyntaxError)) {
    return `What answers at ${address} is not a Flashscan server: it does not speak JSON. ${NAME_ANOTHER}`;
  }
  return `No server answers at ${address}: ${causes.at(-1)?.message ?? 'the request failed'}. ${NAME_ANOTHER}`;
}

/** An error and its causes, the outermost first. */
function listCauses(error: unknown): Error[] {
  const causes: Error[] = [];
  for (let cause = error; cause instanceof Error && causes.length < 10; cause = cause.cause)
    causes.push(cause);
  return causes;
}

/** The product's error code, if there is one. */
export function findErrorCode(error: unknown): string | undefined {
  return isClientError(error) ? error.data?.code : undefined;
}
