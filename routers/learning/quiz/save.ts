import { and, asc, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { quiz_pools, type Tx } from '../../../db/index.ts';
import { type PutPool, type PutQuestion, putPool } from '../../../db/pools.ts';
import type { UserContext } from '../../trpc.ts';
import { iso } from '../../wire.ts';
import type { GeneratedInput, GeneratedPool } from './io.ts';
import { MOST_OWN_POOLS } from './rules.ts';

/** What pools of users' own have in common. */
const OWN = {
  kept_by: 'owner',
  description: { ko: '내가 만든 문제입니다.', en: 'Questions of my own.' },
  category: 'generated',
  difficulty: 'medium',
  tags: ['generated'],
} as const;

/** Keeps questions that a client made, as a pool that only its user sees. */
export function saveGenerated(
  ctx: UserContext,
  input: z.output<typeof GeneratedInput>,
): z.infer<typeof GeneratedPool> {
  const questions = input.questions.map(
    ({ question, options, correct_index, explanation }, i): PutQuestion => {
      const told = explanation ? { ko: explanation, en: explanation } : null;
      const wording = {
        question_text: { ko: question, en: question },
        code: null,
        code_language: null,
        options: options.map((text) => ({ ko: text, en: text })),
        correct: correct_index,
        explanation: told,
        learning_tip: null,
        topic: OWN.category,
        difficulty: OWN.difficulty,
      };
      return { name: String(i + 1), wording };
    },
  );
  return keepOwn(ctx, { source: input.source ?? null, metadata: input.metadata ?? null, questions });
}

/** Makes a pool of the caller's own; whoever has too many loses sight of the oldest. */
export function keepOwn(
  ctx: UserContext,
  made: Pick<PutPool, 'source' | 'metadata' | 'questions'>,
): z.infer<typeof GeneratedPool> {
  const { principal_id } = ctx.me;
  const now = ctx.clock.now();
  const title = {
    ko: made.source ? `내 퀴즈: ${made.source}` : '내 퀴즈',
    en: made.source ? `My quiz: ${made.source}` : 'My quiz',
  };
  const question_count = made.questions.length;
  const pool_id = ctx.db.transaction(
    (tx) => {
      retireOldest(tx, principal_id, now);
      const id = putPool(
        tx,
        { id: null, owner_id: principal_id, ...OWN, tags: [...OWN.tags], title, ...made },
        now,
      );
      ctx.emit(tx, { type: 'quiz.published', principal_id, payload: { pool_id: id, title, question_count } });
      return id;
    },
    { behavior: 'immediate' },
  );
  return { id: pool_id, pool_id, source: made.source, question_count, created_at: iso(now) };
}

function retireOldest(tx: Tx, owner_id: number, now: number): void {
  const own = and(eq(quiz_pools.owner_id, owner_id), isNull(quiz_pools.retired_at));
  const kept = tx.select({ id: quiz_pools.id }).from(quiz_pools).where(own).orderBy(asc(quiz_pools.id)).all();
  for (const { id } of kept.slice(0, Math.max(0, kept.length + 1 - MOST_OWN_POOLS))) {
    tx.update(quiz_pools).set({ retired_at: now }).where(eq(quiz_pools.id, id)).run();
  }
}
