import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const Text = z.strictObject({ ko: z.string().min(1), en: z.string().min(1) });
/** What is the same in both languages, code above all, is written once. */
const SameOrText = z.union([
  z
    .string()
    .min(1)
    .transform((same) => ({ ko: same, en: same })),
  Text,
]);
const Difficulty = z.enum(['easy', 'medium', 'hard']);
const Word = z.string().regex(/^[a-z0-9]+(_[a-z0-9]+)*$/);

const Question = z.strictObject({
  /** never given to another question: people's history hangs on it */
  id: z.string().regex(/^[a-z]+-\d{3}$/),
  topic: Word,
  difficulty: Difficulty,
  question: Text,
  /** shown below the question */
  code: z.string().min(1).optional(),
  language: Word.optional(),
  options: z
    .array(z.strictObject({ text: SameOrText, correct: z.boolean().default(false) }))
    .length(4)
    .refine((options) => options.filter(({ correct }) => correct).length === 1, 'one option is right'),
  explanation: Text,
  learning_tip: Text,
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

export const PoolForm = z.strictObject({
  /** the pool's number everywhere; never given to another pool */
  pool_id: z.int().min(1).max(999),
  title: Text,
  description: Text,
  category: Word,
  difficulty: Difficulty,
  tags: z.array(Word).min(1),
  questions: z
    .array(Question)
    .min(15)
    .refine(
      (questions) => new Set(questions.map(({ id }) => id)).size === questions.length,
      'ids are distinct',
    ),
});

export type QuizPool = z.output<typeof PoolForm>;
export type QuizQuestion = z.output<typeof Question>;

/** The pools that ship: a YAML file each in `folder`. Throws with the file's name when one is not in form. */
export function readPools(folder: string): QuizPool[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => {
    const parsed = PoolForm.safeParse(parse(readFileSync(path.join(folder, name), 'utf8')));
    if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  });
}
