import type { Language } from '../text/language.ts';
import type { KnowledgeDocument, SectionKind } from './knowledge.ts';

/** What is embedded: a section of a document under its title, or one of the phrases people would use for it. */
export interface Passage {
  /** index of its document */
  document: number;
  topic: string;
  lang: Language;
  kind: 'phrase' | SectionKind;
  text: string;
}

/** The passages of all documents, in a fixed order: sections first, then title, aliases and keywords one by one. */
export function passagesOf(documents: readonly KnowledgeDocument[]): Passage[] {
  return documents.flatMap((item, document) => {
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
}
