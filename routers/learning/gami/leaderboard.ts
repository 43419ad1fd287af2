import { and, count, desc, eq, gt, sql } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, gami_members, gami_scores, preparedStatements, users } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toDayNumber, toStartOfDay } from '../../core/time-zone.ts';
import { toIso } from '../../core/wire-types.ts';
import { getGroupOrThrow } from './groups.ts';
import type { Leaderboard, LeaderboardInput } from './schemas.ts';
import { type Period, toPeriodSpan } from './scores.ts';

const of_period = and(
  eq(gami_scores.period, sql.placeholder('period')),
  eq(gami_scores.first_day, sql.placeholder('first_day')),
);
const best = [desc(gami_scores.score), gami_scores.user_id] as const;
const player = {
  score: gami_scores.score,
  id: users.id,
  user_id: users.user_id,
  username: users.username,
};

export const boardStatements = preparedStatements((db) => ({
  top: db
    .select(player)
    .from(gami_scores)
    .innerJoin(users, eq(users.id, gami_scores.user_id))
    .where(of_period)
    .orderBy(...best)
    .limit(sql.placeholder('limit'))
    .prepare(),
  mine: db
    .select({ score: gami_scores.score })
    .from(gami_scores)
    .where(and(of_period, eq(gami_scores.user_id, sql.placeholder('me'))))
    .prepare(),
  above: db
    .select({ n: count() })
    .from(gami_scores)
    .where(and(of_period, gt(gami_scores.score, sql.placeholder('score'))))
    .prepare(),
  members: db
    .select(player)
    .from(gami_members)
    .innerJoin(gami_scores, and(eq(gami_scores.user_id, gami_members.user_id), of_period))
    .innerJoin(users, eq(users.id, gami_members.user_id))
    .where(eq(gami_members.group_id, sql.placeholder('group_id')))
    .orderBy(...best)
    .prepare(),
}));

interface Row {
  score: number;
  id: number;
  user_id: string;
  username: string;
}

/** Who earned most in a period, of everyone or of a group of mine, and where I stand. Throws NOT_FOUND for a group I am not in. */
export function leaderboard(
  ctx: UserContext,
  input: z.output<typeof LeaderboardInput>,
): z.infer<typeof Leaderboard> {
  const { db, caller, settings } = ctx;
  const { period, limit } = input;
  const group = input.group === undefined ? null : getGroupOrThrow(db, caller.principal_id, input.group);
  const span = toPeriodSpan(period, toDayNumber(ctx.clock.now(), settings.time_zone));
  const where = { period, first_day: span.first_day };
  const rows = group
    ? boardStatements(db).members.all({ ...where, group_id: group.id })
    : boardStatements(db).top.all({ ...where, limit });
  const board = ranked(rows, caller.principal_id);
  const mine = board.find(({ is_current_user }) => is_current_user);
  const at = (day: number) => (period === 'all' ? null : toIso(toStartOfDay(day, settings.time_zone)));
  return {
    period,
    period_start: at(span.first_day),
    period_end: at(span.next_day),
    group: group && { id: group.id, name: group.name },
    leaderboard: board.slice(0, limit),
    me: mine
      ? { rank: mine.rank, score: mine.score }
      : group
        ? NOWHERE
        : placeOf(db, where, caller.principal_id),
  };
}

const NOWHERE = { rank: null, score: 0 };

/** From the best on: equal scores share a rank, and the next takes as many more. */
function ranked(rows: Row[], me: number) {
  let rank = 0;
  return rows.map(({ score, ...user }, i) => {
    if (score !== rows[i - 1]?.score) rank = i + 1;
    return { rank, user, score, is_current_user: user.id === me };
  });
}

/** The rank of one who is not among the first: one more than there are with more. */
function placeOf(db: Db, where: { period: Period; first_day: number }, me: number) {
  const q = boardStatements(db);
  const score = q.mine.get({ ...where, me })?.score;
  if (score === undefined) return NOWHERE;
  return { rank: (q.above.get({ ...where, score })?.n ?? 0) + 1, score };
}
