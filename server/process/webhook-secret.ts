import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Env } from './env.ts';

/** What webhooks are signed with: WEBHOOK_SECRET or, without it, one made at the first start and kept in DATA_DIR. */
export function webhookSecret({
  WEBHOOK_SECRET,
  DATA_DIR,
}: Pick<Env, 'WEBHOOK_SECRET' | 'DATA_DIR'>): string {
  if (WEBHOOK_SECRET) return WEBHOOK_SECRET;
  const file = path.join(DATA_DIR, 'webhook.secret');
  if (!existsSync(file)) make(file);
  const secret = readFileSync(file, 'utf8').trim();
  if (secret === '') throw new Error(`${file} is empty: delete it to have a new secret made`);
  return secret;
}

/** Written whole and then linked: of several processes that start at once, one's secret becomes that of all. */
function make(file: string): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${process.pid}`;
  writeFileSync(own, `${randomBytes(32).toString('hex')}\n`, { mode: 0o600 });
  try {
    linkSync(own, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    rmSync(own);
  }
}
