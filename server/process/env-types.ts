import { existsSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';

/**
 * The types of environment variables. Each error continues a sentence that begins with the variable's name and value,
 * as in `PORT="x" must be a whole number from 0 to 65535`.
 */

/** A whole number in decimal digits. `unit` follows the range in the error, as in `in bytes`. */
export function integer({ min, max, unit = '' }: { min: number; max?: number; unit?: string }) {
  const range = max === undefined ? `of ${min} or more` : `from ${min} to ${max}`;
  const error = `must be a whole number ${range}${unit && `, ${unit}`}`;
  const number = z.number().min(min, error);
  return z
    .string()
    .trim()
    .regex(/^-?\d{1,15}$/, error)
    .transform(Number)
    .pipe(max === undefined ? number : number.max(max, error));
}

const TRUE = ['true', '1', 'on', 'yes'];
const FALSE = ['false', '0', 'off', 'no'];

export function flag(fallback: boolean) {
  return z
    .string()
    .trim()
    .toLowerCase()
    .pipe(z.enum([...TRUE, ...FALSE], `must be on or off (or ${[...TRUE, ...FALSE].join(', ')})`))
    .transform((value) => TRUE.includes(value))
    .default(fallback);
}

/** Items separated by commas. */
export function commaList(item: z.ZodType<string, string> = z.string()) {
  return z
    .string()
    .transform((value) =>
      value
        .split(',')
        .map((part) => part.trim())
        .filter(Boolean),
    )
    .pipe(z.array(item))
    .default([]);
}

export function choice<const T extends readonly [string, ...string[]]>(values: T) {
  return z.enum(values, `must be one of ${values.join(', ')}`);
}

export function text({ min = 1, max = 10_000 } = {}) {
  const error = min === 1 ? `must have at most ${max} characters` : `must have ${min} to ${max} characters`;
  return z.string().min(min, error).max(max, error);
}

/** An http or https address, without a slash at its end. */
export const httpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https address, such as https://example.com' })
  .transform((value) => value.replace(/(?<!\/)\/+$/, ''));

/** A folder that holds all of `files`. */
export function folderWith(files: readonly string[], error: string) {
  return z.string().refine((folder) => files.every((file) => existsSync(path.join(folder, file))), { error });
}

export const versionNumber = z.string().regex(/^\d+\.\d+\.\d+$/, 'must be a version such as 1.0.0');
