import { randomUUID } from 'node:crypto';
import path from 'node:path';
import type { z } from 'zod';
import { feed_imports, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import type { StagedFile } from '../../core/file-store.ts';
import { listThreatFeeds } from './list.ts';
import type { FeedImportInput, ThreatFeed } from './schemas.ts';

/** Keeps an uploaded feed until the scheduled job `import-feeds` has read it; a newer upload of a feed replaces it. */
export function queueFeedImport(
  ctx: Context,
  { name, file, expires_in_days }: z.infer<typeof FeedImportInput>,
): z.infer<typeof ThreatFeed> {
  queueFile(ctx, { name, ttl_ms: expires_in_days * DAY_MS }, file);
  const feed = listThreatFeeds(ctx).feeds.find((one) => one.name === name);
  if (!feed) throw new Error('the import that was queued is not in the list');
  return feed;
}

function queueFile(ctx: Context, { name, ttl_ms }: { name: string; ttl_ms: number }, file: StagedFile): void {
  const target = path.join(path.dirname(ctx.feeds.file), `${name}-${randomUUID()}`);
  transact(ctx.db, () => {
    addFeedImport(ctx, { name, ttl_ms, file: target });
    audit(ctx, 'feeds.import', name, { bytes: file.size, sha256: file.sha256 });
    file.moveTo(target);
  });
}

/** Call it in a transaction. The file of an earlier import that still waits is deleted by `import-feeds`. */
export function addFeedImport(
  { db, clock }: Pick<Context, 'db' | 'clock'>,
  row: { name: string; ttl_ms: number; file: string },
): void {
  const file = path.basename(row.file);
  const set = { ttl_ms: row.ttl_ms, file, created_at: clock.now() };
  db.insert(feed_imports)
    .values({ name: row.name, ...set })
    .onConflictDoUpdate({ target: feed_imports.name, set })
    .run();
}
