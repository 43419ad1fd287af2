import type { CompiledPolicies } from '../text/policies.ts';
import type { ChatAnswer, IntentType } from './chat-engine-types.ts';
import type { MessageAnalysis } from './intent.ts';
import type { KnowledgeDocument } from './knowledge.ts';
import type { PromptPassage } from './prompt.ts';
import type { Search } from './search.ts';

/** Rephrases what explains in an answer; null when the composed text stays. Throws only when the caller disconnects. */
export interface Reviser {
  revise(input: RevisionInput): Promise<string | null>;
}
export interface RevisionInput {
  question: string;
  language: MessageAnalysis['language'];
  lead: string;
  passages: readonly PromptPassage[];
  policies: CompiledPolicies;
  ms: number | undefined;
  signal: AbortSignal | undefined;
}

export interface AnswerDeps {
  documents: readonly KnowledgeDocument[];
  search: Search;
  policies(): CompiledPolicies;
  /** null without a language model */
  reviser: Reviser | null;
}

export type DraftAnswer = Partial<Pick<ChatAnswer, 'analysis_result' | 'sources' | 'engine' | 'topic_id'>> & {
  text: string;
  /** what a language model may rephrase; the text begins with its lead */
  revisable?: { lead: string; passages: readonly PromptPassage[] } | undefined;
};
export type AnswerChunk = { intent: IntentType } | { text: string };
