import { eq } from 'drizzle-orm';
import type { z } from 'zod';
import { feed_imports, removeFeed, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import type { FeedNameInput } from './schemas.ts';

/** Ends a feed at once, and an import of it that waits. Throws NOT_FOUND. */
export function removeThreatFeed(
  ctx: Pick<Context, 'db' | 'auth' | 'clock' | 'feeds'>,
  { name }: z.infer<typeof FeedNameInput>,
): Record<string, never> {
  transact(ctx.db, () => {
    const { changes } = ctx.db.delete(feed_imports).where(eq(feed_imports.name, name)).run();
    if (!removeFeed(ctx.feeds.file, name) && changes === 0) throw new ApiError('NOT_FOUND');
    audit(ctx, 'feeds.remove', name, {});
  });
  return {};
}
