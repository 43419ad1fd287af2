import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { gami_ledger, gami_profiles, gami_scores } from '../../../db/index.ts';
import { createUser } from '../../../routers/accounts/auth/users.ts';
import type { EventContext } from '../../../routers/core/events/types.ts';
import type { UserContext } from '../../../routers/core/procedures.ts';
import { toDayNumber, toStartOfDay } from '../../../routers/core/time-zone.ts';
import { award } from '../../../routers/learning/gami/award.ts';
import { getLeaderboard, leaderboardStatements } from '../../../routers/learning/gami/leaderboard.ts';
import {
  deleteScoresBefore,
  LEADERBOARD_PERIODS,
  toPeriodSpan,
} from '../../../routers/learning/gami/scores.ts';
import { type TestApp, testApp } from '../../support/app.ts';

/** A user without a login, who has earned nothing. */
function player({ deps }: TestApp, name: string): number {
  return createUser(deps.db, deps.clock, { email: `${name}@example.com`, password_hash: null }).id;
}

function sceneOf({ deps }: TestApp, time_zone = 'Asia/Seoul'): EventContext {
  return { ...deps, time_zone };
}

/** XP of any amount, at any time. */
function earnAt(app: TestApp, user: number, at: number, xp: number, same: number, zone?: string) {
  const earning = { rule: 'quiz_finished' as const, same, xp };
  award(sceneOf(app, zone), user, [earning], { at, event_id: null });
}

/** What a leaderboard would be if it were added up from the ledger now. */
function recomputed(
  { deps }: TestApp,
  period: (typeof LEADERBOARD_PERIODS)[number],
  now: number,
  zone: string,
) {
  const { first_day, next_day } = toPeriodSpan(period, toDayNumber(now, zone));
  const sums = new Map<number, number>();
  for (const { user_id, xp, created_at } of deps.db.select().from(gami_ledger).all()) {
    const day = toDayNumber(created_at, zone);
    if (xp > 0 && day >= first_day && day < next_day) sums.set(user_id, (sums.get(user_id) ?? 0) + xp);
  }
  const order = [...sums].sort(([a, x], [b, y]) => y - x || a - b);
  return order.map(([id, score]) => [1 + order.filter(([, other]) => other > score).length, id, score]);
}

function boardOf({ deps }: TestApp, principal_id: number, period: (typeof LEADERBOARD_PERIODS)[number]) {
  const caller = { principal_id };
  return getLeaderboard({ ...deps, caller } as UserContext, { period, group: undefined, limit: 100 });
}

const board = (body: { leaderboard: { rank: number; user: { id: number }; score: number }[] }) =>
  body.leaderboard.map(({ rank, user, score }) => [rank, user.id, score]);

test('equal scores share a rank and the next is as many lower; who has earned nothing is not listed', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const others = ['b', 'c', 'd', 'e'].map((name) => player(app, name));
  const [b, c, d] = others as [number, number, number];
  const now = app.clock.now();
  for (const [user, xp] of [
    [b, 500],
    [c, 500],
    [d, 30],
  ] as const) {
    earnAt(app, user, now, xp, 1);
  }
  await alice.post('/gami/events', { event_name: 'daily_activity' });
  const { body } = await alice.get('/gami/leaderboard?period=weekly');
  expect(board(body)).toEqual([
    [1, b, 720],
    [1, c, 720],
    [3, d, 250],
    [4, alice.id, 20],
  ]);
  expect(body.me).toEqual({ rank: 4, score: 20 });
  expect(
    body.leaderboard.map(({ is_current_user }: { is_current_user: boolean }) => is_current_user),
  ).toEqual([false, false, false, true]);
  expect(JSON.stringify(body)).not.toContain('@');
  const short = (await alice.get('/gami/leaderboard?limit=1')).body;
  expect([board(short), short.me]).toEqual([[[1, b, 720]], { rank: 4, score: 20 }]);
  for (const bad of ['period=yearly', 'limit=0', 'limit=101']) {
    expect((await alice.get(`/gami/leaderboard?${bad}`)).status, bad).toBe(400);
  }
});

test('whoever has earned nothing in a period has no rank in it, and sees it', () => {
  const app = testApp();
  const [b, c] = [player(app, 'b'), player(app, 'c')];
  earnAt(app, b, app.clock.now(), 60, 1);
  expect(boardOf(app, c, 'daily').me).toEqual({ rank: null, score: 0 });
  app.clock.advance('32d');
  expect(boardOf(app, b, 'monthly')).toMatchObject({ leaderboard: [], me: { rank: null, score: 0 } });
  expect(boardOf(app, b, 'all').me).toEqual({ rank: 1, score: 280 });
});

test.each([
  ['Asia/Seoul', '2026-11-22T15:00:00Z', '2026-11-29T15:00:00Z'],
  ['UTC', '2026-11-23T00:00:00Z', '2026-11-30T00:00:00Z'],
  ['America/New_York', '2026-11-23T05:00:00Z', '2026-11-30T05:00:00Z'],
])('a week in %s is from Monday to Monday there', async (zone, start, end) => {
  const app = testApp({ time_zone: zone });
  const alice = await app.user('alice');
  app.deps.clock.now = () => Date.parse('2026-11-25T12:00:00Z');
  const { body } = await alice.get('/gami/leaderboard?period=weekly');
  expect([body.period_start, body.period_end]).toEqual([start, end]);
  const all = (await alice.get('/gami/leaderboard')).body;
  expect([all.period, all.period_start, all.period_end]).toEqual(['all', null, null]);
});

describe('kept sums', () => {
  const ZONES = ['Asia/Seoul', 'UTC', 'America/New_York'];
  /** the last second of a day, week and month and the first of the next, in Seoul, in UTC and in New York */
  const EDGES = [
    '2026-11-30T14:59:59.999Z',
    '2026-11-30T15:00:00Z',
    '2026-11-30T23:59:59.999Z',
    '2026-12-01T00:00:00Z',
    '2026-12-01T04:59:59.999Z',
    '2026-12-01T05:00:00Z',
    '2026-11-29T14:59:59.999Z',
    '2026-11-29T15:00:00Z',
    '2026-11-29T23:59:59Z',
    '2026-11-30T00:00:00Z',
    '2027-01-01T00:00:00Z',
  ].map((text) => Date.parse(text));

  test('every board is what adding up the ledger gives, also at the edges of day, week and month', () => {
    const gain = fc.record({
      user: fc.nat(3),
      at: fc.oneof(
        fc.constantFrom(...EDGES),
        fc.integer({ min: EDGES[6] as number, max: EDGES.at(-1) as number }),
      ),
      xp: fc.constantFrom(10, 10, 20, 60),
    });
    const app = testApp();
    const users = ['b', 'c', 'd', 'e'].map((name) => player(app, name)) as [number];
    let same = 0;
    fc.assert(
      fc.property(
        fc.array(gain, { minLength: 1, maxLength: 12 }),
        fc.constantFrom(...ZONES),
        fc.constantFrom(...EDGES),
        (gains, zone, now) => {
          for (const table of [gami_scores, gami_ledger, gami_profiles]) app.deps.db.delete(table).run();
          for (const { user, at, xp } of gains) {
            earnAt(app, users[user] as number, at, xp, same++, zone);
          }
          app.deps.settings.time_zone = zone;
          app.deps.clock.now = () => now;
          for (const period of LEADERBOARD_PERIODS) {
            expect(board(boardOf(app, users[0], period))).toEqual(recomputed(app, period, now, zone));
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

test('sums of periods that are over are deleted; those of now and of all time stay', async () => {
  const app = testApp();
  const b = player(app, 'b');
  app.deps.clock.now = () => Date.parse('2026-12-09T03:47:00Z');
  const days = ['2026-11-30', '2026-12-01', '2026-12-06', '2026-12-07', '2026-12-08', '2026-12-09'];
  for (const [same, day] of days.entries()) earnAt(app, b, Date.parse(`${day}T03:00:00Z`), 10, same);
  // all but the last two days, a week and a month
  expect(await deleteScoresBefore(app.deps)).toBe(4 + 2);
  expect(LEADERBOARD_PERIODS.map((period) => boardOf(app, b, period).me.score)).toEqual(
    LEADERBOARD_PERIODS.map((period) => recomputed(app, period, app.clock.now(), 'Asia/Seoul')[0]?.[2]),
  );
});

test('days begin where the zone says, also when clocks are changed', () => {
  for (const [zone, day, instant] of [
    ['Asia/Seoul', '2026-11-30', '2026-11-29T15:00:00Z'],
    ['UTC', '2026-11-30', '2026-11-30T00:00:00Z'],
    ['America/New_York', '2026-03-08', '2026-03-08T05:00:00Z'],
    ['America/New_York', '2026-03-09', '2026-03-09T04:00:00Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T05:00:00Z'],
    ['Asia/Kathmandu', '2026-11-30', '2026-11-29T18:15:00Z'],
  ] as const) {
    const number = Date.parse(day) / 86_400_000;
    expect(toStartOfDay(number, zone), `${zone} ${day}`).toBe(Date.parse(instant));
    expect(toDayNumber(Date.parse(instant), zone)).toBe(number);
    expect(toDayNumber(Date.parse(instant) - 1, zone)).toBe(number - 1);
  }
});

test('the first places are read from an index, and so is the number of those before me', () => {
  const { db } = testApp().deps;
  const plan = (query: { sql: string; params: unknown[] }) =>
    db.$client
      .prepare(`EXPLAIN QUERY PLAN ${query.sql}`)
      .all(...query.params.map(() => 1))
      .map((row) => (row as { detail: string }).detail)
      .join('; ');
  const { top, above } = leaderboardStatements(db);
  expect(plan(top.getQuery())).toBe(
    'SEARCH gami_scores USING COVERING INDEX gami_scores_rank (period=? AND first_day=?); ' +
      'SEARCH users USING INTEGER PRIMARY KEY (rowid=?)',
  );
  expect(plan(above.getQuery())).toBe(
    'SEARCH gami_scores USING COVERING INDEX gami_scores_rank (period=? AND first_day=? AND score>?)',
  );
});
