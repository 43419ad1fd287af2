import type { Reviser, RevisionInput } from './answer-types.ts';
import { type FallbackReason, GenerationError } from './generation-error.ts';
import { assertGrounded } from './grounding.ts';
import type { LanguageModel } from './ollama.ts';
import { buildPrompt } from './prompt.ts';

/** Characters of a version that rephrases at most 120 words. */
const MAX_CHARACTERS = 2500;

/** Has a language model rephrase what the passages hold. `onFallback` is told each time the composed text stays. */
export function createReviser(
  model: LanguageModel,
  onFallback: (reason: FallbackReason, detail: string) => void,
): Reviser {
  return {
    async revise(input) {
      try {
        return await generateRevision(model, input);
      } catch (error) {
        input.signal?.throwIfAborted();
        const failure =
          error instanceof GenerationError ? error : new GenerationError('error', String(error));
        onFallback(failure.reason, failure.message);
        return null;
      }
    },
  };
}

async function generateRevision(model: LanguageModel, input: RevisionInput): Promise<string> {
  const { language, passages, policies, signal, ms } = input;
  const pieces = model.chat(buildPrompt(input), signal, { deadlineMs: ms, rejectsCut: true });
  let text = '';
  for await (const piece of pieces) {
    text += piece;
    if (text.length > MAX_CHARACTERS) throw new GenerationError('incomplete', 'it does not end');
  }
  return assertGrounded({ text, language, passages, policies });
}
