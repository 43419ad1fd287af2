import type { Embedder } from '../text/embed.ts';
import type { Language } from '../text/language.ts';
import type { KnowledgeDocument } from './knowledge.ts';
import { buildLexicalIndex, type Terms, toTerms } from './lexical.ts';
import type { Passage } from './passages.ts';
import { expandTerms } from './synonyms.ts';
import type { VectorHit, VectorIndex } from './vectors.ts';
import { scoreSecurityWords } from './vocabulary.ts';

export interface TopicHit {
  topic: string;
  /** 0–1, relative to the best topic of this question */
  score: number;
}

/**
 * Features of the decision whether a question is in scope. They do not depend on the question's length or on the
 * embedder.
 */
export interface GateFeatures {
  /** BM25 of the best topic */
  bm25: number;
  /** cosine of the nearest passage */
  cosine: number;
  /** difference to the nearest out-of-scope subject */
  margin: number;
  /** security words in the question, see vocabulary.ts */
  words: number;
}

export interface SearchResult {
  /** best first, at most ten */
  hits: TopicHit[];
  /** 0–1: probability that the knowledge base covers this question */
  scope: number;
  inScope: boolean;
  features: GateFeatures;
}

export interface Search {
  find(question: string, language: Language): Promise<SearchResult>;
}

/**
 * Half vectors, half text. Of the text, a third is from the phrases that people use and the rest from the documents.
 */
const VECTOR_SHARE = 0.5;
const PHRASE_SHARE = 0.35;
/** A passage in the other language counts less, since cosines across languages are less reliable. */
const OTHER_LANGUAGE = 0.9;
const NEAREST_PASSAGES = 600;

/** Frequency weights of words in the title, aliases, keywords and body. */
const FIELD_WEIGHTS = { title: 3, aliases: 2, keywords: 2, body: 1 };

/** Logistic regressions on the development questions and tests/eval/out-of-scope.txt: with vectors, and without. */
const GATE = { bias: -4.9, bm25: 0.047, cosine: 2.5, margin: 8.4, words: 3.3 };
const TEXT_GATE = { bias: -11.2, logBm25: 2.95, words: 7.7 };
export const IN_SCOPE = 0.5;

/** The vector search; null while the index is being built or when it is not available. */
export interface VectorSide {
  embedder: Embedder;
  index: VectorIndex;
}

/**
 * Search over the knowledge base. Text and vector scores are divided by their best, added, and ranked by topic.
 * Without vectors only the text search is used.
 */
export function buildSearch(
  documents: readonly KnowledgeDocument[],
  passages: readonly Passage[],
  vectors: () => VectorSide | null,
): Search {
  const phrases = passages.filter(({ kind }) => kind === 'phrase');
  const documentIndex = buildLexicalIndex(documents.map(documentTerms));
  const phraseIndex = buildLexicalIndex(
    phrases.map(({ text }) => toTerms(text)),
    1.2,
    0.5,
  );
  return {
    async find(question, language) {
      const query = expandTerms(question);
      const documentScores = documentIndex.scores(query);
      const text = blend(
        findBest(documents, documentScores, ({ id }) => id),
        findBest(phrases, phraseIndex.scores(query), ({ topic }) => topic),
        PHRASE_SHARE,
      );
      const nearest = await findNearest(vectors(), passages, question, language);
      const scores = nearest ? blend(text, nearest.byTopic, VECTOR_SHARE) : text;
      const hits = [...scores].sort((a, b) => b[1] - a[1]).slice(0, 10);
      const leader = argmax(documentScores);
      const features: GateFeatures = {
        bm25: leader < 0 ? 0 : documentScores[leader]!,
        cosine: nearest?.cosine ?? 0,
        margin: nearest?.margin ?? 0,
        words: scoreSecurityWords(question),
      };
      const scope = sigmoid(nearest ? searchWithVectors(features) : searchTextOnly(features));
      return {
        hits: hits.map(([topic, score]) => ({ topic, score })),
        scope,
        inScope: scope >= IN_SCOPE,
        features,
      };
    },
  };
}

function documentTerms(document: KnowledgeDocument): Terms {
  const terms: Terms = new Map();
  const add = (text: string, weight: number): void => {
    for (const [term, count] of toTerms(text)) terms.set(term, (terms.get(term) ?? 0) + count * weight);
  };
  add(document.title, FIELD_WEIGHTS.title);
  for (const alias of document.aliases) add(alias, FIELD_WEIGHTS.aliases);
  for (const keyword of document.keywords) add(keyword, FIELD_WEIGHTS.keywords);
  for (const { blocks } of document.sections) add(blocks.join('\n'), FIELD_WEIGHTS.body);
  return terms;
}

/** The best score of each topic. */
function findBest<T>(
  items: readonly T[],
  scores: ArrayLike<number>,
  topic: (item: T) => string,
): Map<string, number> {
  const byTopic = new Map<string, number>();
  for (const [i, item] of items.entries())
    if (scores[i]! > (byTopic.get(topic(item)) ?? 0)) byTopic.set(topic(item), scores[i]!);
  return byTopic;
}

/** `(1 − share)·a + share·b`, each divided by its maximum. */
function blend(a: Map<string, number>, b: Map<string, number>, share: number): Map<string, number> {
  const blended = new Map<string, number>();
  for (const [scores, weight] of [
    [a, 1 - share],
    [b, share],
  ] as const) {
    const highest = Math.max(...scores.values(), 1e-9);
    for (const [topic, score] of scores)
      blended.set(topic, (blended.get(topic) ?? 0) + (weight * score) / highest);
  }
  return blended;
}

async function findNearest(
  vectors: VectorSide | null,
  passages: readonly Passage[],
  question: string,
  language: Language,
): Promise<{ byTopic: Map<string, number>; cosine: number; margin: number } | null> {
  if (!vectors) return null;
  let nearest: VectorHit[];
  try {
    const [vector] = await vectors.embedder.embed([question], 'query');
    nearest = await vectors.index.nearest(vector!, NEAREST_PASSAGES);
  } catch {
    // When the model fails for one question, only the text search answers it.
    return null;
  }
  const inScopeHits = nearest.filter(({ passage }) => passages[passage]!.document >= 0);
  const outOfScopeHit = nearest.find(({ passage }) => passages[passage]!.document < 0);
  const byTopic = findBest(
    inScopeHits,
    inScopeHits.map(
      ({ passage, cosine }) => cosine * (passages[passage]!.lang === language ? 1 : OTHER_LANGUAGE),
    ),
    ({ passage }) => passages[passage]!.topic,
  );
  const cosine = inScopeHits[0]?.cosine ?? 0;
  return { byTopic, cosine, margin: cosine - (outOfScopeHit?.cosine ?? 0) };
}

function searchWithVectors({ bm25, cosine, margin, words }: GateFeatures): number {
  return GATE.bias + GATE.bm25 * bm25 + GATE.cosine * cosine + GATE.margin * margin + GATE.words * words;
}

function searchTextOnly({ bm25, words }: GateFeatures): number {
  return TEXT_GATE.bias + TEXT_GATE.logBm25 * Math.log1p(bm25) + TEXT_GATE.words * words;
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function argmax(values: ArrayLike<number>): number {
  let best = -1;
  for (let i = 0; i < values.length; i++) if (values[i]! > (best < 0 ? 0 : values[best]!)) best = i;
  return best;
}
