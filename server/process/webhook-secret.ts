import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Env, EnvError } from './env.ts';
import { assertFileWritable } from './folders.ts';

/**
 * Signs webhooks: WEBHOOK_SECRET or, without it, a secret that the first start makes and stores in DATA_DIR. Throws
 * EnvError for a file that is empty or cannot be read.
 */
export function webhookSecret({
  WEBHOOK_SECRET,
  DATA_DIR,
}: Pick<Env, 'WEBHOOK_SECRET' | 'DATA_DIR'>): string {
  if (WEBHOOK_SECRET) return WEBHOOK_SECRET;
  const file = path.join(DATA_DIR, 'webhook.secret');
  if (!existsSync(file)) createSecretFile(file);
  assertFileWritable('DATA_DIR', file);
  const secret = readFileSync(file, 'utf8').trim();
  if (secret === '') throw new EnvError(`${file} is empty; delete it to have a new secret made`);
  return secret;
}

/** Written first and linked then, so that processes that start at once share the secret of one of them. */
function createSecretFile(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporaryFile = `${file}.${process.pid}`;
  writeFileSync(temporaryFile, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(temporaryFile, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(temporaryFile);
  }
}
