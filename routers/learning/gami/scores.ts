import { and, eq, lt, sql } from 'drizzle-orm';
import { type Db, gami_scores, preparedStatements } from '../../../db/index.ts';
import type { Deps } from '../../core/context.ts';
import { deleteInBatches } from '../../core/delete-in-batches.ts';
import { toDayNumber } from '../../core/time-zone.ts';

export const LEADERBOARD_PERIODS = ['daily', 'weekly', 'monthly', 'all'] as const;
export type LeaderboardPeriod = (typeof LEADERBOARD_PERIODS)[number];

export interface PeriodSpan {
  /** days, counted from 1970-01-01 */
  first_day: number;
  /** the first day after it */
  next_day: number;
}

/** The period that contains a day; weeks start on Monday. `all` has no end. */
export function toPeriodSpan(period: LeaderboardPeriod, day: number): PeriodSpan {
  switch (period) {
    case 'daily':
      return { first_day: day, next_day: day + 1 };
    case 'weekly': {
      // 1970-01-01 was a Thursday.
      const first_day = day - ((day + 3) % 7);
      return { first_day, next_day: first_day + 7 };
    }
    case 'monthly': {
      const date = new Date(day * 86_400_000);
      const first = (months: number) =>
        Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1) / 86_400_000;
      return { first_day: first(0), next_day: first(1) };
    }
    case 'all':
      return { first_day: 0, next_day: Number.POSITIVE_INFINITY };
  }
}

const statements = preparedStatements((db) => ({
  add: db
    .insert(gami_scores)
    .values(
      LEADERBOARD_PERIODS.map((period) => ({
        period,
        first_day: sql.placeholder(period),
        user_id: sql.placeholder('user_id'),
        score: sql.placeholder('xp'),
      })),
    )
    .onConflictDoUpdate({
      target: [gami_scores.user_id, gami_scores.period, gami_scores.first_day],
      set: { score: sql`${gami_scores.score} + excluded.score` },
    })
    .prepare(),
}));

/** Adds XP earned at an instant to every period it falls in, where the leaderboard's days are those of `zone`. */
export function addScore(db: Db, user_id: number, xp: number, at: number, zone: string): void {
  const day = toDayNumber(at, zone);
  const [daily, weekly, monthly] = LEADERBOARD_PERIODS.map((period) => toPeriodSpan(period, day).first_day);
  statements(db).add.run({ user_id, xp, daily, weekly, monthly, all: 0 });
}

/** Deletes the sums of days, weeks and months that are over: the ledger has them. Returns how many rows went. */
export async function deleteScoresBefore({
  db,
  clock,
  settings,
  stopping,
}: Pick<Deps, 'db' | 'clock' | 'settings' | 'stopping'>): Promise<number> {
  // Yesterday's stay, for whoever still works with them.
  const yesterday = toDayNumber(clock.now(), settings.time_zone) - 1;
  let deleted = 0;
  for (const period of ['daily', 'weekly', 'monthly'] as const) {
    const isOver = and(
      eq(gami_scores.period, period),
      lt(gami_scores.first_day, toPeriodSpan(period, yesterday).first_day),
    );
    deleted += await deleteInBatches((limit) => {
      const endedPeriods = db.select({ rowid: sql`rowid` }).from(gami_scores).where(isOver).limit(limit);
      return db.delete(gami_scores).where(sql`rowid in ${endedPeriods}`).run().changes;
    }, stopping);
  }
  return deleted;
}
