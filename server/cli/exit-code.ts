import { ApiError } from '../../routers/core/errors.ts';
import { EnvError } from '../process/env.ts';

/** Thrown for an argument or option that cannot be used; the message names it. */
export class UsageError extends Error {}

export type WithExitCode = typeof withExitCode;

/** Turns an error of a command into a sentence on standard error and an exit code: 2 for wrong values, otherwise 1. */
export function withExitCode<A extends unknown[]>(
  action: (...args: A) => Promise<void>,
): (...args: A) => Promise<void> {
  return async (...args) => {
    try {
      await action(...args);
    } catch (error) {
      printError(formatError(error));
      process.exitCode = isBadValue(error) ? 2 : 1;
    }
  };
}

/** Prints `flashscan: ` and a sentence. */
export function printError(sentence: string): void {
  process.stderr.write(`flashscan: ${sentence}\n`);
}

function isBadValue(error: unknown): boolean {
  if (error instanceof ApiError) return error.reason === 'INVALID_INPUT';
  return error instanceof EnvError || error instanceof UsageError;
}

function formatError(error: unknown): string {
  if (error instanceof ApiError) {
    const issues = error.issues('en')?.map(formatIssue) ?? [];
    return [...(issues.length > 0 ? issues : [error.toMessage('en')])].join('\n  ');
  }
  return error instanceof Error ? error.message : String(error);
}

export function formatIssue({ path, message }: { path: string; message: string }): string {
  return path === '' ? message : `${path}: ${message}`;
}
