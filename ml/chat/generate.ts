import { randomBytes } from 'node:crypto';
import type { Language } from '../text/language.ts';
import type { CompiledPolicies } from '../text/policies.ts';
import type { ChatTurn } from './chat-engine-types.ts';
import { GenerationError, type LanguageModel } from './ollama.ts';
import { OutputGuardrail } from './output-guardrail.ts';
import { PHRASES } from './phrases.ts';
import { buildPrompt, type PromptPassage, systemPrompt } from './prompt.ts';

export interface GenerateInput {
  question: string;
  language: Language;
  /** At least one: without passages nothing is generated. */
  passages: readonly PromptPassage[];
  turns: readonly ChatTurn[];
  verdict: string;
  dangerVerdict: string | null;
  policies: CompiledPolicies;
  signal?: AbortSignal | undefined;
}

export interface GeneratedAnswer {
  text: string;
  /** Ids of the cited passages, or of all when the model cited none. */
  sources: string[];
}

/**
 * An answer by the language model from these passages, in pieces that have passed the output guardrail. Throws
 * GenerationError when another answer must replace it, and the signal's reason when the caller disconnects.
 */
export async function* generateAnswer(
  model: LanguageModel,
  input: GenerateInput,
): AsyncGenerator<string, GeneratedAnswer> {
  const nonce = randomBytes(6).toString('hex');
  const canary = `zq${randomBytes(8).toString('hex')}`;
  const { language, passages, policies, dangerVerdict } = input;
  const rail = new OutputGuardrail({
    language,
    allowedText: [
      ...passages.map(({ title, text }) => `${title}\n${text}`),
      input.question,
      input.verdict,
    ].join('\n'),
    passages: passages.length,
    canary,
    secret: systemPrompt({ language, nonce, canary }),
    policies,
    dangerVerdict,
    removedText: PHRASES[language].removed,
  });
  let text = '';
  for await (const piece of model.chat(buildPrompt({ ...input, nonce, canary }), input.signal)) {
    const ready = rail.push(piece);
    text += ready;
    if (ready !== '') yield ready;
  }
  const rest = rail.end();
  text += rest;
  if (rest !== '') yield rest;
  if (text.trim().length < 2) throw new GenerationError('empty', 'nothing passed the rail');
  const cited = [...rail.citedPassages].sort((a, b) => a - b).map((number) => passages[number - 1]!.id);
  return { text: text.trim(), sources: cited.length > 0 ? cited : passages.map(({ id }) => id) };
}
