import type { Language } from '../text/language.ts';
import { toLetterTerms } from './jamo.ts';
import type { KnowledgeDocument } from './knowledge.ts';
import { buildLexicalIndex, type Terms, toTerms } from './lexical.ts';
import type { Passage } from './passages.ts';
import { expandTerms } from './synonyms.ts';

/** How well a topic fits a question. Cosines are 0 without vectors; scores of text are divided by the best one's. */
export interface TopicFeatures {
  /** cosine of the nearest section, in the question's language */
  section: number;
  /** cosine of the nearest phrase that people use */
  phrase: number;
  /** mean cosine of the three nearest phrases */
  phrases: number;
  /** cosine of the nearest passage in the other language */
  other: number;
  /** BM25 of the document */
  document_words: number;
  /** BM25 of the best phrase */
  phrase_words: number;
  /** BM25 of the best phrase by letters, which forgives mistakes */
  phrase_letters: number;
}
export const TOPIC_FEATURES = [
  'section',
  'phrase',
  'phrases',
  'other',
  'document_words',
  'phrase_words',
  'phrase_letters',
] as const satisfies readonly (keyof TopicFeatures)[];

/** Features of the question by itself, for the decision whether the knowledge covers it. */
export interface Coverage {
  /** cosine of the nearest passage */
  cosine: number;
  /** how much nearer that is than the nearest subject outside the knowledge */
  margin: number;
  /** share of the question's words, weighted by rarity, that the best document has */
  document_words: number;
  /** the same for the best phrase */
  phrase_words: number;
  /** the same for the best phrase, by letters */
  phrase_letters: number;
}

export interface Match {
  topics: Map<string, TopicFeatures>;
  coverage: Coverage;
}

/** Frequency weights of words in the title, aliases, keywords and body. */
const FIELD_WEIGHTS = { title: 3, aliases: 2, keywords: 2, body: 1 };

/** Compares questions with all topics. `cosines` are those of the passages, or null without vectors. */
export function buildMatcher(documents: readonly KnowledgeDocument[], passages: readonly Passage[]) {
  const phrases = passages.filter(({ kind }) => kind === 'phrase');
  const documentIndex = buildLexicalIndex(documents.map(documentTerms));
  const phraseIndex = buildLexicalIndex(
    phrases.map(({ text }) => toTerms(text)),
    1.2,
    0.5,
  );
  const letterIndex = buildLexicalIndex(
    phrases.map(({ text }) => toLetterTerms(text)),
    1.2,
    0.5,
  );
  const topicOf = ({ topic }: Passage): string => topic;
  const ids = [...new Set(documents.map(({ id }) => id))];
  return (question: string, language: Language, cosines: Float32Array | null): Match => {
    const words = expandTerms(question);
    const letters = toLetterTerms(question);
    const byDocument = findBest(documents, documentIndex.scores(words), ({ id }) => id);
    const byPhrase = findBest(phrases, phraseIndex.scores(words), topicOf);
    const byLetters = findBest(phrases, letterIndex.scores(letters), topicOf);
    const near = findNearest(passages, language, cosines);
    const topics = new Map<string, TopicFeatures>();
    for (const id of ids)
      topics.set(id, {
        ...(near.byTopic.get(id) ?? { section: 0, phrase: 0, phrases: 0, other: 0 }),
        document_words: (byDocument.scores.get(id) ?? 0) / byDocument.best,
        phrase_words: (byPhrase.scores.get(id) ?? 0) / byPhrase.best,
        phrase_letters: (byLetters.scores.get(id) ?? 0) / byLetters.best,
      });
    const coverage: Coverage = {
      cosine: near.cosine,
      margin: near.margin,
      document_words: byDocument.best / (documentIndex.ceiling(words) + 1),
      phrase_words: byPhrase.best / (phraseIndex.ceiling(words) + 1),
      phrase_letters: byLetters.best / (letterIndex.ceiling(letters) + 1),
    };
    return { topics, coverage };
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

/** The best score of each topic, and of all. */
function findBest<T>(items: readonly T[], scores: ArrayLike<number>, topic: (item: T) => string) {
  const byTopic = new Map<string, number>();
  let best = 1e-9;
  for (let i = 0; i < items.length; i++) {
    const score = scores[i]!;
    if (score <= 0) continue;
    const id = topic(items[i]!);
    if (score > (byTopic.get(id) ?? 0)) byTopic.set(id, score);
    if (score > best) best = score;
  }
  return { scores: byTopic, best };
}

interface Nearness {
  section: number;
  phrase: number;
  phrases: number;
  other: number;
}

function findNearest(passages: readonly Passage[], language: Language, cosines: Float32Array | null) {
  const byTopic = new Map<string, Nearness>();
  if (!cosines) return { byTopic, cosine: 0, margin: 0 };
  const bestPhrases = new Map<string, [number, number, number]>();
  let [cosine, outside] = [-1, -1];
  for (const [i, { document, topic, kind, lang }] of passages.entries()) {
    const value = cosines[i]!;
    if (document < 0) {
      outside = Math.max(outside, value);
      continue;
    }
    cosine = Math.max(cosine, value);
    const near = byTopic.get(topic) ?? { section: -1, phrase: -1, phrases: 0, other: -1 };
    byTopic.set(topic, near);
    if (lang !== language) near.other = Math.max(near.other, value);
    else if (kind === 'phrase') keepBest(bestPhrases, topic, value);
    else near.section = Math.max(near.section, value);
  }
  for (const [topic, [first, second, third]] of bestPhrases) {
    const near = byTopic.get(topic)!;
    near.phrase = first;
    near.phrases = (first + second + third) / 3;
  }
  for (const near of byTopic.values()) {
    // A topic that is in one language only.
    if (near.section < 0) near.section = near.other;
    if (near.phrase < 0) [near.phrase, near.phrases] = [near.other, near.other];
    if (near.other < 0) near.other = near.section;
  }
  return { byTopic, cosine, margin: cosine - Math.max(outside, 0) };
}

function keepBest(best: Map<string, [number, number, number]>, topic: string, value: number): void {
  const top = best.get(topic);
  if (!top) best.set(topic, [value, value, value]);
  else if (value > top[0]) best.set(topic, [value, top[0], top[1]]);
  else if (value > top[1]) best.set(topic, [top[0], value, top[1]]);
  else if (value > top[2]) best.set(topic, [top[0], top[1], value]);
}
