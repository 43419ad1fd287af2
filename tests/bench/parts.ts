import { startClassifier } from '../../ml/url/classify.ts';
import { resolveInPackage } from '../../server/process/env.ts';
import { warmUp } from './compare.ts';
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

/** URLs of one turn: in a tenth of a second the machine is the same for both of what is compared. */
const TURN = 100;
const WARM_UP_TURNS = 15;

/**
 * The model through its thread, in this process, by turns with uncached scans by one client, so many turns. In each,
 * what a scan takes is compared with what the model took just before; the median of that is `times_model`.
 */
export async function measureModel(turns: number): Promise<ModelFigures> {
  const classifier = await startClassifier({ modelDir: resolveInPackage('ml/url/model') });
  const served = await startServer('product');
  const generator = startGenerator();
  try {
    const first = await firstAnswer(served, '/scan/analyze', scanOf('https://www.example.com/'));
    const cookie = first.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
    const want = { method: 'POST', path: '/scan/analyze', newUrls: true } as const;
    await warmUp(generator, served, want, cookie);
    let number = 500_000;
    const some = (amount: number) => Array.from({ length: amount }, () => newUrl(number++));
    const asked = async (urls: string[]) => {
      const began = performance.now();
      await classifier.classify(urls);
      return performance.now() - began;
    };
    const turn = async () => {
      const times: number[] = [];
      for (const url of some(TURN)) times.push(await asked([url]));
      const newUrlsFrom = number;
      number += TURN;
      const { p50 } = await generator.send({
        ...{ method: want.method, path: want.path, url: served.url, headers: { cookie } },
        ...{ connections: 1, amount: TURN, newUrlsFrom },
      });
      const one = median(times);
      return { one, scan: p50, times_model: p50 / one };
    };
    // The first turns warm the model up, and the way to it.
    for (let i = 0; i < WARM_UP_TURNS; i++) await turn();
    const all: Awaited<ReturnType<typeof turn>>[] = [];
    for (let i = 0; i < turns; i++) all.push(await turn());
    const hundreds: number[] = [];
    for (let i = 0; i < turns; i++) hundreds.push((await asked(some(100))) / 100);
    return {
      one: median(all.map(({ one }) => one)),
      batch: median(hundreds),
      scan: median(all.map(({ scan }) => scan)),
      times_model: median(all.map(({ times_model }) => times_model)),
    };
  } finally {
    await Promise.all([generator.stop(), served.stop(), classifier.close()]);
  }
}
