import { CsvError, parse } from 'csv-parse/sync';
import { UsageError } from './exit-code.ts';
import { readTextFile, type ScanItem, toScanItem } from './scan-items.ts';
import type { ScannedItem } from './scan-judge.ts';

const VERDICT_COLUMNS = ['verdict', 'risk_score', 'reasons'];
const BOM = '\ufeff';

export interface ScanCsv {
  items: ScanItem[];
  header: string;
  /** the line of a row with its verdict */
  toLine(row: number, scanned: ScannedItem): string;
}

/**
 * A file with a header and a column `url` or `text`; of both, `text` counts where `url` is empty. Verdicts of an
 * earlier run are replaced. Throws UsageError for a file without the column, and for one that is no CSV (RFC 4180).
 */
export async function readScanCsv(file: string): Promise<ScanCsv> {
  const content = await readTextFile(file);
  const [header = [], ...rows] = parseRows(file, content);
  const names = header.map((name) => name.trim().toLowerCase());
  const sources = ['url', 'text'].map((name) => names.indexOf(name)).filter((at) => at !== -1);
  if (sources.length === 0) throw new UsageError(`${file} has no column url or text`);
  const kept = header.map((_, at) => at).filter((at) => !VERDICT_COLUMNS.includes(names[at] as string));
  const pick = (row: readonly string[]) => kept.map((at) => row[at] ?? '');
  const bom = content.startsWith(BOM) ? BOM : '';
  return {
    items: rows.map((row) => {
      const at = sources.find((source) => row[source]?.trim());
      return toScanItem(at === undefined ? '' : (row[at] as string));
    }),
    header: bom + toCsvLine([...pick(header), ...VERDICT_COLUMNS]),
    toLine: (row, { lines: [line] }) =>
      toCsvLine([
        ...pick(rows[row] as string[]),
        line?.verdict ?? '',
        line?.risk_score?.toString() ?? '',
        line?.reasons.join('; ') ?? '',
      ]),
  };
}

function parseRows(file: string, content: string): string[][] {
  try {
    return parse(content, { bom: true, skip_empty_lines: true });
  } catch (error) {
    if (error instanceof CsvError) throw new UsageError(`${file} is no CSV: ${error.message}`);
    throw error;
  }
}

function toCsvLine(cells: readonly string[]): string {
  return `${cells.map((cell) => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',')}\n`;
}
