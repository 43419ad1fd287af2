import { and, asc, eq, isNull } from 'drizzle-orm';
import type { z } from 'zod';
import { type Db, type Difficulty, type QuestionContent, quiz_pools, transact } from '../../../db/index.ts';
import type { UserContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { GeneratedPool, SaveGeneratedQuizInput } from './generated-schemas.ts';
import { emitPoolPublished } from './publish.ts';
import { MAX_OWN_POOLS } from './rules.ts';
import { upsertPool } from './store-pools.ts';

/** The fields that all private pools share. */
const OWN_POOL_DEFAULTS = {
  kept_by: 'owner',
  description: { ko: '내가 만든 문제입니다.', en: 'Questions of my own.' },
  category: 'generated',
  difficulty: 'medium',
  tags: ['generated'],
} as const;

/** A question in one language. */
interface OwnQuestion {
  question: string;
  code: string | null;
  options: string[];
  correct: number;
  explanation: string | null;
  difficulty: Difficulty;
}

/** Saves questions from a client as a pool that only the caller sees. */
export function saveGeneratedQuiz(
  ctx: UserContext,
  { questions, source, metadata }: z.output<typeof SaveGeneratedQuizInput>,
): z.infer<typeof GeneratedPool> {
  return saveOwnPool(ctx, {
    source: source ?? null,
    metadata: metadata ?? null,
    questions: questions.map(({ correct_index, explanation, ...question }) => ({
      ...question,
      correct: correct_index,
      explanation: explanation ?? null,
      code: null,
      difficulty: OWN_POOL_DEFAULTS.difficulty,
    })),
  });
}

/** Creates a private pool, and retires the caller's oldest ones beyond the limit. */
export function saveOwnPool(
  ctx: UserContext,
  pool: {
    source: string | null;
    metadata: Record<string, unknown> | null;
    questions: readonly OwnQuestion[];
  },
): z.infer<typeof GeneratedPool> {
  const { principal_id } = ctx.caller;
  const { source, metadata } = pool;
  const now = ctx.clock.now();
  const title = {
    ko: source ? `내 퀴즈: ${source}` : '내 퀴즈',
    en: source ? `My quiz: ${source}` : 'My quiz',
  };
  const questions = pool.questions.map((question, i) => ({
    name: String(i + 1),
    content: toQuestionContent(question),
  }));
  const metadataFields = { ...OWN_POOL_DEFAULTS, tags: [...OWN_POOL_DEFAULTS.tags], title, source, metadata };
  const pool_id = transact(ctx.db, () => {
    retireOldestPools(ctx.db, principal_id, now);
    const id = upsertPool(ctx.db, { id: null, owner_id: principal_id, ...metadataFields, questions }, now);
    emitPoolPublished(ctx, principal_id, { id, title, questions });
    return id;
  });
  return { id: pool_id, pool_id, source, question_count: questions.length, created_at: toIso(now) };
}

function toQuestionContent({
  question,
  code,
  options,
  correct,
  explanation,
  difficulty,
}: OwnQuestion): QuestionContent {
  const toBothLanguages = (text: string) => ({ ko: text, en: text });
  return {
    question_text: toBothLanguages(question),
    code,
    code_language: null,
    options: options.map(toBothLanguages),
    correct,
    explanation: explanation ? toBothLanguages(explanation) : null,
    learning_tip: null,
    topic: OWN_POOL_DEFAULTS.category,
    difficulty,
  };
}

function retireOldestPools(db: Db, owner_id: number, now: number): void {
  const isOwn = and(eq(quiz_pools.owner_id, owner_id), isNull(quiz_pools.retired_at));
  const pools = db
    .select({ id: quiz_pools.id })
    .from(quiz_pools)
    .where(isOwn)
    .orderBy(asc(quiz_pools.id))
    .all();
  for (const { id } of pools.slice(0, Math.max(0, pools.length + 1 - MAX_OWN_POOLS))) {
    db.update(quiz_pools).set({ retired_at: now }).where(eq(quiz_pools.id, id)).run();
  }
}
