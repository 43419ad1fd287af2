import type { Language } from '../text/language.ts';
import type { KnowledgeDocument, SectionKind } from './knowledge.ts';
import { OUT_OF_SCOPE_EXAMPLES } from './out-of-scope-examples.ts';

/**
 * What is embedded: a section of a document under its title, one of the phrases people would use for it, or
 * (`elsewhere`, with no document) a subject that the knowledge base is not about.
 */
export interface Passage {
  /** index of its document, -1 for `elsewhere` */
  document: number;
  topic: string;
  lang: Language;
  kind: 'phrase' | 'elsewhere' | SectionKind;
  text: string;
}

/** The passages of all documents, in a fixed order: of each its sections, then title, aliases and keywords one by one. */
export function splitPassages(documents: readonly KnowledgeDocument[]): Passage[] {
  const ours = documents.flatMap((item, document) => {
    const common = { document, topic: item.id, lang: item.lang };
    const sections = item.sections.map(({ kind, blocks }) => ({
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
