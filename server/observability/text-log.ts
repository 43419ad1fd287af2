import type { DestinationStream } from 'pino';

interface LogRecord {
  time?: string;
  level?: string;
  msg?: string;
  err?: { message?: string; stack?: string };
  [field: string]: unknown;
}

/** A progress bar may be on the line where the cursor is. */
const CLEAR_LINE = '\r\x1b[K';

/** Writes the JSON lines of the log as lines for people: time, level unless it is info, message, fields, error. */
export function createTextLogStream(
  output: NodeJS.WritableStream & { isTTY?: boolean | undefined },
): DestinationStream {
  const start = output.isTTY ? CLEAR_LINE : '';
  return { write: (line) => void output.write(`${start}${toTextLine(JSON.parse(line) as LogRecord)}\n`) };
}

function toTextLine({ time = '', level = 'info', msg = '', err, ...fields }: LogRecord): string {
  const label = level === 'info' ? '' : `${level.toUpperCase()} `;
  const sentence = msg.charAt(0).toUpperCase() + msg.slice(1);
  const values = Object.entries(fields).map(([name, value]) => `${name}=${toText(value)}`);
  const head = [`${time.slice(11, 19)} ${label}${sentence}`, ...values].join('  ');
  return err ? `${head}\n  ${escapeControls(err.message ?? '')}\n${err.stack ?? ''}`.trimEnd() : head;
}

function toText(value: unknown): string {
  return typeof value === 'string' && /^[\w.:/@+-]+$/.test(value) ? value : JSON.stringify(value);
}

/** A message may hold text of a caller, which must not steer the terminal. */
function escapeControls(message: string): string {
  return JSON.stringify(message).slice(1, -1);
}
