import { z } from 'zod';
import { Timestamp } from '../../core/wire-types.ts';
import { quizPoolSchema } from './pool-files.ts';

const pool_id = z.int().min(1).max(999).meta({ example: 21 });
const BothLanguages = z.object({ ko: z.string(), en: z.string() });

export const AdminPool = z
  .object({
    pool_id,
    title: BothLanguages,
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

const toExampleQuestion = (n: number) => ({
  id: `shell-${String(n).padStart(3, '0')}`,
  topic: 'pipes',
  difficulty: 'easy' as const,
  question: { ko: `\`seq ${n} | wc -l\`이 출력하는 것은?`, en: `What does \`seq ${n} | wc -l\` print?` },
  options: [{ text: String(n), correct: true }, { text: String(n + 1) }, { text: '0' }, { text: `1 ${n}` }],
  explanation: { ko: '`wc -l`은 줄 수를 셉니다.', en: '`wc -l` counts lines.' },
  learning_tip: { ko: '`seq`의 출력을 먼저 보세요.', en: 'Look at what `seq` prints first.' },
});

const { shape } = quizPoolSchema;
/** The schema of the shipped files, with an example. */
export const ImportPoolInput = quizPoolSchema.extend({
  pool_id: shape.pool_id.meta({ example: 21 }),
  title: shape.title.meta({ example: { ko: '셸', en: 'The shell' } }),
  description: shape.description.meta({ example: { ko: '파이프와 필터.', en: 'Pipes and filters.' } }),
  category: shape.category.meta({ example: 'shell' }),
  tags: shape.tags.meta({ example: ['shell'] }),
  questions: shape.questions.meta({
    example: Array.from({ length: 15 }, (_, i) => toExampleQuestion(i + 1)),
  }),
});

export type AdminPool = z.infer<typeof AdminPool>;
export const AdminPoolList = z.object({ pools: z.array(AdminPool) });
export const RetirePoolInput = z.object({ pool_id });
