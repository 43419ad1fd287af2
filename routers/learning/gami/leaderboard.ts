import { and, count, desc, eq, gt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_members, gami_scores, preparedStatements, users } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toDayNumber, toStartOfDay } from '../../core/time-zone.ts';
import { toIso } from '../../core/wire-types.ts';
import { getGroupOrThrow } from './group.ts';
import type { Leaderboard, LeaderboardInput } from './schemas.ts';
import { type LeaderboardPeriod, toPeriodSpan } from './scores.ts';

const inPeriod = and(
  eq(gami_scores.period, sql.placeholder('period')),
  eq(gami_scores.first_day, sql.placeholder('first_day')),
);
const byScore = [desc(gami_scores.score), gami_scores.user_id] as const;
const playerColumns = {
  score: gami_scores.score,
  id: users.id,
  user_id: users.user_id,
  username: users.username,
};

export const leaderboardStatements = preparedStatements((db) => ({
  top: db
    .select(playerColumns)
    .from(gami_scores)
    .innerJoin(users, eq(users.id, gami_scores.user_id))
    .where(inPeriod)
    .orderBy(...byScore)
    .limit(sql.placeholder('limit'))
    .prepare(),
  own: db
    .select({ score: gami_scores.score })
    .from(gami_scores)
    .where(and(inPeriod, eq(gami_scores.user_id, sql.placeholder('me'))))
    .prepare(),
  above: db
    .select({ n: count() })
    .from(gami_scores)
    .where(and(inPeriod, gt(gami_scores.score, sql.placeholder('score'))))
    .prepare(),
  members: db
    .select(playerColumns)
    .from(gami_members)
    .innerJoin(gami_scores, and(eq(gami_scores.user_id, gami_members.user_id), inPeriod))
    .innerJoin(users, eq(users.id, gami_members.user_id))
    .where(eq(gami_members.group_id, sql.placeholder('group_id')))
    .orderBy(...byScore)
    .prepare(),
}));

interface PlayerScore {
  score: number;
  id: number;
  user_id: string;
  username: string;
}

/**
 * The users with the most XP in a period, of everyone or of one group, and the caller's place. Throws NOT_FOUND for a
 * group that the caller is not in.
 */
export function getLeaderboard(
  ctx: UserContext,
  input: z.output<typeof LeaderboardInput>,
): z.infer<typeof Leaderboard> {
  const { db, caller, settings } = ctx;
  const { period, limit } = input;
  const group = input.group === undefined ? null : getGroupOrThrow(db, caller.principal_id, input.group);
  const span = toPeriodSpan(period, toDayNumber(ctx.clock.now(), settings.time_zone));
  const periodKey = { period, first_day: span.first_day };
  const rows = group
    ? leaderboardStatements(db).members.all({ ...periodKey, group_id: group.id })
    : leaderboardStatements(db).top.all({ ...periodKey, limit });
  const ranking = toRanking(rows, caller.principal_id);
  const callerEntry = ranking.find(({ is_current_user }) => is_current_user);
  const toInstant = (day: number) => (period === 'all' ? null : toIso(toStartOfDay(day, settings.time_zone)));
  return {
    period,
    period_start: toInstant(span.first_day),
    period_end: toInstant(span.next_day),
    group: group && { id: group.id, name: group.name },
    leaderboard: ranking.slice(0, limit),
    me: callerEntry
      ? { rank: callerEntry.rank, score: callerEntry.score }
      : group
        ? UNRANKED
        : findPlace(db, periodKey, caller.principal_id),
  };
}

const UNRANKED = { rank: null, score: 0 };

/** Ranks from the highest score: equal scores share a rank, and the next rank skips as many. */
function toRanking(rows: PlayerScore[], me: number) {
  let rank = 0;
  return rows.map(({ score, ...user }, i) => {
    if (score !== rows[i - 1]?.score) rank = i + 1;
    return { rank, user, score, is_current_user: user.id === me };
  });
}

/** The rank of a user outside of the page: one more than the number of users with a higher score. */
function findPlace(db: Db, periodKey: { period: LeaderboardPeriod; first_day: number }, user_id: number) {
  const q = leaderboardStatements(db);
  const score = q.own.get({ ...periodKey, me: user_id })?.score;
  if (score === undefined) return UNRANKED;
  return { rank: (q.above.get({ ...periodKey, score })?.n ?? 0) + 1, score };
}
