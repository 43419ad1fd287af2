import { startClassifier } from '../../ml/url/classify.ts';
import { inPackage } from '../../server/env.ts';
import { measure, warmUp } from './compare.ts';
import { firstAnswer, startGenerator, startServer } from './processes.ts';
import { median } from './report.ts';
import { newUrl } from './urls.ts';

const scanOf = (url: string): RequestInit => ({
  method: 'POST',
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify({ url }),
});

/** Seconds from the spawn on an empty folder to the first 200 of a scan: the median. */
export async function measureStart(times: number): Promise<number> {
  const seconds: number[] = [];
  for (let i = 0; i < times; i++) {
    const served = await startServer('product');
    await firstAnswer(served, '/scan/analyze', scanOf('https://www.example.com/'));
    seconds.push((performance.now() - served.spawned) / 1000);
    await served.stop();
  }
  return median(seconds);
}

/** MiB that a server takes once it has judged so many URLs. */
export async function measureMemory(scans: number): Promise<number> {
  const served = await startServer('product');
  const generator = startGenerator();
  try {
    const first = await firstAnswer(served, '/scan/analyze', scanOf('https://www.example.com/'));
    const cookie = first.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const want = { method: 'POST', path: '/scan/analyze', newUrlsFrom: 0 } as const;
    await generator.send({ ...want, url: served.url, headers: { cookie }, connections: 10, amount: scans });
    return served.memory();
  } finally {
    await Promise.all([generator.stop(), served.stop()]);
  }
}

export interface ModelFigures {
  /** milliseconds a URL, asked one at a time (the median) and a hundred at once */
  one: number;
  batch: number;
  /** milliseconds of an uncached scan, one at a time (the median), and as a multiple of `one` */
  scan: number;
  times_model: number;
}

/** The model through its thread, in this process, by turns with uncached scans by one client. */
export async function measureModel(rounds: number, seconds: number): Promise<ModelFigures> {
  const classifier = await startClassifier({ modelDir: inPackage('ml/url/model') });
  const served = await startServer('product');
  const generator = startGenerator();
  try {
    const first = await firstAnswer(served, '/scan/analyze', scanOf('https://www.example.com/'));
    const cookie = first.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const want = { method: 'POST', path: '/scan/analyze', newUrls: true } as const;
    await warmUp(generator, served, want, cookie);
    const all: ModelFigures[] = [];
    let number = 500_000;
    for (let round = 0; round <= rounds; round++) {
      const times: number[] = [];
      for (const until = performance.now() + seconds * 500; performance.now() < until; ) {
        const began = performance.now();
        await classifier.classify([newUrl(number++)]);
        times.push(performance.now() - began);
      }
      const hundreds: number[] = [];
      for (const until = performance.now() + seconds * 500; performance.now() < until; ) {
        const urls = Array.from({ length: 100 }, () => newUrl(number++));
        const began = performance.now();
        await classifier.classify(urls);
        hundreds.push((performance.now() - began) / 100);
      }
      const { p50 } = await measure(generator, served, want, cookie, seconds, 1);
      const one = median(times);
      all.push({ one, batch: median(hundreds), scan: p50, times_model: p50 / one });
    }
    // The first round warms the model up.
    const of = (pick: (it: ModelFigures) => number) => median(all.slice(1).map(pick));
    return {
      one: of((it) => it.one),
      batch: of((it) => it.batch),
      scan: of((it) => it.scan),
      times_model: of((it) => it.times_model),
    };
  } finally {
    await Promise.all([generator.stop(), served.stop(), classifier.close()]);
  }
}
