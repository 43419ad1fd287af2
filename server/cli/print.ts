import { Option } from 'commander';
export interface OutputOptions {
  json?: boolean | undefined;
}

/** Prints the fields of one object, a line each, or as JSON. */
export function print(fields: object, { json }: OutputOptions = {}): void {
  if (json) process.stdout.write(`${JSON.stringify(fields, null, 2)}\n`);
  else
    for (const [name, value] of Object.entries(fields)) process.stdout.write(`${name}: ${toText(value)}\n`);
}

function toText(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  return Array.isArray(value) ? value.join(', ') || 'none' : String(value);
}

/** Prints rows as columns with headings, or as JSON. */
export function printTable<T extends object>(
  rows: readonly T[],
  columns: readonly (keyof T & string)[],
  { json }: OutputOptions = {},
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const lines = [
    [...columns] as string[],
    ...rows.map((row) => columns.map((name) => String(row[name] ?? '-'))),
  ];
  const widths = columns.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  for (const line of lines) {
    const padded = line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
    process.stdout.write(`${padded.trimEnd()}\n`);
  }
}

export function jsonOption(): Option {
  return new Option('--json', 'print JSON for programs');
}
