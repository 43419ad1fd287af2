import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { and, asc, eq } from 'drizzle-orm';
import { type FeedImportCounts, feed_imports, recordFeedError, transact } from '../../../db/index.ts';
import { spawnThread } from '../../../ml/spawn-thread.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import type { FeedThreadData, FeedThreadResult } from './feed-thread.ts';

type FeedsContext = Pick<Context, 'db' | 'feeds' | 'clock' | 'log' | 'stopping'>;

/**
 * Imports the feeds that wait, one after the other, each on a thread. An import that a stop or a crash cut off is made
 * again at the next run. Returns the counts by feed; null when none waited.
 */
export async function importWaitingFeeds(
  ctx: FeedsContext,
): Promise<Record<string, FeedImportCounts> | null> {
  const imported: Record<string, FeedImportCounts> = {};
  while (!ctx.stopping.aborted) {
    const row = ctx.db.select().from(feed_imports).orderBy(asc(feed_imports.created_at)).get();
    if (!row) break;
    const file = path.join(path.dirname(ctx.feeds.file), row.file);
    const { name, ttl_ms } = row;
    const job = { database: ctx.feeds.file, name, ttl_ms, file, now: ctx.clock.now() };
    const result = await runFeedThread({ import: job }, ctx.stopping);
    if (!result) break;
    if ('error' in result) {
      ctx.log.warn({ feed: name, error: result.error }, 'a feed could not be imported');
      recordFeedError(ctx.feeds.file, name, ttl_ms, result.error);
    } else if (result.counts) imported[name] = result.counts;
    transact(ctx.db, () =>
      ctx.db
        .delete(feed_imports)
        .where(and(eq(feed_imports.name, name), eq(feed_imports.file, row.file)))
        .run(),
    );
    await rm(file, { force: true });
  }
  return Object.keys(imported).length > 0 ? imported : null;
}

/** Deletes expired entries, those of removed feeds, and files of imports that were replaced. Returns how many entries. */
export async function cleanFeeds(ctx: FeedsContext): Promise<number> {
  await removeOrphans(ctx);
  if (!(await stat(ctx.feeds.file).catch(() => null))) return 0;
  const result = await runFeedThread(
    { clean: { database: ctx.feeds.file, now: ctx.clock.now() } },
    ctx.stopping,
  );
  if (result && 'error' in result) throw new Error(result.error);
  return result?.deleted ?? 0;
}

async function removeOrphans({ db, feeds, clock }: FeedsContext): Promise<void> {
  const folder = path.dirname(feeds.file);
  const waiting = new Set(
    db
      .select()
      .from(feed_imports)
      .all()
      .map(({ file }) => file),
  );
  for (const name of await readdir(folder).catch(() => [])) {
    const file = path.join(folder, name);
    if (name.startsWith(path.basename(feeds.file)) || waiting.has(name)) continue;
    const info = await stat(file).catch(() => null);
    if (info && clock.now() - info.mtimeMs > DAY_MS) await rm(file, { force: true });
  }
}

/** What the thread answers; null when the product was told to stop first, and the thread's work is rolled back. */
function runFeedThread(data: FeedThreadData, stopping: AbortSignal): Promise<FeedThreadResult | null> {
  const worker = spawnThread(import.meta.url, 'feed-thread', data);
  const stop = () => void worker.terminate();
  stopping.addEventListener('abort', stop, { once: true });
  return new Promise<FeedThreadResult | null>((resolve) => {
    worker.on('message', resolve);
    worker.on('error', (error) => resolve({ error: error instanceof Error ? error.message : String(error) }));
    worker.on('exit', () => resolve(stopping.aborted ? null : { error: 'the import ended early' }));
  }).finally(() => stopping.removeEventListener('abort', stop));
}
