import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { resolveInPackage } from '../../server/process/env.ts';
import { COLUMNS, type Figures, METHOD, machineOf, others, rows } from './report.ts';

/** docs/performance.md: between its two marks stands the table of the last run that was written down. */
const PAGE = 'docs/performance.md';
const BEGIN = '<!-- written by npm run bench -->';
const END = '<!-- end -->';
const RATIO = COLUMNS.indexOf('ratio');

/** The ratio of each line of the table that is committed; none where there is no repository or no table yet. */
export function committedRatios(): Map<string, string> {
  let page: string;
  try {
    page = execFileSync('git', ['show', `HEAD:${PAGE}`], {
      cwd: resolveInPackage('.'),
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return new Map();
  }
  const lines = page.split('\n').filter((line) => line.startsWith('|'));
  const cells = lines.map((line) =>
    line
      .split('|')
      .slice(1)
      .map((cell) => cell.trim()),
  );
  return new Map(cells.map((row) => [row[0] ?? '', row[RATIO] ?? '']));
}

/** Puts the figures between the marks. Throws when the page has none. */
export function writePage(figures: Figures): void {
  const page = readFileSync(resolveInPackage(PAGE), 'utf8');
  const [begin, end] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (begin < 0 || end < begin) throw new Error(`${PAGE} has lost its marks`);
  const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const text = [
    BEGIN,
    `${machineOf(figures)}; ${new Date().toISOString().slice(0, 10)}.`,
    '',
    row(COLUMNS),
    `|---|${'--:|'.repeat(COLUMNS.length - 1)}`,
    ...rows(figures).map(row),
    '',
    ...others(figures).map(([what, figure]) => `- ${what}: ${figure}`),
    '',
    ...figures.goals.map(
      ({ goal, value, met }) => `- ${met ? 'met' : '**not met**'}: ${goal} (${value.toFixed(2)})`,
    ),
    '',
    `Method: ${METHOD.replaceAll('\n', ' ')} ${figures.rounds} rounds of ${figures.seconds} s.`,
    '',
  ].join('\n');
  writeFileSync(resolveInPackage(PAGE), page.slice(0, begin) + text + page.slice(end));
}
