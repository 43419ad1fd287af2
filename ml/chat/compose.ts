import type { Language } from '../text/language.ts';
import type { AnswerSource, ChatTurn } from './chat-engine-types.ts';
import type { FollowUp } from './dialogue.ts';
import { extractAnswer, findTopicDocument, type RequestedSection } from './extract.ts';
import type { KnowledgeDocument } from './knowledge.ts';
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
  section?: RequestedSection | undefined;
  isPart?: boolean | undefined;
}

export interface ComposedAnswer {
  /** what explains; a language model may rephrase it */
  lead: string;
  rest: string;
  sources: AnswerSource[];
  topic: string | null;
  /** what a language model may read, best first */
  passages: PromptPassage[];
}

const MAX_PASSAGES = 2;
/** Topics that are much less probable than the best only distract. */
const MIN_ALTERNATIVE = 0.15;
const PASSAGE_CHARACTERS = 400;

/** The answer to a question about a known topic, from its best document. */
export function composeAnswer(documents: readonly KnowledgeDocument[], input: ComposeInput): ComposedAnswer {
  const readable = input.hits
    .filter(({ score }) => score >= MIN_ALTERNATIVE)
    .flatMap(({ topic }) => findTopicDocument(documents, topic, input.language) ?? []);
  const [document] = readable;
  if (!document)
    return { lead: PHRASES[input.language].notFound, rest: '', sources: [], topic: null, passages: [] };
  const { lead, rest, passage } = extractAnswer({
    question: input.question,
    document,
    documents: documents.filter(({ lang }) => lang === document.lang),
    alternatives: readable.slice(1, 3).map(({ id }) => id),
    followUp: input.followUp,
    section: input.section,
    earlierText: input.followUp ? input.turns.map(({ bot_response }) => bot_response).join('\n') : '',
    isPart: input.isPart ?? false,
  });
  return {
    lead: input.followUp === 'affected' ? PHRASES[document.lang].affected : lead,
    rest,
    sources: [toSource(document, passage)],
    topic: document.id,
    passages: readable.slice(0, MAX_PASSAGES).map(toPassage),
  };
}

export function toSource({ id, title }: KnowledgeDocument, passage: string): AnswerSource {
  const text = passage.length > PASSAGE_CHARACTERS ? `${passage.slice(0, PASSAGE_CHARACTERS - 1)}…` : passage;
  return { id, title, passage: text };
}

/** What explains: steps and contacts stay as they are in the composed answer. */
function toPassage({ id, title, sections }: KnowledgeDocument): PromptPassage {
  const text = sections
    .filter(({ kind }) => kind === 'what' || kind === 'see')
    .map(({ blocks }) => blocks.join('\n'))
    .join('\n');
  return { id, title, text };
}

export function joinParts(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join('\n\n');
}

/** Splits a text into pieces for the stream. */
export function* splitParagraphs(text: string): Iterable<string> {
  yield* text.split(/(?<=\n\n)/);
}
