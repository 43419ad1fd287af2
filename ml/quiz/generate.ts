import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { GenerationError } from '../chat/generation-error.ts';
import type { LanguageModel } from '../chat/ollama.ts';
import type { Language } from '../text/language.ts';
import { maskPersonalData } from '../text/pii-masking.ts';
import { checkPrompt, questionPrompt } from './prompt.ts';

export interface QuizRequest {
  /** Code, or a job's text about it. Personal data in it never reaches the model. */
  text: string;
  /** Of the questions. */
  language: Language;
  count: number;
  signal?: AbortSignal | undefined;
}

export interface GeneratedQuestion {
  question: string;
  /** Lines of the text that the question is about. */
  code: string | null;
  /** Distinct; `correct` is the index of the right one. */
  options: string[];
  correct: number;
  explanation: string;
  difficulty: 'easy' | 'medium' | 'hard';
}

/** How often the model is asked for missing questions. */
const ROUNDS = 3;
const TOKENS_PER_QUESTION = 450;

const ModelQuestion = z.object({
  question: z.string().trim().min(8).max(1000),
  code: z.string().max(2000).nullish(),
  options: z.array(z.string().trim().min(1).max(300)).min(3).max(5),
  correct_index: z.int().min(0),
  explanation: z.string().trim().min(1).max(2000),
  difficulty: z.enum(['easy', 'medium', 'hard']).catch('medium'),
});
/** Each question is checked separately, so that an invalid one does not affect the others. */
const KeyAnswer = z.object({ questions: z.array(z.unknown()) });
const Checked = z.object({ answers: z.array(z.object({ question: z.int(), option: z.int() })) });

/** The JSON schema for generation, without bounds: grammars with bounds are slow, and some are refused. */
const FORMAT = boundedList('questions', {
  question: { type: 'string' },
  code: { type: ['string', 'null'] },
  options: { type: 'array', items: { type: 'string' } },
  correct_index: { type: 'integer' },
  explanation: { type: 'string' },
  difficulty: { type: 'string', enum: ['easy', 'medium', 'hard'] },
});
const CHECK_FORMAT = boundedList('answers', { question: { type: 'integer' }, option: { type: 'integer' } });

function boundedList(name: string, properties: object): object {
  const items = { type: 'object', properties, required: Object.keys(properties) };
  return { type: 'object', properties: { [name]: { type: 'array', items } }, required: [name] };
}

/**
 * Generates at most `count` multiple-choice questions about a text; none when none is valid. A question is valid when
 * its form is right, its options differ, and the model, asked again without the key, chooses the same option. Throws
 * GenerationError when the model fails before any question is valid, and the signal's reason when the caller
 * disconnects.
 */
export async function generateQuestions(
  model: LanguageModel,
  request: QuizRequest,
): Promise<GeneratedQuestion[]> {
  const source = {
    ...request,
    text: maskPersonalData(request.text).text,
    nonce: randomBytes(6).toString('hex'),
  };
  const verified: GeneratedQuestion[] = [];
  try {
    for (let round = 0; round < ROUNDS && verified.length < request.count; round++) {
      const remaining = request.count - verified.length;
      const candidates = await writeQuestions(model, source, remaining, verified);
      verified.push(...(await filterVerified(model, source, candidates)));
    }
  } catch (error) {
    if (verified.length === 0 || !(error instanceof GenerationError)) throw error;
  }
  return verified.slice(0, request.count);
}

type Source = QuizRequest & { nonce: string };

async function writeQuestions(
  model: LanguageModel,
  source: Source,
  count: number,
  verified: readonly GeneratedQuestion[],
): Promise<GeneratedQuestion[]> {
  const before = verified.map(({ question }) => question);
  const messages = questionPrompt({ ...source, count, before });
  const wish = {
    format: FORMAT,
    answerTokens: 200 + count * TOKENS_PER_QUESTION,
  };
  const answer = KeyAnswer.safeParse(
    await requestJson(model, messages, source.signal, { ...wish, temperature: 0.5 }),
  );
  const seen = new Set(before);
  const made: GeneratedQuestion[] = [];
  for (const raw of answer.data?.questions ?? []) {
    const question = filterWellFormed(raw, source.text);
    if (!question || seen.has(question.question)) continue;
    seen.add(question.question);
    made.push(question);
  }
  return made;
}

function filterWellFormed(raw: unknown, text: string): GeneratedQuestion | null {
  const { data } = ModelQuestion.safeParse(raw);
  if (!data || data.correct_index >= data.options.length) return null;
  const distinct = new Set(data.options.map((option) => option.replace(/\s+/g, ' ')));
  if (distinct.size < data.options.length) return null;
  const { question, options, correct_index, explanation, difficulty } = data;
  // Lines that are not in the text are invented, and so is a question about them.
  const code = data.code?.trim() ? data.code.replace(/^\n+|(?<!\s)\s+$/g, '') : null;
  if (code !== null && !squeeze(text).includes(squeeze(code))) return null;
  return { question, code, options, correct: correct_index, explanation, difficulty };
}

function squeeze(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/**
 * Keeps the questions that the model answers as their key says, with the options in another order and without the
 * key.
 */
async function filterVerified(
  model: LanguageModel,
  source: Source,
  made: GeneratedQuestion[],
): Promise<GeneratedQuestion[]> {
  if (made.length === 0) return [];
  const rotated = made.map(({ options }, i) => rotate(options, 1 + (i % (options.length - 1))));
  const messages = checkPrompt({
    ...source,
    questions: made.map(({ question, code }, i) => ({ question, code, options: rotated[i] as string[] })),
  });
  const wish = { format: CHECK_FORMAT, answerTokens: 100 + made.length * 40 };
  const { data } = Checked.safeParse(
    await requestJson(model, messages, source.signal, { ...wish, temperature: 0 }),
  );
  const chosen = new Map(data?.answers.map(({ question, option }) => [question, option]));
  return made.filter(
    ({ options, correct }, i) => rotated[i]?.[(chosen.get(i + 1) ?? 0) - 1] === options[correct],
  );
}

function rotate<T>(items: readonly T[], by: number): T[] {
  return [...items.slice(by), ...items.slice(0, by)];
}

/** The JSON of the model's answer; null when it is invalid. */
async function requestJson(
  model: LanguageModel,
  ...[messages, signal, wish]: Parameters<LanguageModel['chat']>
): Promise<unknown> {
  let text = '';
  for await (const piece of model.chat(messages, signal, wish)) text += piece;
  try {
    return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
  } catch {
    return null;
  }
}
