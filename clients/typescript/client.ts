import {
  createTRPCClient,
  httpBatchLink,
  httpLink,
  httpSubscriptionLink,
  isNonJsonSerializable,
  splitLink,
  type TRPCClient,
  TRPCClientError,
  type TRPCLink,
} from '@trpc/client';
import type { inferRouterInputs, inferRouterOutputs } from '@trpc/server';
import { observable, type Unsubscribable } from '@trpc/server/observable';
import type { ErrorCode, ErrorData, Issue } from '../../routers/core/errors.ts';
import type { AppRouter } from '../../routers/index.ts';

// This file runs in browsers too, so it imports only types of the server, which the build bundles into one file.

export type { AppRouter, ErrorCode, ErrorData, Issue };
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type Client = TRPCClient<AppRouter>;
/** The error of a call: `error.data.code` is a code of the product, `error.message` a sentence for the user. */
export type ClientError = TRPCClientError<AppRouter>;

type Token = string | null | undefined;

export interface ClientOptions {
  /** An access token or an API key, or a function that returns one before every request. */
  token?: Token | (() => Token | Promise<Token>);
  /** The language of error messages and texts. By default the server reads the browser's `Accept-Language`. */
  language?: 'ko' | 'en';
  /**
   * `include` sends and stores cookies across origins; the server must list the origin in `CORS_ORIGINS`. Without
   * cookies or a token every call is a new guest. Browsers drop cookies on another site: use a token there.
   */
  credentials?: RequestCredentials;
  /** Replaces the global fetch: to keep cookies outside browsers, to set a timeout, to add a header. */
  fetch?: (input: string, init?: RequestInit) => Promise<Response>;
}

/** The server's default `MAX_BATCH`. */
const MAX_BATCH_CALLS = 100;
/** In characters. Node refuses request headers over 16 KiB, common proxies lines over 8 KiB. */
const MAX_URL_LENGTH = 8000;
/** A token with less time left is refreshed first. */
const REFRESH_BEFORE_MS = 60_000;

/**
 * A typed client of a Flashscan server. Calls made together travel in one request; files and subscriptions get
 * requests of their own. Throws TypeError for an address without `http://` or `https://`.
 *
 * @example
 * const client = createClient('https://scan.example.com', { token: () => session.access_token });
 * const { analysis_result } = await client.scan.analyze.mutate({ url: 'https://example.com' });
 */
export function createClient(url: string, options: ClientOptions = {}): Client {
  const endpoint = `${toBaseUrl(url)}/trpc`;
  const http = {
    url: endpoint,
    headers: () => toHeaders(options),
    fetch: (input: RequestInfo | URL | string, init?: unknown) =>
      send(String(input), init as RequestInit | undefined, options),
  };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: subscriptionLink(endpoint, options),
        false: splitLink({
          condition: (op) => isNonJsonSerializable(op.input),
          true: httpLink(http),
          false: httpBatchLink({ ...http, maxItems: MAX_BATCH_CALLS, maxURLLength: MAX_URL_LENGTH }),
        }),
      }),
    ],
  });
}

/** The answer of `auth.login`, `auth.refresh` and the device login. */
export interface Tokens {
  access_token: string;
  refresh_token: string;
  /** seconds until the access token expires */
  expires_in: number;
}

/**
 * A `token` for `createClient` that stays valid: it refreshes the access token shortly before it ends. Calls that need
 * it at the same time share one refresh. A refresh token works once, so `onRefresh` is the place to store the new pair.
 *
 * @example
 * const token = refreshingToken(url, await client.auth.login.mutate(form), { onRefresh: save });
 * const client = createClient(url, { token });
 */
export function refreshingToken(
  url: string,
  tokens: Tokens,
  options: Omit<ClientOptions, 'token'> & { onRefresh?: (tokens: Tokens) => void | Promise<void> } = {},
): () => Promise<string> {
  const client = createClient(url, options);
  const withEnd = (pair: Tokens) => ({ pair, ends: Date.now() + pair.expires_in * 1000 });
  let current = withEnd(tokens);
  let refresh: Promise<void> | null = null;
  const renew = async () => {
    const { refresh_token } = current.pair;
    current = withEnd(await client.auth.refresh.mutate({ refresh_token }));
    await options.onRefresh?.(current.pair);
  };
  return async () => {
    if (current.ends - Date.now() < REFRESH_BEFORE_MS) {
      refresh ??= renew().finally(() => {
        refresh = null;
      });
      await refresh;
    }
    return current.pair.access_token;
  };
}

/**
 * Downloads the `download_url` of an answer. Throws ClientError when the server refuses.
 * @example
 * const { download_url } = await client.files.get.query({ file_id });
 * const blob = await (await download(url, download_url, { token })).blob();
 */
export async function download(
  url: string,
  downloadUrl: string,
  options: ClientOptions = {},
): Promise<Response> {
  const base = toBaseUrl(url);
  const target = new URL(downloadUrl, `${base}/`);
  if (target.origin !== new URL(base).origin)
    throw new TypeError(`${target.origin} is not the server's origin`);
  const response = await send(target.href, { headers: await toHeaders(options) }, options);
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as { message?: string; code?: ErrorCode } | null;
  const message = body?.message ?? `The server answered ${response.status}`;
  const data = { ...body, code: body?.code ?? 'INTERNAL_ERROR', httpStatus: response.status, path: null };
  throw TRPCClientError.from({ error: { message, code: -32000, data } } as never);
}

/** Whether a caught value is an error of a call. `data` is set when the server answered. */
export function isClientError(error: unknown): error is ClientError {
  return error instanceof TRPCClientError;
}

function toBaseUrl(url: string): string {
  if (!/^https?:\/\//i.test(url)) {
    throw new TypeError(`The server's address must begin with http:// or https://, and "${url}" does not`);
  }
  return url.replace(/(?<!\/)\/+$/, '');
}

async function findToken({ token }: ClientOptions): Promise<Token> {
  return typeof token === 'function' ? token() : token;
}

async function toHeaders(options: ClientOptions): Promise<Record<string, string>> {
  const token = await findToken(options);
  return {
    ...(token ? { Authorization: `Bearer ${token}` } : {}),
    ...(options.language ? { 'Accept-Language': options.language } : {}),
  };
}

function send(url: string, init: RequestInit | undefined, options: ClientOptions): Promise<Response> {
  const { credentials, fetch = globalThis.fetch } = options;
  return fetch(url, credentials ? { ...init, credentials } : init);
}

/**
 * Subscriptions are server-sent events. The EventSource is chosen at the first subscription, since Node has to load
 * one.
 */
function subscriptionLink(url: string, options: ClientOptions): TRPCLink<AppRouter> {
  return (runtime) => (opts) =>
    observable((observer) => {
      let isClosed = false;
      let subscription: Unsubscribable | undefined;
      eventLink(url, options)
        .then((link) => {
          if (!isClosed) subscription = link(runtime)(opts).subscribe(observer);
        })
        .catch((cause) => observer.error(TRPCClientError.from(cause as Error)));
      return () => {
        isClosed = true;
        subscription?.unsubscribe();
      };
    });
}

/**
 * A browser's EventSource sends cookies but no headers, so the token is a connection parameter there. Node 20 has no
 * EventSource; the `eventsource` package sends headers.
 */
async function eventLink(url: string, options: ClientOptions): Promise<TRPCLink<AppRouter>> {
  if ('EventSource' in globalThis && !options.fetch) {
    return httpSubscriptionLink({
      url,
      connectionParams: async () => {
        const token = await findToken(options);
        return token ? { token } : null;
      },
      eventSourceOptions: () => ({ withCredentials: options.credentials === 'include' }),
    });
  }
  const { EventSource } = await import('eventsource');
  return httpSubscriptionLink({
    url,
    EventSource,
    eventSourceOptions: {
      fetch: async (input, init) => {
        const headers = { ...init.headers, ...(await toHeaders(options)) };
        return send(String(input), { ...init, headers } as RequestInit, options);
      },
    },
  });
}
