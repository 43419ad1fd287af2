import { and, desc, eq, lte, sql } from 'drizzle-orm';
import { type Db, gami_streaks, preparedStatements } from '../../../db/index.ts';

const user = eq(gami_streaks.user_id, sql.placeholder('user_id'));

const statements = preparedStatements((db) => ({
  upTo: db
    .select({ first_day: gami_streaks.first_day, last_day: gami_streaks.last_day })
    .from(gami_streaks)
    .where(and(user, lte(gami_streaks.first_day, sql.placeholder('day'))))
    .orderBy(desc(gami_streaks.first_day))
    .limit(2)
    .prepare(),
  forget: db
    .delete(gami_streaks)
    .where(and(user, eq(gami_streaks.first_day, sql.placeholder('first_day'))))
    .prepare(),
  keep: db
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
 * Notes a day of activity. Returns how many days in a row it now belongs to; null when it was noted before. Days may
 * come in any order: what stands is the set of them.
 */
export function recordActiveDay(db: Db, user_id: number, day: number): number | null {
  const q = statements(db);
  const [late, early] = q.upTo.all({ user_id, day: day + 1 });
  const after = late?.first_day === day + 1 ? late : undefined;
  const before = after ? early : late;
  if (before && before.last_day >= day) return null;
  const first_day = before?.last_day === day - 1 ? before.first_day : day;
  const last_day = after?.last_day ?? day;
  if (after) q.forget.run({ user_id, first_day: after.first_day });
  q.keep.run({ user_id, first_day, last_day });
  return last_day - first_day + 1;
}

/** The days in a row up to today; one that reaches yesterday can still go on. */
export function getStreak(db: Db, user_id: number, today: number): number {
  const [last] = statements(db).upTo.all({ user_id, day: today + 1 });
  return last && last.last_day >= today - 1 ? last.last_day - last.first_day + 1 : 0;
}
