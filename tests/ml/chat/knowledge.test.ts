import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadKnowledge, parseDocument } from '../../../ml/chat/knowledge.ts';
import { detectLanguage } from '../../../ml/text/language.ts';
import { KNOWLEDGE } from './engine.ts';

const TOPICS = readFileSync(new URL('./fixtures/topics.txt', import.meta.url), 'utf8')
  .trim()
  .split('\n');
const { documents, problems } = await loadKnowledge(KNOWLEDGE);

const bodyOf = (document: (typeof documents)[number]) =>
  document.sections.flatMap(({ blocks }) => blocks).join('\n');

test('every topic is there in both languages, and nothing else', () => {
  expect(problems).toEqual([]);
  for (const lang of ['ko', 'en'] as const) {
    const ids = documents.filter((document) => document.lang === lang).map(({ id }) => id);
    expect(ids.sort()).toEqual([...TOPICS].sort());
  }
});

test('every document has its parts, in order, in its own language', () => {
  for (const document of documents) {
    const kinds = document.sections.map(({ kind }) => kind).join(' ');
    expect([document.id, kinds]).toEqual([
      document.id,
      expect.stringMatching(/^what see do after not call$/),
    ]);
    expect([document.id, detectLanguage(bodyOf(document))]).toEqual([document.id, document.lang]);
  }
});

test('every document has 100 to 450 words', () => {
  for (const document of documents) {
    const words = bodyOf(document).split(/\s+/).length;
    expect([document.id, document.lang, words >= 100 && words <= 450 ? 'fits' : words]).toEqual([
      document.id,
      document.lang,
      'fits',
    ]);
  }
});

test('every document names its sources, what people call its topic, and the day it was reviewed', () => {
  for (const { id, title, aliases, keywords, sources, reviewed } of documents) {
    expect(title.length).toBeGreaterThan(1);
    expect([id, sources.length > 0, aliases.length > 2, keywords.length > 4]).toEqual([id, true, true, true]);
    expect(reviewed).toMatch(/^20\d\d-\d\d-\d\d$/);
    expect(sources.join(' ')).not.toMatch(/https?:\/\//);
  }
});

test('related topics exist, are others, and are the same in both languages', () => {
  for (const { id, related, lang } of documents) {
    expect([id, related.length > 0]).toEqual([id, true]);
    for (const other of related) {
      expect(TOPICS).toContain(other);
      expect(other).not.toBe(id);
    }
    const twin = documents.find((document) => document.id === id && document.lang !== lang);
    expect([id, twin?.related]).toEqual([id, related]);
  }
});

test('what follows an incident is steps, in a numbered list', () => {
  for (const { id, incident, sections } of documents) {
    if (!incident) continue;
    const steps = sections.find(({ kind }) => kind === 'do')?.blocks ?? [];
    expect([id, steps.some((block) => block.startsWith('1. '))]).toEqual([id, true]);
  }
});

test('a document whose form is wrong is refused with a sentence', () => {
  const front = '---\nid: a\nlang: en\ntitle: A\n---\n';
  expect(() => parseDocument('no front matter', 'a.en.md')).toThrow(/front matter/);
  expect(() => parseDocument(`${front}## What it is\nA.`, 'b.en.md')).toThrow(/not that of its name/);
  expect(() => parseDocument(`${front}## History\nA.`, 'a.en.md')).toThrow(/should not have: History/);
  expect(() => parseDocument(`${front}`, 'a.en.md')).toThrow(/does not say what/);
});
