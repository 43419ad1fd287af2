import autocannon from 'autocannon';
import { oneByOne } from './one-client.ts';
import { newUrl } from './urls.ts';

/** The load generator: a process of its own that is told what to send and answers what it saw. */

export interface Load {
  url: string;
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  /** the same body every time */
  body?: object | undefined;
  /** a body with a URL never sent before, numbered from here */
  newUrlsFrom?: number | undefined;
  /** one with new URLs is a bare socket, for `amount` of them: see `oneByOne` */
  connections: number;
  /** how long, or how many */
  seconds?: number | undefined;
  amount?: number | undefined;
}

export interface Seen {
  requests: number;
  per_second: number;
  /** milliseconds */
  p50: number;
  p99: number;
}

function run(load: Load): Promise<Seen> {
  const { url, method, path, connections, newUrlsFrom } = load;
  const headers = { ...load.headers, ...(method === 'POST' ? { 'content-type': 'application/json' } : {}) };
  const body = load.body && JSON.stringify(load.body);
  let number = newUrlsFrom ?? 0;
  const request = {
    method,
    path,
    headers,
    ...(body ? { body } : {}),
    ...(newUrlsFrom === undefined
      ? {}
      : {
          setupRequest: (it: { method: string; path: string; headers: Record<string, string> }) => ({
            ...it,
            body: JSON.stringify({ url: newUrl(number++) }),
          }),
        }),
  };
  const howLong = load.amount ? { amount: load.amount } : { duration: load.seconds ?? 1 };
  return new Promise((resolve, reject) => {
    // Its own histogram holds whole milliseconds, which is too coarse here.
    const times: number[] = [];
    const began = performance.now();
    let last = began;
    autocannon({ url, connections, requests: [request], ...howLong }, (error, result) => {
      const failed = error ?? (result.non2xx + result.errors + result.timeouts > 0 ? result : null);
      if (failed) return reject(new Error(`${method} ${path} failed under load: ${JSON.stringify(failed)}`));
      resolve(seen(times, last - began));
    }).on('response', (_client, _status, _bytes, ms: number) => {
      times.push(ms);
      last = performance.now();
    });
  });
}

/** So many new URLs by one client: what one of them waits. */
async function alone({ url, method, path, headers, newUrlsFrom = 0, amount = 0 }: Load): Promise<Seen> {
  const requests = Array.from({ length: amount }, (_, i) => ({
    method,
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ url: newUrl(newUrlsFrom + i) }),
  }));
  const began = performance.now();
  const times = await oneByOne(url, requests);
  return seen(times, performance.now() - began);
}

function seen(times: number[], ms: number): Seen {
  times.sort((a, b) => a - b);
  const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
  return { requests: times.length, per_second: (times.length * 1000) / ms, p50: at(0.5), p99: at(0.99) };
}

process.on('message', (load: Load) => {
  (load.connections === 1 && load.newUrlsFrom !== undefined ? alone(load) : run(load)).then(
    (seen) => process.send?.({ seen }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
