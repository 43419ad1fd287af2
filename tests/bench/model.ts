/** `npm run bench:model`: milliseconds per URL, tokenizer and the worker's round trip included, and memory. */

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canonicalize } from '../../ml/url/canonical.ts';
import { startClassifier } from '../../ml/url/classify.ts';

const SINGLES = 1000;
const BATCHES = 40;
const BATCH = 100;

const modelDir = fileURLToPath(new URL('../../ml/url/model', import.meta.url));
const hrefs = readFileSync(new URL('../ml/everyday-urls.txt', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'))
  .flatMap((line) => canonicalize(line)?.href ?? []);
/** Never the same text twice, though nothing here caches. */
const urls = Array.from({ length: SINGLES }, (_, i) => `${hrefs[i % hrefs.length]}?n=${i}`);

async function timed(run: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await run();
  return performance.now() - began;
}

function percentile(times: number[], share: number): string {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.floor(share * (sorted.length - 1))]!.toFixed(3);
}

const megabytes = (): number => Math.round(process.memoryUsage().rss / 2 ** 20);

console.log(
  'threads  at a time  p50 ms/URL  p99 ms/URL  loaded in ms  memory MiB (whole process, before → after)',
);
for (const threads of [1, 2]) {
  const before = megabytes();
  let classifier = await startClassifier({ modelDir, threads });
  await classifier.close();
  const loading = await timed(async () => {
    classifier = await startClassifier({ modelDir, threads });
  });
  for (let i = 0; i < 5; i++) await classifier.classify(urls.slice(0, BATCH));

  const one: number[] = [];
  for (const url of urls) one.push(await timed(() => classifier.classify([url])));
  const hundred: number[] = [];
  for (let i = 0; i < BATCHES; i++) {
    const at = (i * BATCH) % SINGLES;
    hundred.push((await timed(() => classifier.classify(urls.slice(at, at + BATCH)))) / BATCH);
  }
  const memory = `${before} → ${megabytes()}`;
  for (const [size, times] of [
    [1, one],
    [BATCH, hundred],
  ] as const) {
    const row = [threads, size, percentile(times, 0.5), percentile(times, 0.99), loading.toFixed(0), memory];
    console.log(row.map((cell, i) => String(cell).padEnd([9, 11, 12, 12, 14, 0][i]!)).join(''));
  }
  await classifier.close();
}
