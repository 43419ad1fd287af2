import { asc, eq, isNull } from 'drizzle-orm';
import { z } from 'zod';
import { quiz_pools, transact } from '../../../db/index.ts';
import { audit } from '../../core/audit.ts';
import type { Context } from '../../core/context.ts';
import { ApiError } from '../../core/errors.ts';
import { adminProcedure, router } from '../../core/procedures.ts';
import { Timestamp, toIso } from '../../core/wire-types.ts';
import { quizPoolSchema } from './pool-files.ts';
import { emitPoolPublished } from './publish.ts';
import { retirePool, toPoolContent, upsertPool } from './store-pools.ts';

const pool_id = z.int().min(1).max(999).meta({ example: 21 });
const InBoth = z.object({ ko: z.string(), en: z.string() });

const StoredPool = z
  .object({
    pool_id,
    title: InBoth,
    category: z.string(),
    difficulty: z.enum(['easy', 'medium', 'hard']),
    tags: z.array(z.string()),
    question_count: z.int(),
    kept_by: z.enum(['content', 'admin']).meta({
      description:
        '`content`: as it ships. `admin`: imported or retired here; what ships does not change it any more',
    }),
    retired_at: Timestamp.nullable(),
    created_at: Timestamp,
    updated_at: Timestamp,
  })
  .meta({ id: 'StoredQuizPool' });

const question = (n: number) => ({
  id: `shell-${String(n).padStart(3, '0')}`,
  topic: 'pipes',
  difficulty: 'easy' as const,
  question: { ko: `\`seq ${n} | wc -l\`이 출력하는 것은?`, en: `What does \`seq ${n} | wc -l\` print?` },
  options: [{ text: String(n), correct: true }, { text: String(n + 1) }, { text: '0' }, { text: `1 ${n}` }],
  explanation: { ko: '`wc -l`은 줄 수를 셉니다.', en: '`wc -l` counts lines.' },
  learning_tip: { ko: '`seq`의 출력을 먼저 보세요.', en: 'Look at what `seq` prints first.' },
});

const { shape } = quizPoolSchema;
/** The form of the content files, with an example of it. */
const ImportInput = quizPoolSchema.extend({
  pool_id: shape.pool_id.meta({ example: 21 }),
  title: shape.title.meta({ example: { ko: '셸', en: 'The shell' } }),
  description: shape.description.meta({ example: { ko: '파이프와 필터.', en: 'Pipes and filters.' } }),
  category: shape.category.meta({ example: 'shell' }),
  tags: shape.tags.meta({ example: ['shell'] }),
  questions: shape.questions.meta({ example: Array.from({ length: 15 }, (_, i) => question(i + 1)) }),
});

/** Puts a pool in, or brings the one of that number up to it. Everyone is told of one that is new. */
function importPool(ctx: Context, input: z.output<typeof ImportInput>): z.infer<typeof StoredPool> {
  const pool = toPoolContent(input, 'admin');
  return transact(ctx.db, () => {
    const its = eq(quiz_pools.id, input.pool_id);
    const known = ctx.db.select({ id: quiz_pools.id }).from(quiz_pools).where(its).get();
    const id = upsertPool(ctx.db, pool, ctx.clock.now());
    audit(ctx, 'quiz.import', String(id), { title: pool.title, questions: pool.questions.length });
    if (!known) emitPoolPublished(ctx, null, { ...pool, id });
    return shown(ctx.db.select().from(quiz_pools).where(its).all()[0] as typeof quiz_pools.$inferSelect);
  });
}

/** Throws NOT_FOUND for a pool there is not, or that is retired. */
function retire(ctx: Context, input: { pool_id: number }): Record<string, never> {
  transact(ctx.db, () => {
    if (!retirePool(ctx.db, input.pool_id, 'admin', ctx.clock.now())) throw new ApiError('NOT_FOUND');
    audit(ctx, 'quiz.retire', String(input.pool_id), {});
  });
  return {};
}

function shown(row: typeof quiz_pools.$inferSelect): z.infer<typeof StoredPool> {
  const { id, title, category, difficulty, tags, question_count, kept_by, retired_at } = row;
  return {
    pool_id: id,
    title,
    category,
    difficulty,
    tags,
    question_count,
    kept_by: kept_by as 'content' | 'admin',
    retired_at: retired_at === null ? null : toIso(retired_at),
    created_at: toIso(row.created_at),
    updated_at: toIso(row.updated_at),
  };
}

const tags = ['Admin'];

export const quizAdminRouter = router({
  list: adminProcedure
    .meta({
      openapi: {
        method: 'GET',
        path: '/admin/quiz/pools',
        tags,
        summary: 'The quizzes for everyone, retired ones too',
      },
    })
    .input(z.object({}))
    .output(z.object({ pools: z.array(StoredPool) }))
    .query(({ ctx }) => ({
      pools: ctx.db
        .select()
        .from(quiz_pools)
        .where(isNull(quiz_pools.owner_id))
        .orderBy(asc(quiz_pools.id))
        .all()
        .map(shown),
    })),

  import: adminProcedure
    .meta({
      openapi: {
        method: 'POST',
        path: '/admin/quiz/pools',
        tags,
        summary: 'Put a quiz in, or replace it',
        description:
          'A question keeps its number as long as it keeps its `id`; one that is left out is retired. What people played stays as it was.',
      },
      rest: { status: 201 },
    })
    .input(ImportInput)
    .output(StoredPool)
    .mutation(({ ctx, input }) => importPool(ctx, input)),

  retire: adminProcedure
    .meta({
      openapi: {
        method: 'DELETE',
        path: '/admin/quiz/pools/{pool_id}',
        tags,
        summary: 'Take a quiz out of sight',
        description:
          'No session begins on it any more; what was played stays. Importing it again brings it back.',
      },
      rest: { status: 204, errors: ['NOT_FOUND'] },
    })
    .input(z.object({ pool_id }))
    .output(z.object({}))
    .mutation(({ ctx, input }) => retire(ctx, input)),
});
