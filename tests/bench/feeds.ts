/** Five million entries: how fast they are imported and looked up, and what the process holds. `npm run bench:feeds`. */

import { once } from 'node:events';
import { createWriteStream, mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { FeedStore } from '../../db/index.ts';
import { canonicalize } from '../../ml/url/canonical.ts';
import { listExpressions } from '../../ml/url/expressions.ts';
import { DAY_MS } from '../../routers/core/days.ts';
import { importFeed } from '../../routers/safety/feeds/import.ts';

const ENTRIES = Number(process.env.ENTRIES ?? 5_000_000);
const LOOKUPS = 20_000;
const HOSTS = ['com', 'top', 'shop', 'info', 'net', 'xyz'];

const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-bench-feeds-'));
const toEntry = (i: number) => {
  const host = `${(i * 2654435761).toString(36)}-${i % 977}.${HOSTS[i % HOSTS.length]}`;
  return i % 3 === 0 ? host : `https://www.${host}/a${i % 89}/login.php?id=${i}`;
};

async function writeFeed(file: string): Promise<void> {
  const out = createWriteStream(file);
  for (let at = 0; at < ENTRIES; at += 10_000) {
    const lines = Array.from({ length: Math.min(10_000, ENTRIES - at) }, (_, i) => toEntry(at + i));
    if (!out.write(`${lines.join('\n')}\n`)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

function percentile(values: number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;
}

function lookUp(store: FeedStore, at: (i: number) => string): number[] {
  return Array.from({ length: LOOKUPS }, (_, i) => {
    const url = canonicalize(at(i));
    if (!url) throw new Error('the benchmark made no address');
    const start = performance.now();
    store.find(() => listExpressions(url), Date.now());
    return performance.now() - start;
  });
}

try {
  const file = path.join(folder, 'feed.txt');
  await writeFeed(file);
  const database = path.join(folder, 'feeds', 'feeds.db');
  for (const round of ['first import', 'import again']) {
    const start = performance.now();
    const cpu_start = process.cpuUsage();
    const counts = await importFeed({ database, name: 'bench', ttl_ms: 30 * DAY_MS, file, now: Date.now() });
    const seconds = (performance.now() - start) / 1000;
    const { user, system } = process.cpuUsage(cpu_start);
    const cpu_seconds = (user + system) / 1e6;
    console.log(
      `${round}: ${counts.entries} entries in ${seconds.toFixed(1)} s, ${Math.round(ENTRIES / seconds)} a second; ${cpu_seconds.toFixed(1)} s of processor time, ${Math.round(ENTRIES / cpu_seconds)} a second of it`,
    );
  }
  console.log(`file: ${Math.round(statSync(database).size / 2 ** 20)} MiB`);
  global.gc?.();
  const before = process.memoryUsage();
  const store = new FeedStore(database);
  const listed = lookUp(store, (i) => toEntry((i * 7919) % ENTRIES));
  const unlisted = lookUp(store, (i) => `https://a.b.c.unlisted${i}.com/one/two/three/four?x=${i}`);
  global.gc?.();
  const after = process.memoryUsage();
  for (const [name, times] of Object.entries({ listed, unlisted }))
    console.log(
      `look up ${name}: p50 ${(percentile(times, 0.5) * 1000).toFixed(0)} µs, p99 ${(percentile(times, 0.99) * 1000).toFixed(0)} µs`,
    );
  console.log(
    `heap: ${((after.heapUsed - before.heapUsed) / 2 ** 20).toFixed(1)} MiB more after ${2 * LOOKUPS} lookups`,
  );
  store.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
