import type { Language } from '../text/language.ts';
import type { CompiledPolicies } from '../text/policies.ts';
import type { AnswerEngine, ChatTurn } from './chat-engine-types.ts';
import type { FollowUp } from './dialogue.ts';
import { extractAnswer, findTopicDocument } from './extract.ts';
import { generateAnswer } from './generate.ts';
import type { KnowledgeDocument } from './knowledge.ts';
import { type FallbackReason, GenerationError, type LanguageModel } from './ollama.ts';
import { PHRASES } from './phrases.ts';
import type { PromptPassage } from './prompt.ts';
import type { TopicHit } from './search.ts';

export interface ComposeInput {
  /** masked, without URLs */
  question: string;
  language: Language;
  /** best first */
  hits: readonly TopicHit[];
  turns: readonly ChatTurn[];
  followUp?: FollowUp | undefined;
  /** The scanner's sentences about the URLs of this message, or ''. */
  verdict: string;
  dangerVerdict: string | null;
  signal?: AbortSignal | undefined;
}

export interface ComposeDeps {
  documents: readonly KnowledgeDocument[];
  model: LanguageModel | null;
  policies(): CompiledPolicies;
  onFallback(reason: FallbackReason, detail: string): void;
}

export interface ComposedAnswer {
  text: string;
  engine: AnswerEngine;
  sources: { id: string; title: string }[];
}

const MAX_PASSAGES = 3;
/** Topics with less than this share of the best score only distract a model. */
const MIN_PASSAGE_SCORE = 0.6;

/**
 * The answer to a question about a known topic, in pieces: from the language model, or, without one or when it fails,
 * from the best document. Throws only when the caller disconnects.
 */
export async function* composeAnswer(
  parts: ComposeDeps,
  input: ComposeInput,
): AsyncGenerator<string, ComposedAnswer> {
  const { language, signal } = input;
  const read = listReadable(parts.documents, input);
  if (parts.model) {
    let shown = false;
    try {
      const pieces = generateAnswer(parts.model, {
        ...input,
        passages: read.map(toPassage),
        policies: parts.policies(),
      });
      for (let next = await pieces.next(); ; next = await pieces.next()) {
        if (next.done) {
          const sources = toSource(read.filter(({ id }) => next.value.sources.includes(id)));
          return { text: next.value.text, engine: 'ollama', sources };
        }
        shown = true;
        yield next.value;
      }
    } catch (error) {
      signal?.throwIfAborted();
      const failure = error instanceof GenerationError ? error : new GenerationError('error', String(error));
      parts.onFallback(failure.reason, failure.message);
      if (shown) yield `\n\n${PHRASES[language].interrupted}\n\n`;
    }
  }
  const text = extractFrom(parts.documents, read, input);
  yield* splitParagraphs(text);
  return { text, engine: 'extractive', sources: toSource(read.slice(0, 1)) };
}

function listReadable(
  documents: readonly KnowledgeDocument[],
  { hits, language }: ComposeInput,
): KnowledgeDocument[] {
  const [first] = hits;
  return hits
    .filter(({ score }) => score >= MIN_PASSAGE_SCORE * (first?.score ?? 1))
    .slice(0, MAX_PASSAGES)
    .flatMap(({ topic }) => findTopicDocument(documents, topic, language) ?? []);
}

function extractFrom(
  documents: readonly KnowledgeDocument[],
  read: readonly KnowledgeDocument[],
  input: ComposeInput,
): string {
  const [document] = read;
  if (!document) return PHRASES[input.language].notFound;
  return extractAnswer({
    question: input.question,
    document,
    documents: documents.filter(({ lang }) => lang === document.lang),
    alternatives: read.slice(1).map(({ id }) => id),
    followUp: input.followUp,
    earlierText: input.followUp ? input.turns.map(({ bot_response }) => bot_response).join('\n') : '',
  });
}

function toPassage({ id, title, sections }: KnowledgeDocument): PromptPassage {
  return {
    id,
    title,
    text: sections.map(({ heading, blocks }) => `${heading}\n${blocks.join('\n')}`).join('\n'),
  };
}

function toSource(documents: readonly KnowledgeDocument[]): { id: string; title: string }[] {
  return documents.map(({ id, title }) => ({ id, title }));
}

/** Splits a text into pieces for the stream. */
export function* splitParagraphs(text: string): Iterable<string> {
  yield* text.split(/(?<=\n\n)/);
}
