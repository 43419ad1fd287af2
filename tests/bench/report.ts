import type { Operation, Path } from './compare.ts';
import type { ModelFigures } from './parts.ts';
import { MESSAGE_ALONE, PAYLOAD_ALONE } from './paths.ts';

export interface Goal {
  goal: string;
  value: number;
  met: boolean;
}

export interface Figures {
  version: string;
  from: 'dist' | 'sources';
  machine: { cpu: string; cores: number; node: string; load_before: number[] };
  rounds: number;
  seconds: number;
  operations: Operation[];
  paths: Path[];
  model: ModelFigures;
  start_seconds: number;
  memory_mib: number;
  goals: Goal[];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low = Number.NaN, high = Number.NaN] = [sorted[middle - 1], sorted[middle]];
  return sorted.length % 2 === 0 ? (low + high) / 2 : high;
}

/** What was promised of the product, and what was found. */
export function goals(figures: Omit<Figures, 'goals'>): Goal[] {
  const ratio = (face: Operation['face']) =>
    figures.operations.find((it) => it.name === 'scan, cached' && it.face === face)?.ratio ?? Number.NaN;
  const p50 = (name: string) => figures.paths.find((it) => it.name === name)?.measured.p50 ?? Number.NaN;
  const atLeast = (goal: string, value: number, least: number) => ({ goal, value, met: value >= least });
  const under = (goal: string, value: number, most: number) => ({ goal, value, met: value < most });
  return [
    atLeast('cached scan over REST at least 0.5 of the bare handler', ratio('REST'), 0.5),
    atLeast('cached scan over tRPC at least 0.4 of the bare handler', ratio('tRPC'), 0.4),
    under('uncached scan, p50, under 2 times the model alone', figures.model.times_model, 2),
    under('a message, one client, p50, under 5 ms', p50(MESSAGE_ALONE), 5),
    under('a payload, one client, p50, under 2 ms', p50(PAYLOAD_ALONE), 2),
    under('start to first answer under 3 s', figures.start_seconds, 3),
    under('memory after 1,000 scans under 300 MiB', figures.memory_mib, 300),
  ];
}

export const METHOD = `the server and the bare handler each in a process of its own, the load generator (autocannon, 10
connections) in a third, on loopback; one guest with a cookie; RATE_LIMITS=off (their two statements would count
against us alone); LOG_LEVEL=info into a file. The bare handler is Hono on the same node-server with the same SQL as
plain prepared statements (session, lists, cache, history; uncached: cache, history and event in one transaction) and
the same model, and nothing else. Turns of bare, REST, tRPC; figures are medians of the rounds, ratios the median of
each round's own. What is not a scan has no bare handler of its own: its ratio is to the bare cached scan. cpu: processor
time a request. One client: a bare socket that sends new URLs one after the other, in turns of 100 with the model alone,
and the median of each turn's ratio; a client library's own work would be a tenth of what it measures.`;

export const COLUMNS = ['', 'requests/s', 'p50 ms', 'p99 ms', 'cpu', 'ratio', 'ratio of cpu'];

/** A line for each measurement, in the order of `COLUMNS`; `ratio` is the sixth. */
export function rows({ operations, paths }: Pick<Figures, 'operations' | 'paths'>): string[][] {
  const line = (label: string, it: Operation['bare'], ratio = '', cpu_ratio = '') => [
    label,
    it.requests_per_second.toFixed(0),
    it.p50.toFixed(2),
    it.p99.toFixed(2),
    it.cpu === null ? '' : `${it.cpu.toFixed(0)} µs`,
    ratio,
    cpu_ratio,
  ];
  const beside = operations.flatMap(({ name, face, measured, bare, ratio, cpu_ratio }, i) => {
    const own = line(`${name}, ${face}`, measured, ratio.toFixed(2), cpu_ratio?.toFixed(2) ?? '');
    return i % 2 === 0 ? [line(`${name}, bare`, bare), own] : [own];
  });
  return [...beside, ...paths.map(({ name, measured, ratio }) => line(name, measured, ratio.toFixed(2)))];
}

/** What is no rate of requests. */
export function others({ model, start_seconds, memory_mib }: Figures): [what: string, figure: string][] {
  const { one, batch, scan, times_model } = model;
  return [
    ['Model alone', `${one.toFixed(2)} ms a URL, one at a time; ${batch.toFixed(2)} ms in a batch of 100`],
    ['Uncached, one client', `${scan.toFixed(2)} ms (p50), ${times_model.toFixed(2)} times the model alone`],
    ['Start to first answer', `${start_seconds.toFixed(2)} s on an empty folder`],
    [
      'Memory',
      `${memory_mib.toFixed(0)} MiB after 1,000 scans of a first start, in which the index is built`,
    ],
  ];
}

export function machineOf({ version, from, machine }: Figures): string {
  const { cores, cpu, node, load_before } = machine;
  return `Flashscan ${version} (${from}), ${cores} × ${cpu}, Node ${node}, load before ${load_before.join(' ')}`;
}

/** The figures as a page of text, each ratio beside the one that was `committed` for its line. */
export function render(figures: Figures, committed: ReadonlyMap<string, string>): string {
  const lines = rows(figures).map((row) => [...row, committed.get(row[0] ?? '') ?? '']);
  return [
    machineOf(figures),
    `Method: ${METHOD} ${figures.rounds} rounds of ${figures.seconds} s.`,
    '',
    table([[...COLUMNS, 'committed ratio'], ...lines]),
    '',
    ...others(figures).map(([what, figure]) => `${what.padEnd(22)} ${figure}`),
    '',
    ...figures.goals.map(
      ({ goal, value, met }) => `${met ? 'met    ' : 'NOT MET'}  ${goal}: ${value.toFixed(2)}`,
    ),
    '',
  ].join('\n');
}

function table(rows: string[][]): string {
  const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0))) ?? [];
  const cell = (text: string, i: number) =>
    i === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[i] ?? 0);
  return rows.map((row) => row.map(cell).join('  ').trimEnd()).join('\n');
}
