import { z } from 'zod';
import { FreeObject } from '../../core/free-form.ts';
import { localizedMessage } from '../../core/validation-messages.ts';
import { Timestamp, TrimmedText } from '../../core/wire-types.ts';

const pool_id = z.int().positive().meta({ example: 1000 });

const GeneratedQuestion = z
  .object({
    question: TrimmedText(2000),
    options: z.array(TrimmedText(500)).min(2).max(10).meta({ uniqueItems: true }),
    correct_index: z.int().min(0).meta({ description: 'Of the right option, from 0' }),
    explanation: z.string().trim().max(4000).nullish(),
  })
  .superRefine(({ options, correct_index }, check) => {
    if (correct_index >= options.length) {
      check.addIssue({
        code: 'too_big',
        maximum: options.length - 1,
        origin: 'int',
        inclusive: true,
        path: ['correct_index'],
        input: correct_index,
      });
    }
    if (new Set(options).size < options.length) {
      check.addIssue({
        code: 'custom',
        path: ['options'],
        ...localizedMessage('보기가 서로 달라야 합니다', 'The options must differ'),
      });
    }
  });

const source = z.string().trim().max(200).nullish().meta({ example: 'readme' });

export const SaveGeneratedQuizInput = z.object({
  questions: z
    .array(GeneratedQuestion)
    .min(1)
    .max(100)
    .meta({
      example: [
        {
          question: '새 브랜치를 만들고 바로 옮겨 가는 명령은?',
          options: ['git switch -c topic', 'git branch topic', 'git merge topic', 'git log topic'],
          correct_index: 0,
          explanation: '`-c`가 브랜치를 만들고, `switch`가 그리로 옮겨 갑니다.',
        },
      ],
    }),
  source,
  metadata: FreeObject.refine(
    (metadata) => JSON.stringify(metadata).length <= 16_384,
    localizedMessage('JSON으로 16,384자까지 입력할 수 있습니다', 'Enter at most 16,384 characters of JSON'),
  )
    .nullish()
    .meta({ description: 'Kept as it is, up to 16 KiB', example: { model: 'qwen2.5-coder' } }),
});

export const GeneratedPool = z
  .object({
    id: pool_id.meta({ description: 'The same as `pool_id`', example: 1000 }),
    pool_id,
    source: z.string().nullable(),
    question_count: z.int().meta({ example: 5 }),
    created_at: Timestamp,
  })
  .meta({ id: 'GeneratedQuizPool' });

export const GenerateQuizInput = z
  .object({
    code: z
      .string()
      .min(20)
      .max(16_000)
      .optional()
      .meta({ example: 'def add(a, b=[]):\n    b.append(a)\n    return b' }),
    job_id: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'A finished job of mine, when no code is sent', example: 12 }),
    num_questions: z.int().min(1).max(10).default(5),
  })
  .refine(({ code, job_id }) => code !== undefined || job_id !== undefined, {
    path: ['code'],
    ...localizedMessage('code나 job_id 중 하나를 입력하세요', 'Enter code or job_id'),
  });
