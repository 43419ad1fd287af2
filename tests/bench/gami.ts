/**
 * Leaderboards over 100,000 users and a million events: how long each takes, and whether it says what adding up the
 * whole ledger says.
 *
 * npm run bench:gami
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { closeDatabase, openDatabase } from '../../db/index.ts';
import type { UserContext } from '../../routers/core/procedures.ts';
import { toDayNumber, toStartOfDay } from '../../routers/core/time-zone.ts';
import { getLeaderboard } from '../../routers/learning/gami/leaderboard.ts';
import {
  addScore,
  LEADERBOARD_PERIODS,
  type LeaderboardPeriod,
  toPeriodSpan,
} from '../../routers/learning/gami/scores.ts';
import { clock } from '../../server/process/clock-and-random.ts';
import { resolveInPackage } from '../../server/process/env.ts';

const USERS = 100_000;
const EVENTS = 1_000_000;
const CALLS = 1000;
const ZONE = 'Asia/Seoul';
const DAYS = 40;
const GOAL_MS = 50;

const now = clock.now();
const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-bench-'));
const db = openDatabase({ file: path.join(folder, 'gami.db'), migrations: resolveInPackage('drizzle') });
try {
  const began = performance.now();
  db.$client.transaction(fill)();
  tell(
    `${USERS} users and ${EVENTS} events`,
    `${((performance.now() - began) / 1000).toFixed(1)} s to write`,
  );
  for (const period of LEADERBOARD_PERIODS) {
    compare(period);
    measure(period);
  }
} finally {
  closeDatabase(db);
  rmSync(folder, { recursive: true, force: true });
}

/** Few earn much, and most earn a little. By user, so that neighbours in the tables are written one after another. */
function fill(): void {
  const principal = db.$client.prepare("INSERT INTO principals (id, kind, created_at) VALUES (?, 'user', 0)");
  const user = db.$client.prepare(
    `INSERT INTO users (id, user_id, email, email_key, username, username_key, nickname, created_at, updated_at)
     VALUES (?1, ?2, ?3, ?3, ?4, ?4, ?5, 0, 0)`,
  );
  for (let id = 1; id <= USERS; id++) {
    principal.run(id);
    user.run(id, `user_20260101_${id}`, `u${id}@example.com`, `u${id}`, `u${id}`);
  }
  const row = db.$client.prepare(
    "INSERT INTO gami_ledger (user_id, rule, key, xp, points, day, detail, created_at) VALUES (?, 'commit', ?, ?, ?, ?, '{}', ?)",
  );
  for (let i = 0; i < EVENTS; i++) {
    const user_id = 1 + Math.floor(USERS * (i / EVENTS) ** 2);
    const at = now - Math.floor(DAYS * 86_400_000 * Math.random());
    const xp = 10 * (1 + Math.floor(6 * Math.random()));
    row.run(user_id, `commit:${i}`, xp, xp / 10, toDayNumber(at, ZONE), at);
    addScore(db, user_id, xp, at, ZONE);
  }
}

function board(me: number, period: LeaderboardPeriod, limit: number) {
  const ctx = { db, clock: { now: () => now }, me: { principal_id: me }, settings: { time_zone: ZONE } };
  return getLeaderboard(ctx as unknown as UserContext, { period, group: undefined, limit });
}

function anyone(): number {
  return 1 + Math.floor(USERS * Math.random());
}

/** Throws when a place or a rank is not what the ledger adds up to. */
function compare(period: LeaderboardPeriod): void {
  const { first_day, next_day } = toPeriodSpan(period, toDayNumber(now, ZONE));
  const from = period === 'all' ? 0 : toStartOfDay(first_day, ZONE);
  const to = period === 'all' ? now + 1 : toStartOfDay(next_day, ZONE);
  const sums = db.$client
    .prepare(
      'SELECT user_id AS id, sum(xp) AS score FROM gami_ledger WHERE created_at >= ? AND created_at < ? GROUP BY user_id ORDER BY score DESC, id',
    )
    .all(from, to) as { id: number; score: number }[];
  const rankOf = (score: number) => 1 + sums.findIndex((one) => one.score === score);
  const want = JSON.stringify(sums.slice(0, 100).map(({ id, score }) => [rankOf(score), id, score]));
  const got = JSON.stringify(
    board(1, period, 100).leaderboard.map(({ rank, user, score }) => [rank, user.id, score]),
  );
  if (got !== want) throw new Error(`the ${period} board is not what the ledger adds up to`);
  for (let i = 0; i < 50; i++) {
    const id = anyone();
    const score = sums.find((one) => one.id === id)?.score ?? 0;
    const me = board(id, period, 1).me;
    const rank = score === 0 ? null : rankOf(score);
    if (me.score !== score || me.rank !== rank) throw new Error(`${period}: the rank of ${id} is wrong`);
  }
  tell(period, `as the ledger adds up to, over ${sums.length} users`);
}

function measure(period: LeaderboardPeriod): void {
  const spent: number[] = [];
  for (let i = 0; i < CALLS; i++) {
    const me = anyone();
    const began = performance.now();
    board(me, period, 100);
    spent.push(performance.now() - began);
  }
  spent.sort((a, b) => a - b);
  const at = (share: number) => (spent[Math.floor(share * CALLS)] as number).toFixed(2);
  const met = Number(at(0.95)) < GOAL_MS ? 'met' : 'NOT MET';
  tell(
    period,
    `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms (goal: p95 under ${GOAL_MS} ms, ${met})`,
  );
}

function tell(what: string, figure: string): void {
  process.stdout.write(`${what}: ${figure}\n`);
}
