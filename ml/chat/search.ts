import type { Embedder } from '../text/embed.ts';
import type { Language } from '../text/language.ts';
import type { KnowledgeDocument } from './knowledge.ts';
import type { Passage } from './passages.ts';
import weights from './search-weights.json' with { type: 'json' };
import {
  buildMatcher,
  type Coverage,
  type Match,
  TOPIC_FEATURES,
  type TopicFeatures,
} from './topic-features.ts';
import type { VectorIndex } from './vectors.ts';
import { scoreSecurityWords } from './vocabulary.ts';

export interface TopicHit {
  topic: string;
  /** 0–1: how probable it is beside the best topic of this question, which has 1 */
  score: number;
}

/** What the decision is made from whether a question is in scope. */
export interface GateFeatures extends Coverage {
  /** security words in the question, see vocabulary.ts */
  words: number;
}

export interface SearchResult {
  /** best first, at most ten */
  hits: TopicHit[];
  /** 0–1: probability that the knowledge base covers this question */
  scope: number;
  inScope: boolean;
  /** all that the weights are fitted on, see ml/training/chat */
  match: Match;
}

export interface Search {
  find(question: string, language: Language): Promise<SearchResult>;
}

export const IN_SCOPE = 0.5;

/** The vector search; null while the index is being built or when it is not available. */
export interface VectorSide {
  embedder: Embedder;
  index: VectorIndex;
}

/**
 * Search over the knowledge base. The scores of a topic are added with weights that `npm run fit:chat` finds by
 * cross-validation; there are others for the time without vectors.
 */
export function buildSearch(
  documents: readonly KnowledgeDocument[],
  passages: readonly Passage[],
  vectors: () => VectorSide | null,
): Search {
  const match = buildMatcher(documents, passages);
  return {
    async find(question, language) {
      const cosines = await findCosines(vectors(), question);
      const found = match(question, language, cosines);
      const { rank, gate } = cosines ? weights.vectors : weights.text;
      const scored = [...found.topics].map(([topic, features]) => ({
        topic,
        logit: rankTopic(features, rank),
      }));
      scored.sort((a, b) => b.logit - a.logit);
      const best = scored[0]?.logit ?? 0;
      const scope = toScope({ ...found.coverage, words: scoreSecurityWords(question) }, gate);
      return {
        hits: scored.slice(0, 10).map(({ topic, logit }) => ({ topic, score: Math.exp(logit - best) })),
        scope,
        inScope: scope >= IN_SCOPE,
        match: found,
      };
    },
  };
}

export function rankTopic(features: TopicFeatures, rank: Record<keyof TopicFeatures, number>): number {
  return TOPIC_FEATURES.reduce((sum, name) => sum + rank[name] * features[name], 0);
}

function toScope(features: GateFeatures, gate: Record<keyof GateFeatures | 'bias', number>): number {
  const names = Object.keys(features) as (keyof GateFeatures)[];
  const logit = names.reduce((sum, name) => sum + gate[name] * features[name], gate.bias);
  return 1 / (1 + Math.exp(-logit));
}

/** When the model fails for one question, only the text search answers it. */
async function findCosines(side: VectorSide | null, question: string): Promise<Float32Array | null> {
  if (!side) return null;
  try {
    const [vector] = await side.embedder.embed([question], 'query');
    return side.index.cosines(vector!);
  } catch {
    return null;
  }
}
