import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadEnvFile } from 'node:process';
import { EnvError } from './env.ts';

/**
 * Reads `.env` of the working directory into `process.env`. Variables that are set already win. Throws EnvError for a
 * file that cannot be read.
 */
export function loadEnvFileIfPresent(): void {
  const file = path.resolve('.env');
  if (!existsSync(file)) return;
  try {
    loadEnvFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new EnvError(`${file} cannot be read (${code}); correct its permissions, or remove it`);
  }
}
