import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { load } from 'js-yaml';
import type { Language } from '../text/language.ts';

export type SectionKind = 'what' | 'see' | 'do' | 'after' | 'not' | 'call';

export interface Section {
  kind: SectionKind;
  heading: string;
  /** Paragraphs in order. A list is one block whose lines start with `1. ` or `- `. */
  blocks: string[];
}

/** One topic in one language, from its Markdown file. */
export interface KnowledgeDocument {
  id: string;
  lang: Language;
  title: string;
  aliases: string[];
  keywords: string[];
  /** Whether readers have probably become victims: the steps come before the explanation then. */
  incident: boolean;
  related: string[];
  sources: string[];
  /** ISO date of the last review. */
  reviewed: string;
  sections: Section[];
}

export interface Knowledge {
  documents: KnowledgeDocument[];
  /** SHA-256 (hex) over all files, in the order of their names. */
  hash: string;
  /** Files that were skipped, and why. */
  problems: { file: string; problem: string }[];
}

export const HEADINGS: Record<Language, Record<string, SectionKind>> = {
  en: {
    'What it is': 'what',
    'How to see it': 'see',
    'What to do now': 'do',
    'What to do after': 'after',
    'What not to do': 'not',
    'Whom to call': 'call',
  },
  ko: {
    무엇인가: 'what',
    '어떻게 알아보나': 'see',
    '지금 할 일': 'do',
    '그다음 할 일': 'after',
    '하지 말아야 할 일': 'not',
    '어디에 연락하나': 'call',
  },
};

/** Reads every `<id>.<ko|en>.md` of a folder. Invalid files are skipped and listed in `problems`. */
export async function loadKnowledge(folder: string): Promise<Knowledge> {
  const files = (await readdir(folder)).filter((file) => /\.(?:ko|en)\.md$/.test(file)).sort();
  const hash = createHash('sha256');
  const documents: KnowledgeDocument[] = [];
  const problems: Knowledge['problems'] = [];
  for (const file of files) {
    const text = await readFile(join(folder, file), 'utf8');
    hash.update(file).update('\0').update(text).update('\0');
    try {
      documents.push(parseDocument(text, file));
    } catch (error) {
      problems.push({ file, problem: error instanceof Error ? error.message : String(error) });
    }
  }
  return { documents, hash: hash.digest('hex'), problems };
}

/** Parses one document. Throws an error with a sentence when its form is wrong. */
export function parseDocument(text: string, file: string): KnowledgeDocument {
  const [, id, lang] = /^(.+)\.(ko|en)\.md$/.exec(file) ?? [];
  const parts = /^---\n([\s\S]*?)\n---\n([\s\S]*)$/.exec(text.replace(/\r\n/g, '\n'));
  if (!id || !lang || !parts) throw new Error('It has no front matter, or its name is not <id>.<ko|en>.md');
  const front = (load(parts[1]!) ?? {}) as Record<string, unknown>;
  if (front.id !== id || front.lang !== lang) throw new Error('Its id or language is not that of its name');
  if (typeof front.title !== 'string') throw new Error('It has no title');
  const sections = readSections(parts[2]!, lang as Language);
  if (!sections.some(({ kind }) => kind === 'what')) throw new Error('It does not say what its topic is');
  return {
    id,
    lang: lang as Language,
    title: front.title,
    aliases: strings(front.aliases),
    keywords: strings(front.keywords),
    incident: front.incident === true,
    related: strings(front.related),
    sources: strings(front.sources),
    reviewed:
      front.reviewed instanceof Date
        ? front.reviewed.toISOString().slice(0, 10)
        : String(front.reviewed ?? ''),
    sections,
  };
}

function readSections(body: string, lang: Language): Section[] {
  return body
    .split(/^## /m)
    .slice(1)
    .map((part) => {
      const [heading = '', ...lines] = part.split('\n');
      const kind = HEADINGS[lang][heading.trim()];
      if (!kind) throw new Error(`It has a section it should not have: ${heading.trim()}`);
      const blocks = lines
        .join('\n')
        .split(/\n{2,}/)
        .map((block) => block.trim());
      return { kind, heading: heading.trim(), blocks: blocks.filter(Boolean) };
    });
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
