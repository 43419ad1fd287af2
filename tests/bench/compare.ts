import type { Load, Seen } from './load.ts';
import { preparePaths, type Want } from './paths.ts';
import { firstAnswer, type Generator, type Served, startGenerator, startServer } from './processes.ts';
import { median } from './report.ts';

const CONNECTIONS = 10;
/** Requests each of them answers before anything counts: compiled code is several times as fast, and on a busy machine
 * seconds alone don't get that far. */
const WARM_UP = 4000;
const KNOWN = { url: 'https://www.example.com/products/view?id=48213' };
const SCAN: Want = { method: 'POST', path: '/scan/analyze', body: KNOWN };

export interface Measured {
  requests_per_second: number;
  /** milliseconds */
  p50: number;
  p99: number;
  /** microseconds of processor time a request, of the whole process */
  cpu: number | null;
}
/** Of one operation over one face, beside the bare handler: medians of the rounds. */
export interface Operation {
  name: string;
  face: 'REST' | 'tRPC';
  measured: Measured;
  bare: Measured;
  /** requests a second, as a share of the bare handler's: the median of each round's own */
  ratio: number;
  /** processor time a request, the bare handler's as a share of this: what the ratio is when nothing else is busy */
  cpu_ratio: number | null;
}

/** Of one request of the product. `ratio`: requests a second, as a share of the bare handler's cached scan. */
export interface Path {
  name: string;
  measured: Measured;
  ratio: number;
}

const OPERATIONS: { name: string; rest: Want; trpc: Want }[] = [
  {
    name: 'health',
    rest: { method: 'GET', path: '/health' },
    trpc: { method: 'GET', path: '/trpc/health.get?input=%7B%7D' },
  },
  {
    name: 'scan, cached',
    rest: SCAN,
    trpc: { method: 'POST', path: '/trpc/scan.analyze', body: KNOWN },
  },
  {
    name: 'scan, uncached',
    rest: { method: 'POST', path: '/scan/analyze', newUrls: true },
    trpc: { method: 'POST', path: '/trpc/scan.analyze', newUrls: true },
  },
];

/** Every URL of a run is new: numbers are never given twice. */
let nextUrl = 0;
const URLS_A_ROUND = 1_000_000;

export async function compareAll(
  rounds: number,
  seconds: number,
): Promise<{ operations: Operation[]; paths: Path[] }> {
  const [product, bare] = await Promise.all([startServer('product'), startServer('bare')]);
  const generator = startGenerator();
  try {
    const scan = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(KNOWN),
    };
    const given = (await firstAnswer(product, '/scan/analyze', scan)).headers.get('set-cookie') ?? '';
    const cookies = {
      product: given.split(';', 1)[0] as string,
      bare: await (await firstAnswer(bare, '/cookie')).text(),
    };
    const found: Operation[] = [];
    for (const { name, rest, trpc } of OPERATIONS) {
      const seen: { bare: Measured[]; rest: Measured[]; trpc: Measured[] } = { bare: [], rest: [], trpc: [] };
      await warmUp(generator, bare, rest, cookies.bare);
      await warmUp(generator, product, rest, cookies.product);
      await warmUp(generator, product, trpc, cookies.product);
      for (let round = 0; round < rounds; round++) {
        seen.bare.push(await measure(generator, bare, rest, cookies.bare, seconds));
        seen.rest.push(await measure(generator, product, rest, cookies.product, seconds));
        seen.trpc.push(await measure(generator, product, trpc, cookies.product, seconds));
      }
      found.push(compared(name, 'REST', seen.rest, seen.bare), compared(name, 'tRPC', seen.trpc, seen.bare));
    }
    const yardstick = () => measure(generator, bare, SCAN, cookies.bare, seconds);
    return {
      operations: found,
      paths: await measurePaths({ generator, product, yardstick, rounds, seconds }),
    };
  } finally {
    await Promise.all([generator.stop(), product.stop(), bare.stop()]);
  }
}

/** Turns of the bare handler's cached scan and of each request. */
async function measurePaths(with_: {
  generator: Generator;
  product: Served;
  yardstick: () => Promise<Measured>;
  rounds: number;
  seconds: number;
}): Promise<Path[]> {
  const { generator, product, yardstick, rounds, seconds } = with_;
  const { cookie, paths } = await preparePaths(product);
  const found: Path[] = [];
  for (const [name, want] of Object.entries(paths)) {
    await warmUp(generator, product, want, cookie, WARM_UP / 4);
    const seen: { bare: Measured; own: Measured }[] = [];
    for (let round = 0; round < rounds; round++) {
      const bare = await yardstick();
      seen.push({ bare, own: await measure(generator, product, want, cookie, seconds) });
    }
    const ratio = median(seen.map(({ own, bare }) => own.requests_per_second / bare.requests_per_second));
    found.push({ name, measured: middle(seen.map(({ own }) => own)), ratio });
  }
  return found;
}

export async function warmUp(
  generator: Generator,
  served: Served,
  { newUrls, ...want }: Want,
  cookie: string,
  amount = WARM_UP,
): Promise<void> {
  const newUrlsFrom = newUrls ? nextUrl : undefined;
  if (newUrls) nextUrl += URLS_A_ROUND;
  const headers = { cookie };
  await generator.send({
    ...want,
    url: served.url,
    headers,
    connections: CONNECTIONS,
    amount,
    newUrlsFrom,
  });
}

export async function measure(
  generator: Generator,
  served: Served,
  { newUrls, connections = CONNECTIONS, ...want }: Want,
  cookie: string,
  seconds: number,
): Promise<Measured> {
  const before = served.cpuSeconds();
  const newUrlsFrom = newUrls ? nextUrl : undefined;
  if (newUrls) nextUrl += URLS_A_ROUND;
  const load: Load = {
    ...want,
    url: served.url,
    headers: { cookie },
    connections,
    seconds,
    newUrlsFrom,
  };
  const seen: Seen = await generator.send(load);
  const after = served.cpuSeconds();
  return {
    requests_per_second: seen.per_second,
    p50: seen.p50,
    p99: seen.p99,
    cpu: before === null || after === null ? null : ((after - before) * 1e6) / seen.requests,
  };
}

function compared(name: string, face: Operation['face'], a: Measured[], b: Measured[]): Operation {
  const measured = middle(a);
  const beside = middle(b);
  return {
    name,
    face,
    measured,
    bare: beside,
    ratio: median(a.map((it, i) => it.requests_per_second / (b[i]?.requests_per_second ?? Number.NaN))),
    cpu_ratio: measured.cpu === null || beside.cpu === null ? null : beside.cpu / measured.cpu,
  };
}

function middle(all: Measured[]): Measured {
  const of = (pick: (it: Measured) => number) => median(all.map(pick));
  return {
    requests_per_second: of((it) => it.requests_per_second),
    p50: of((it) => it.p50),
    p99: of((it) => it.p99),
    cpu: all.some(({ cpu }) => cpu === null) ? null : of(({ cpu }) => cpu ?? 0),
  };
}
