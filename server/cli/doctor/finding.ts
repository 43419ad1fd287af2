import type { Env } from '../../process/env.ts';

/** The result of a check. `warn`: it works, but not permanently or not for everyone. */
export interface Finding {
  check: string;
  state: 'ok' | 'warn' | 'fail';
  found: string;
  /** what to do about it */
  advice?: string;
}

/** Checks one part and changes nothing. A thrown error is a failure of the check. */
export type Check = (env: Env) => Finding[] | Promise<Finding[]>;

export const ok = (check: string, found: string): Finding => ({ check, state: 'ok', found });
export const warn = (check: string, found: string, advice: string): Finding => ({
  check,
  state: 'warn',
  found,
  advice,
});
export const fail = (check: string, found: string, advice: string): Finding => ({
  check,
  state: 'fail',
  found,
  advice,
});

const UNITS = ['B', 'kB', 'MB', 'GB', 'TB'];

/** Formats a number of bytes: `1.5 GB`. */
export function formatBytes(count: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
  return `${Number((count / 1000 ** power).toPrecision(3))} ${UNITS[power]}`;
}

export function toMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
