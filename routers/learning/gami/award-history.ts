import { eq, sql } from 'drizzle-orm';
import { type Db, gami_ledger } from '../../../db/index.ts';
import { type Badge, findBadge } from './badges.ts';

/** What an event earned, for the response of the operation that emitted it. */
export interface AwardRecord {
  xp: number;
  points: number;
  badges_unlocked: Badge[];
}

/** What the event with this id earned, including the badges it unlocked and their XP. */
export function findAwardsByEvent(db: Db, event_id: number): AwardRecord {
  const rows = db
    .select()
    .from(gami_ledger)
    // The condition is written as in the partial index, so that SQLite uses it.
    .where(sql`${eq(gami_ledger.event_id, event_id)} and event_id is not null`)
    .orderBy(gami_ledger.id)
    .all();
  return {
    xp: rows.reduce((sum, row) => sum + row.xp, 0),
    points: rows.reduce((sum, row) => sum + row.points, 0),
    badges_unlocked: rows
      .map(({ rule, detail }) => (rule === 'badge' ? findBadge(detail.code) : undefined))
      .filter((badge) => badge !== undefined),
  };
}
