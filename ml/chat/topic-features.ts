import type { Language } from '../text/language.ts';
import { toLetterTerms } from './jamo.ts';
import type { KnowledgeDocument } from './knowledge.ts';
import { buildLexicalIndex, type Terms, toTerms } from './lexical.ts';
import { isSearched, type Passage } from './passages.ts';
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
  const table = toPassageTable(passages, ids);
  return (question: string, language: Language, cosines: Float32Array | null): Match => {
    const words = expandTerms(question);
    const letters = toLetterTerms(question);
    const byDocument = findBest(documents, documentIndex.scores(words), ({ id }) => id);
    const byPhrase = findBest(phrases, phraseIndex.scores(words), topicOf);
    const byLetters = findBest(phrases, letterIndex.scores(letters), topicOf);
    const near = cosines ? findNearest(table, ids.length, language, cosines) : null;
    const topics = new Map<string, TopicFeatures>();
    for (const [i, id] of ids.entries())
      topics.set(id, {
        ...(near?.features[i] ?? WITHOUT_VECTORS),
        document_words: (byDocument.scores.get(id) ?? 0) / byDocument.best,
        phrase_words: (byPhrase.scores.get(id) ?? 0) / byPhrase.best,
        phrase_letters: (byLetters.scores.get(id) ?? 0) / byLetters.best,
      });
    const coverage: Coverage = {
      cosine: near?.cosine ?? 0,
      margin: near?.margin ?? 0,
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
  for (const { blocks } of document.sections.filter(isSearched)) add(blocks.join('\n'), FIELD_WEIGHTS.body);
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

/** What a passage counts for, by its number, so that a search need not look it up. */
interface PassageTable {
  /** number of its topic, -1 for a subject outside the knowledge */
  topics: Int16Array;
  isPhrase: Uint8Array;
  isKorean: Uint8Array;
}

function toPassageTable(passages: readonly Passage[], ids: readonly string[]): PassageTable {
  const numbers = new Map(ids.map((id, i) => [id, i]));
  return {
    topics: Int16Array.from(passages, ({ document, topic }) => (document < 0 ? -1 : numbers.get(topic)!)),
    isPhrase: Uint8Array.from(passages, ({ kind }) => Number(kind === 'phrase')),
    isKorean: Uint8Array.from(passages, ({ lang }) => Number(lang === 'ko')),
  };
}

/** The cosines of each topic, in the order of `ids`; a topic that is in one language only has the other one's. */
function findNearest(
  { topics, isPhrase, isKorean }: PassageTable,
  count: number,
  language: Language,
  cosines: Float32Array,
) {
  const none = () => new Float32Array(count).fill(-1);
  const [section, other, first, second, third] = [none(), none(), none(), none(), none()];
  const korean = Number(language === 'ko');
  let [cosine, outside] = [-1, -1];
  for (let i = 0; i < topics.length; i++) {
    const [value, topic] = [cosines[i]!, topics[i]!];
    if (topic < 0) {
      if (value > outside) outside = value;
      continue;
    }
    if (value > cosine) cosine = value;
    if (isKorean[i] !== korean) {
      if (value > other[topic]!) other[topic] = value;
    } else if (isPhrase[i] === 0) {
      if (value > section[topic]!) section[topic] = value;
    } else if (value > third[topic]!) {
      third[topic] = value;
      if (value > second[topic]!) [second[topic], third[topic]] = [value, second[topic]!];
      if (value > first[topic]!) [first[topic], second[topic]] = [value, first[topic]!];
    }
  }
  const features = Array.from({ length: count }, (_, i) => {
    const phrase = first[i]! < 0 ? other[i]! : first[i]!;
    const rest = (value: number) => (value < 0 ? phrase : value);
    return {
      section: section[i]! < 0 ? other[i]! : section[i]!,
      phrase,
      phrases: (phrase + rest(second[i]!) + rest(third[i]!)) / 3,
      other: other[i]! < 0 ? section[i]! : other[i]!,
    };
  });
  return { features, cosine, margin: cosine - Math.max(outside, 0) };
}

const WITHOUT_VECTORS = { section: 0, phrase: 0, phrases: 0, other: 0 };
