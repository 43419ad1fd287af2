import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { resolveInPackage } from '../../server/process/env.ts';

export interface Document {
  /** relative to the repository */
  path: string;
  text: string;
}

const FOLDERS = ['docs', 'examples', 'clients'];

/** Every document that people read, without those of models and of the chatbot's knowledge. */
export function listDocuments(): Document[] {
  const inFolders = FOLDERS.flatMap((folder) =>
    readdirSync(resolveInPackage(folder), { recursive: true, encoding: 'utf8' }).map((name) =>
      path.join(folder, name),
    ),
  );
  const names = [...readdirSync(resolveInPackage('.')), ...inFolders];
  return names.filter((name) => name.endsWith('.md')).map(readDocument);
}

export function readDocument(path: string): Document {
  return { path, text: readFileSync(resolveInPackage(path), 'utf8') };
}

/** The text of blocks in these languages, such as `sh`. */
export function listCodeBlocks({ text }: Document, ...languages: string[]): string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```/gms)]
    .filter(([, language]) => languages.includes(language ?? ''))
    .map(([, , body]) => body ?? '');
}

/** Everything between backticks within a line. */
export function listCodeSpans({ text }: Document): string[] {
  return [...text.replace(/^```.*?^```/gms, '').matchAll(/`([^`\n]+)`/g)].map(([, span]) => span ?? '');
}
