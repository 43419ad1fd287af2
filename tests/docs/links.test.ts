import { existsSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../server/process/env.ts';
import { type Document, listCodeSpans, listDocuments, readDocument } from './documents.ts';

const documents = listDocuments();

/** Files that a recipe has the reader make. */
const EXAMPLES = ['routers/safety/scan/bookmark.ts'];
const FOLDERS = /^(?:server|routers|db|drizzle|ml|tests|clients|docs|bin|examples|\.ci)\/[\w./-]*$/;

/** The anchors that GitHub makes of a document's headings. */
function listAnchors({ text }: Document): string[] {
  return [...text.replace(/^```.*?^```/gms, '').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  );
}

/** The table of docs/operations.md names tests without their folder. */
function isMissing(name: string): boolean {
  return ![name, `tests/${name}`].some((file) => existsSync(resolveInPackage(file)));
}

function isBroken(from: Document, link: string): boolean {
  const [file = '', anchor] = link.split('#');
  const target = file === '' ? from.path : path.join(path.dirname(from.path), file);
  if (!existsSync(resolveInPackage(target))) return true;
  return anchor !== undefined && !listAnchors(readDocument(target)).includes(anchor);
}

test('every relative link leads to a file, and its anchor to a heading', () => {
  const links = documents.flatMap((document) =>
    [...document.text.matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = '']) => ({ document, link })),
  );
  expect(links.length).toBeGreaterThan(50);
  const broken = links.filter(({ document, link }) => isBroken(document, link));
  expect(broken.map(({ document, link }) => `${document.path}: ${link}`)).toEqual([]);
});

test('every file and folder that a document names exists', () => {
  // A decision is not rewritten when files move, and a changelog neither.
  const current = documents.filter(({ path: name }) => !/^(?:docs\/adr\/\d|CHANGELOG)/.test(name));
  const names = current.flatMap((document) =>
    listCodeSpans(document)
      .filter((span) => FOLDERS.test(span) && !EXAMPLES.includes(span))
      .map((span) => `${document.path}: ${span}`),
  );
  expect(names.length).toBeGreaterThan(50);
  expect(names.filter((name) => isMissing(name.split(': ')[1] as string))).toEqual([]);
});
