import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { sentences } from '../../core/validation-messages.ts';

const LocalizedText = z.strictObject({ ko: z.string().min(1), en: z.string().min(1) });
/** What is the same in both languages, code above all, is written once. */
const LocalizedOrShared = z.union([
  z
    .string()
    .min(1)
    .transform((same) => ({ ko: same, en: same })),
  LocalizedText,
]);
const Difficulty = z.enum(['easy', 'medium', 'hard']);
const Slug = z.string().regex(/^[a-z0-9]+(_[a-z0-9]+)*$/);

const questionSchema = z.strictObject({
  /** never given to another question: people's history hangs on it */
  id: z.string().regex(/^[a-z]+-\d{3}$/),
  topic: Slug,
  difficulty: Difficulty,
  question: LocalizedText,
  /** shown below the question */
  code: z.string().min(1).optional(),
  language: Slug.optional(),
  options: z
    .array(z.strictObject({ text: LocalizedOrShared, correct: z.boolean().default(false) }))
    .length(4)
    .refine(
      (options) => options.filter(({ correct }) => correct).length === 1,
      sentences('정답은 하나여야 합니다', 'Exactly one option must be correct'),
    ),
  explanation: LocalizedText,
  learning_tip: LocalizedText,
  /** how a test proves the answer by running it; not shown to anyone */
  check: z
    .strictObject({
      run: z.enum(['python', 'javascript', 'typescript', 'sql', 'git']),
      /**
       * what is run; `code` itself unless given. A blank `____` in it is filled with each option in turn, and
       * then the right one alone may print what is expected
       */
      script: z.string().min(1).optional(),
      /** what it prints, whatever the white space between words; the right option's text unless given */
      expect: z.string().optional(),
    })
    .optional(),
});

export const quizPoolSchema = z.strictObject({
  /** the pool's number everywhere; never given to another pool */
  pool_id: z.int().min(1).max(999),
  title: LocalizedText,
  description: LocalizedText,
  category: Slug,
  difficulty: Difficulty,
  tags: z.array(Slug).min(1),
  questions: z
    .array(questionSchema)
    .min(15)
    .refine(
      (questions) => new Set(questions.map(({ id }) => id)).size === questions.length,
      sentences('id가 서로 달라야 합니다', 'The ids must differ'),
    ),
});

export type PoolFile = z.output<typeof quizPoolSchema>;
export type PoolFileQuestion = z.output<typeof questionSchema>;

/** The pools that ship: a YAML file each in `folder`. Throws with the file's name when one is not in form. */
export function readPoolFiles(folder: string): PoolFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => {
    const parsed = quizPoolSchema.safeParse(parse(readFileSync(path.join(folder, name), 'utf8')));
    if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  });
}
