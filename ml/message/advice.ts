/** What to do about a kind of fraud: the steps of its page in the knowledge base. */

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDocument } from '../chat/knowledge.ts';
import type { Language } from '../text/language.ts';

export interface Advice {
  topic_id: string;
  title: string;
  steps: string[];
}

export interface AdviceSource {
  /** The page of a topic (`smishing`) in a language; null when there is none. */
  find(topic_id: string, language: Language): Promise<Advice | null>;
}

/** Reads pages of a folder of the knowledge base when they are first needed, and keeps them. */
export function openAdvice(knowledgeDir: string): AdviceSource {
  const pages = new Map<string, Promise<Advice | null>>();
  return {
    find(topic_id, language) {
      const file = `${topic_id}.${language}.md`;
      const page = pages.get(file) ?? readAdvice(knowledgeDir, topic_id, file);
      pages.set(file, page);
      return page;
    },
  };
}

async function readAdvice(folder: string, topic_id: string, file: string): Promise<Advice | null> {
  const text = await readFile(join(folder, file), 'utf8').catch(() => null);
  if (text === null) return null;
  const { title, sections } = parseDocument(text, file);
  const blocks = sections.find(({ kind }) => kind === 'do')?.blocks ?? [];
  const lines = blocks.flatMap((block) => block.split('\n'));
  const steps = lines.filter((line) => /^\d+\. /.test(line)).map((line) => line.replace(/^\d+\. /, ''));
  return { topic_id, title, steps };
}
