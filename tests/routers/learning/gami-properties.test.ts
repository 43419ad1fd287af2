import { eq } from 'drizzle-orm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { gami_ledger, gami_profiles, gami_rewards, gami_scores, transact } from '../../../db/index.ts';
import { createUser } from '../../../routers/accounts/auth/users.ts';
import type { NewEvent } from '../../../routers/core/events/types.ts';
import type { UserContext } from '../../../routers/core/procedures.ts';
import { redeemReward } from '../../../routers/learning/gami/redeem.ts';
import { toLevel, toLevelXp, toPoints } from '../../../routers/learning/gami/rules.ts';
import { type TestApp, testApp } from '../../support/app.ts';

let players = 0;

/** A user without a login, who has earned nothing. */
function player({ deps }: TestApp): number {
  const email = `player${players++}@example.com`;
  return createUser(deps.db, deps.clock, { email, password_hash: null }).id;
}

type Kind = 'commit' | 'quiz' | 'code' | 'login' | 'danger' | 'report';

/** Something that happens once, at its time. */
interface Fact {
  kind: Kind;
  n: number;
  at: number;
}

const START = Date.parse('2026-11-27T00:00:00Z');
const at = fc.oneof(
  fc.integer({ min: START, max: START + 9 * 86_400_000 }),
  // the last and the first second of days in Seoul and in UTC
  fc
    .tuple(fc.nat(8), fc.constantFrom(15 * 3_600_000, 0), fc.constantFrom(-1, 0))
    .map(([day, hour, edge]) => START + day * 86_400_000 + hour + edge),
);
const fact: fc.Arbitrary<Fact> = fc.record({
  kind: fc.constantFrom<Kind>('commit', 'commit', 'commit', 'quiz', 'code', 'login', 'danger', 'report'),
  n: fc.nat(30),
  at,
});
const facts = fc.uniqueArray(fact, {
  selector: ({ kind, n }) => `${kind} ${n}`,
  minLength: 1,
  maxLength: 40,
});

function happening({ kind, n }: Fact, principal_id: number): NewEvent {
  switch (kind) {
    case 'commit': {
      const commit_hash = n.toString(16).padStart(2, '0').repeat(20);
      const payload = {
        project_id: 1,
        commit_id: n,
        commit_hash,
        author_email: 'author@elsewhere.example',
        is_verified: n % 2 === 0,
      };
      return { type: 'commit.stored', principal_id, payload };
    }
    case 'quiz': {
      const quiz = {
        session_id: n,
        pool_id: 1,
        pool_title: { ko: '퀴즈', en: 'Quiz' },
        total: 10,
        is_published: n % 3 > 0,
      };
      const correct = n % 11;
      const payload = { ...quiz, mode: 'practice' as const, score: correct * 10, correct };
      return { type: 'quiz.finished', principal_id, payload };
    }
    case 'code': {
      const job = { job_id: n, project_id: 1, status: 'success', agent_id: 'a', attempt: 1, summary: null };
      return { type: 'job.completed', principal_id, payload: { ...job, job_type: 'code_generation' } };
    }
    case 'login':
      return { type: 'user.logged_in', principal_id, payload: { session_id: n } };
    case 'danger':
      return {
        type: 'scan.dangerous',
        principal_id,
        payload: {
          url_hash: `${n}`,
          host: 'evil.example',
          risk_score: 1,
          kind: 'url',
          verdict: 'dangerous',
        },
      };
    case 'report':
      return { type: 'scan.reported', principal_id, payload: { url_hash: `${n}`, verdict: 'dangerous' } };
  }
}

function happen({ deps, clock }: TestApp, principal_id: number, what: Fact): void {
  clock.now = () => what.at;
  transact(deps.db, () => void deps.emit(happening(what, principal_id)));
}

/** All that a user has, but for the times. */
function standing({ deps: { db } }: TestApp, id: number) {
  const row = db.select().from(gami_profiles).where(eq(gami_profiles.user_id, id)).get();
  const {
    user_id: _,
    day_checked_until: __,
    created_at: ___,
    updated_at: ____,
    ...rest
  } = row ?? ({} as never);
  const rows = db.select().from(gami_ledger).where(eq(gami_ledger.user_id, id)).all();
  return { ...rest, keys: rows.map(({ key }) => key).sort() };
}

function expectTheSum({ deps: { db } }: TestApp, id: number): void {
  const row = db.select().from(gami_profiles).where(eq(gami_profiles.user_id, id)).get();
  const ledger = db.select().from(gami_ledger).where(eq(gami_ledger.user_id, id)).all();
  const all = db
    .select()
    .from(gami_scores)
    .where(eq(gami_scores.user_id, id))
    .all()
    .find(({ period }) => period === 'all');
  const sum = (of: 'xp' | 'points', rows = ledger) => rows.reduce((total, one) => total + one[of], 0);
  expect([row?.xp ?? 0, row?.points ?? 0, all?.score ?? 0]).toEqual([sum('xp'), sum('points'), sum('xp')]);
  expect(row?.points ?? 0).toBeGreaterThanOrEqual(0);
  const gains = ledger.filter(({ points }) => points > 0);
  expect(sum('points', gains)).toBe(toPoints(row?.verified_xp ?? 0));
  expect(row?.verified_xp ?? 0).toBe(ledger.reduce((total, one) => total + one.verified_xp, 0));
}

test('any order and repetition of the same events gives the same XP, points, badges and streak', () => {
  const app = testApp();
  fc.assert(
    fc.property(
      facts.chain((list) =>
        fc.record({
          list: fc.constant(list),
          again: fc.shuffledSubarray(list),
          order: fc.shuffledSubarray(list, { minLength: list.length }),
        }),
      ),
      ({ list, again, order }) => {
        const [one, other] = [player(app), player(app)];
        for (const what of list) happen(app, one, what);
        for (const what of [...again, ...order, ...again]) happen(app, other, what);
        expect(standing(app, other)).toEqual(standing(app, one));
        expectTheSum(app, other);
      },
    ),
    { numRuns: 60 },
  );
});

test('whatever is earned and spent, the balance is the sum of the ledger and never below zero', () => {
  const app = testApp();
  const { db } = app.deps;
  const spend = fc.record({
    reward_id: fc.constantFrom('RWD-001', 'RWD-003', 'RWD-004'),
    quantity: fc.integer({ min: 1, max: 3 }),
  });
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fact, spend), { minLength: 1, maxLength: 40 }),
      fc.nat(4),
      (steps, stock) => {
        const id = player(app);
        db.update(gami_rewards).set({ stock }).where(eq(gami_rewards.reward_id, 'RWD-001')).run();
        const ctx = { ...app.deps, caller: { kind: 'user', principal_id: id }, http: null, language: 'ko' };
        for (const step of steps) {
          if ('kind' in step) happen(app, id, step);
          else {
            try {
              redeemReward(ctx as unknown as UserContext, step);
            } catch (error) {
              expect((error as { reason: string }).reason).toMatch(/^(INSUFFICIENT_POINTS|OUT_OF_STOCK)$/);
            }
          }
          const left = db.select().from(gami_rewards).where(eq(gami_rewards.reward_id, 'RWD-001')).get();
          expect(left?.stock).toBeGreaterThanOrEqual(0);
        }
        expectTheSum(app, id);
      },
    ),
    { numRuns: 60 },
  );
});

test('a level begins exactly where its XP is reached', () => {
  for (let level = 1; level <= 1000; level++) {
    const xp = toLevelXp(level);
    expect([toLevel(xp), toLevel(xp + 1), toLevel(xp + 100 * level - 1)]).toEqual([level, level, level]);
    if (level > 1) expect(toLevel(xp - 1)).toBe(level - 1);
  }
});
