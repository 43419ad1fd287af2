import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { transact } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import { MAX_FEED_BYTES } from './admin.ts';
import { addFeedImport } from './queue-import.ts';

const FETCH_TIMEOUT_MS = 10 * 60_000;
const EXPIRY_DAYS = 30;

/**
 * Downloads the feeds that `FEEDS` names, for `import-feeds` to import. A feed that cannot be had is logged, and keeps
 * what it listed. Returns how many bytes each has; null where none are configured.
 */
export async function fetchFeeds(
  ctx: Pick<Context, 'db' | 'feeds' | 'clock' | 'log' | 'stopping' | 'settings'>,
): Promise<Record<string, number> | null> {
  const { feeds } = ctx.settings;
  const fetched: Record<string, number> = {};
  for (const { name, url } of feeds) {
    const file = path.join(path.dirname(ctx.feeds.file), `${name}-${randomUUID()}`);
    try {
      fetched[name] = await download(url, file, ctx.stopping);
      transact(ctx.db, () => addFeedImport(ctx, { name, ttl_ms: EXPIRY_DAYS * DAY_MS, file }));
    } catch (err) {
      await rm(file, { force: true });
      ctx.log.warn({ feed: name, err }, 'a feed could not be fetched');
    }
  }
  return feeds.length > 0 ? fetched : null;
}

async function download(url: string, file: string, stopping: AbortSignal): Promise<number> {
  const signal = AbortSignal.any([stopping, AbortSignal.timeout(FETCH_TIMEOUT_MS)]);
  const response = await fetch(url, {
    signal,
    headers: { accept: 'text/plain, text/csv, application/json' },
  });
  if (!response.ok || !response.body) throw new Error(`the feed's server answers ${response.status}`);
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  let bytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done(
        bytes > MAX_FEED_BYTES ? new Error(`the feed is larger than ${MAX_FEED_BYTES} bytes`) : null,
        chunk,
      );
    },
  });
  const body = Readable.fromWeb(response.body as import('node:stream/web').ReadableStream);
  await pipeline(body, count, createWriteStream(file, { mode: 0o600 }), { signal });
  return bytes;
}
