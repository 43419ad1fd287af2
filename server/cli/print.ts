interface AsJson {
  json?: boolean | undefined;
}

/** Prints the facts of one thing, a line each, or as JSON. */
export function print(fields: object, { json }: AsJson = {}): void {
  if (json) process.stdout.write(`${JSON.stringify(fields, null, 2)}\n`);
  else for (const [name, value] of Object.entries(fields)) process.stdout.write(`${name}: ${value ?? '-'}\n`);
}

/** Prints rows in columns under their names, or as JSON. */
export function printTable<T extends object>(
  rows: readonly T[],
  columns: readonly (keyof T & string)[],
  { json }: AsJson = {},
): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  const lines = [
    [...columns] as string[],
    ...rows.map((row) => columns.map((name) => String(row[name] ?? '-'))),
  ];
  const widths = columns.map((_, at) => Math.max(...lines.map((line) => line[at]?.length ?? 0)));
  for (const line of lines) {
    process.stdout.write(
      `${line
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    );
  }
}
