import type { Language } from '../text/language.ts';
import type { KnowledgeDocument, Section, SectionKind } from './knowledge.ts';
import { OUT_OF_SCOPE_EXAMPLES } from './out-of-scope-examples.ts';

/**
 * A text with a vector: a section of a document with its title, a phrase that people use for the topic, or
 * (`elsewhere`, without a document) a subject outside the knowledge base.
 */
export interface Passage {
  /** index of its document, -1 for `elsewhere` */
  document: number;
  topic: string;
  lang: Language;
  kind: 'phrase' | 'elsewhere' | SectionKind;
  text: string;
}

/**
 * What to do after and what not to do are alike for many topics: they would only blur the search.
 */
export function isSearched({ kind }: Section): boolean {
  return kind !== 'after' && kind !== 'not';
}

/** The passages of all documents, in a fixed order: for each its sections, then title, aliases and keywords. */
export function splitPassages(documents: readonly KnowledgeDocument[]): Passage[] {
  const ours = documents.flatMap((item, document) => {
    const common = { document, topic: item.id, lang: item.lang };
    const sections = item.sections.filter(isSearched).map(({ kind, blocks }) => ({
      ...common,
      kind,
      text: `${item.title}. ${blocks.join(' ')}`,
    }));
    const phrases = [item.title, ...item.aliases, ...item.keywords].map((text) => ({
      ...common,
      kind: 'phrase' as const,
      text,
    }));
    return [...sections, ...phrases];
  });
  const others = (['ko', 'en'] as const).flatMap((lang) =>
    OUT_OF_SCOPE_EXAMPLES[lang].map((text) => ({
      document: -1,
      topic: '',
      lang,
      kind: 'elsewhere' as const,
      text,
    })),
  );
  return [...ours, ...others];
}
