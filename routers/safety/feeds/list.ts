import type { z } from 'zod';
import { type FeedRow, feed_imports } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';
import { DAY_MS } from '../../core/days.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ThreatFeed, ThreatFeeds } from './schemas.ts';

const MAX_REFUSED_SHOWN = 100;

/** All feeds, by name, with those whose first import is still to be made. */
export function listThreatFeeds(ctx: Pick<Context, 'db' | 'feeds'>): z.infer<typeof ThreatFeeds> {
  const waiting = new Map(
    ctx.db
      .select()
      .from(feed_imports)
      .all()
      .map((row) => [row.name, row]),
  );
  const rows = ctx.feeds.listFeeds();
  for (const { name, ttl_ms } of waiting.values()) {
    if (rows.every((row) => row.name !== name)) rows.push(toNewFeed(name, ttl_ms));
  }
  rows.sort((a, b) => (a.name < b.name ? -1 : 1));
  return { feeds: rows.map((row) => toThreatFeed(ctx, row, waiting.has(row.name))) };
}

function toThreatFeed(
  { feeds }: Pick<Context, 'feeds'>,
  { ttl_ms, imported_at, ...row }: FeedRow,
  isWaiting: boolean,
): z.infer<typeof ThreatFeed> {
  return {
    ...row,
    state: isWaiting ? 'waiting' : row.error === null ? 'ready' : 'failed',
    refused_entries: feeds.listRefused(row.name, MAX_REFUSED_SHOWN) as z.infer<
      typeof ThreatFeed
    >['refused_entries'],
    expires_in_days: Math.round(ttl_ms / DAY_MS),
    imported_at: imported_at === null ? null : toIso(imported_at),
  };
}

function toNewFeed(name: string, ttl_ms: number): FeedRow {
  return { name, ttl_ms, imported_at: null, entries: 0, refused: 0, unreadable: 0, error: null };
}
