import autocannon from 'autocannon';
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
      times.sort((a, b) => a - b);
      const at = (share: number) => times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0;
      resolve({
        requests: times.length,
        per_second: (times.length * 1000) / (last - began),
        p50: at(0.5),
        p99: at(0.99),
      });
    }).on('response', (_client, _status, _bytes, ms: number) => {
      times.push(ms);
      last = performance.now();
    });
  });
}

process.on('message', (load: Load) => {
  run(load).then(
    (seen) => process.send?.({ seen }),
    (error: Error) => process.send?.({ error: error.message }),
  );
});
