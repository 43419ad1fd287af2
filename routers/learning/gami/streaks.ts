import { and, desc, eq, lte, sql } from 'drizzle-orm';
import { type Db, gami_streaks, preparedStatements } from '../../../db/index.ts';

const isUser = eq(gami_streaks.user_id, sql.placeholder('user_id'));

const statements = preparedStatements((db) => ({
  listUpTo: db
    .select({ first_day: gami_streaks.first_day, last_day: gami_streaks.last_day })
    .from(gami_streaks)
    .where(and(isUser, lte(gami_streaks.first_day, sql.placeholder('day'))))
    .orderBy(desc(gami_streaks.first_day))
    .limit(2)
    .prepare(),
  remove: db
    .delete(gami_streaks)
    .where(and(isUser, eq(gami_streaks.first_day, sql.placeholder('first_day'))))
    .prepare(),
  save: db
    .insert(gami_streaks)
    .values({
      user_id: sql.placeholder('user_id'),
      first_day: sql.placeholder('first_day'),
      last_day: sql.placeholder('last_day'),
    })
    .onConflictDoUpdate({
      target: [gami_streaks.user_id, gami_streaks.first_day],
      set: { last_day: sql`excluded.last_day` },
    })
    .prepare(),
}));

/**
 * Records a day as active, in any order of days. Returns the length of the streak it belongs to; null when the day was
 * recorded before.
 */
export function recordActiveDay(db: Db, user_id: number, day: number): number | null {
  const q = statements(db);
  const [latest, previous] = q.listUpTo.all({ user_id, day: day + 1 });
  const nextStreak = latest?.first_day === day + 1 ? latest : undefined;
  const previousStreak = nextStreak ? previous : latest;
  if (previousStreak && previousStreak.last_day >= day) return null;
  const first_day = previousStreak?.last_day === day - 1 ? previousStreak.first_day : day;
  const last_day = nextStreak?.last_day ?? day;
  if (nextStreak) q.remove.run({ user_id, first_day: nextStreak.first_day });
  q.save.run({ user_id, first_day, last_day });
  return last_day - first_day + 1;
}

/** The length of the current streak. One that reaches yesterday can still be continued today. */
export function getStreak(db: Db, user_id: number, today: number): number {
  const [last] = statements(db).listUpTo.all({ user_id, day: today + 1 });
  return last && last.last_day >= today - 1 ? last.last_day - last.first_day + 1 : 0;
}
