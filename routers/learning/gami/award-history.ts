import { eq, sql } from 'drizzle-orm';
import { type Db, gami_ledger } from '../../../db/index.ts';
import { type Badge, findBadge } from './badges.ts';

/** What an event earned, for the answer of the operation that made it happen. */
export interface AwardRecord {
  xp: number;
  points: number;
  badges_unlocked: Badge[];
}

/** What the event with this id in `events` earned, the badges it brought and their XP included. */
export function findAwardsByEvent(db: Db, event_id: number): AwardRecord {
  const rows = db
    .select()
    .from(gami_ledger)
    // As the index on it is declared.
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
