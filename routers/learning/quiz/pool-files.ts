import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { load } from 'js-yaml';
import { z } from 'zod';
import { localizedMessage } from '../../core/validation-messages.ts';

const MAX_TEXT_CHARS = 20_000;
const Text = z.string().min(1).max(MAX_TEXT_CHARS);
const LocalizedText = z.strictObject({ ko: Text, en: Text });
/** A text that is the same in both languages, such as code, is written once. */
const LocalizedOrPlain = z.union([Text.transform((text) => ({ ko: text, en: text })), LocalizedText]);
const Difficulty = z.enum(['easy', 'medium', 'hard']);
const Slug = z
  .string()
  .max(100)
  .regex(/^[a-z0-9]+(_[a-z0-9]+)*$/);

const questionSchema = z.strictObject({
  /** never reused for another question, since histories refer to it */
  id: z
    .string()
    .max(100)
    .regex(/^[a-z]+-\d{3}$/),
  topic: Slug,
  difficulty: Difficulty,
  question: LocalizedText,
  /** shown below the question */
  code: Text.optional(),
  language: Slug.optional(),
  options: z
    .array(z.strictObject({ text: LocalizedOrPlain, correct: z.boolean().default(false) }))
    .length(4)
    .refine(
      (options) => options.filter(({ correct }) => correct).length === 1,
      localizedMessage('정답은 하나여야 합니다', 'Exactly one option must be correct'),
    ),
  explanation: LocalizedText,
  learning_tip: LocalizedText,
  /** how a test runs the code to prove the answer; never sent to clients */
  check: z
    .strictObject({
      run: z.enum(['python', 'javascript', 'typescript', 'sql', 'git']),
      /**
       * the program; `code` unless given. A blank `____` is replaced by each option in turn, and only the right one may
       * print the expected output
       */
      script: Text.optional(),
      /** the expected output, ignoring white space; the text of the right option unless given */
      expect: z.string().max(MAX_TEXT_CHARS).optional(),
    })
    .optional(),
});

export const quizPoolSchema = z.strictObject({
  /** the pool's id in every database; never reused */
  pool_id: z.int().min(1).max(999),
  title: LocalizedText,
  description: LocalizedText,
  category: Slug,
  difficulty: Difficulty,
  tags: z.array(Slug).min(1).max(50),
  questions: z
    .array(questionSchema)
    .min(15)
    .max(1000)
    .refine(
      (questions) => new Set(questions.map(({ id }) => id)).size === questions.length,
      localizedMessage('id가 서로 달라야 합니다', 'The ids must differ'),
    ),
});

export type PoolFile = z.output<typeof quizPoolSchema>;
export type PoolFileQuestion = z.output<typeof questionSchema>;

/** Reads the shipped pools, one YAML file each. Throws an error with the file's name for an invalid one. */
export function readPoolFiles(folder: string): PoolFile[] {
  const names = readdirSync(folder).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => {
    const parsed = quizPoolSchema.safeParse(load(readFileSync(path.join(folder, name), 'utf8')));
    if (!parsed.success) throw new Error(`${name}: ${z.prettifyError(parsed.error)}`);
    return parsed.data;
  });
}
