import type { z } from 'zod';
import { localizeIssues } from '../../routers/core/validation-issues.ts';
import { formatIssue, UsageError } from './exit-code.ts';
import { readStandardInput } from './standard-input.ts';

/** Parses an input with the schema of an operation. Throws UsageError with a line for each wrong field. */
export function parseInput<S extends z.ZodType>(schema: S, input: z.input<S>): z.output<S> {
  const { success, data, error } = schema.safeParse(input);
  if (success) return data;
  throw new UsageError(localizeIssues(error, input, 'en').map(formatIssue).join('\n  '));
}

/** Parses an integer option or argument of 0 or more. Throws UsageError. */
export function parseCount(name: string, value: string): number {
  if (!/^\d{1,15}$/.test(value)) throw new UsageError(`${name} must be a whole number, and is "${value}"`);
  return Number(value);
}

/** The value of `--password`; `-` reads it from standard input. */
export async function readPassword(option: string | undefined): Promise<string | undefined> {
  return option === '-' ? (await readStandardInput()).trim() : option;
}
