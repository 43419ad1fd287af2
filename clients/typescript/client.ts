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

// This file runs in browsers too: of the server it takes types alone, which the build flattens into one file.

export type { AppRouter, ErrorCode, ErrorData, Issue };
export type RouterInputs = inferRouterInputs<AppRouter>;
export type RouterOutputs = inferRouterOutputs<AppRouter>;
export type Client = TRPCClient<AppRouter>;
/** What a call throws: `error.data.code` is one of the product's codes, `error.message` a sentence for the user. */
export type ClientError = TRPCClientError<AppRouter>;

type Token = string | null | undefined;

export interface ClientOptions {
  /** An access token or an API key. A function is asked at every request, so a refreshed token is used at once. */
  token?: Token | (() => Token | Promise<Token>);
  /** Used instead of the global fetch: to keep cookies outside browsers, to set a timeout, to add a header. */
  fetch?: (input: string, init?: RequestInit) => Promise<Response>;
}

/**
 * A typed client of a Flashscan server. Calls made together travel in one request; files and subscriptions get
 * requests of their own.
 *
 * @example
 * const client = createClient('https://scan.example.com', { token: () => session.access_token });
 * const { analysis_result } = await client.scan.analyze.mutate({ url: 'https://example.com' });
 */
export function createClient(url: string, options: ClientOptions = {}): Client {
  const endpoint = `${url.replace(/\/+$/, '')}/trpc`;
  const { fetch } = options;
  const http = {
    url: endpoint,
    headers: () => authorization(options),
    ...(fetch ? { fetch: plainFetch(fetch) } : {}),
  };
  return createTRPCClient<AppRouter>({
    links: [
      splitLink({
        condition: (op) => op.type === 'subscription',
        true: subscriptionLink(endpoint, options),
        false: splitLink({
          condition: (op) => isNonJsonSerializable(op.input),
          true: httpLink(http),
          false: httpBatchLink(http),
        }),
      }),
    ],
  });
}

/** Whether something that was caught is an error of a call, with the product's code in `data` when the server answered. */
export function isClientError(error: unknown): error is ClientError {
  return error instanceof TRPCClientError;
}

async function authorization({ token }: ClientOptions): Promise<{ Authorization?: string }> {
  const value = typeof token === 'function' ? await token() : token;
  return value ? { Authorization: `Bearer ${value}` } : {};
}

type Fetch = NonNullable<ClientOptions['fetch']>;

function plainFetch(fetch: Fetch) {
  return (input: RequestInfo | URL | string, init?: unknown) => fetch(String(input), init as RequestInit);
}

/**
 * Server-sent events. A browser's own EventSource sends cookies but can send no token, and Node 20 has none: there
 * the `eventsource` package is loaded, once a subscription asks for it.
 */
function subscriptionLink(url: string, options: ClientOptions): TRPCLink<AppRouter> {
  return (runtime) => (opts) =>
    observable((observer) => {
      let left = false;
      let running: Unsubscribable | undefined;
      eventLink(url, options)
        .then((link) => {
          if (!left) running = link(runtime)(opts).subscribe(observer);
        })
        .catch((cause) => observer.error(TRPCClientError.from(cause as Error)));
      return () => {
        left = true;
        running?.unsubscribe();
      };
    });
}

async function eventLink(url: string, options: ClientOptions): Promise<TRPCLink<AppRouter>> {
  if (!options.token && !options.fetch && 'EventSource' in globalThis) return httpSubscriptionLink({ url });
  const { EventSource } = await import('eventsource');
  const send = options.fetch ?? ((input: string, init?: RequestInit) => globalThis.fetch(input, init));
  return httpSubscriptionLink({
    url,
    EventSource,
    eventSourceOptions: {
      fetch: async (input, init) =>
        send(String(input), { ...init, headers: { ...init.headers, ...(await authorization(options)) } }),
    },
  });
}
