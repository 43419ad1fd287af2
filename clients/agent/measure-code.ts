import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Repo } from './git.ts';
import { detectFileLanguage } from './languages.ts';

/** Larger files are listed and not read: they are data. */
const LARGEST = 1024 * 1024;

export interface FileFacts {
  path: string;
  /** bytes */
  size: number;
  language: string | null;
  /** lines that are neither blank nor comment */
  loc: number;
  /** points where the way parts */
  decisions: number;
  routines: number;
}

export interface Measured {
  files: FileFacts[];
  /** lines of code a language */
  language_stats: Record<string, number>;
  total_loc: number;
  /** McCabe's number of a function, on average over all; null where there is no code */
  avg_complexity: number | null;
}

/** Reads the files of a repository and counts. `each` hears how far it is. */
export async function measure(
  repo: Repo,
  signal: AbortSignal,
  each: (done: number, of: number, file: string) => Promise<void> = async () => {},
): Promise<Measured> {
  const names = await repo.files(signal);
  const files: FileFacts[] = [];
  for (const [i, name] of names.entries()) {
    signal.throwIfAborted();
    const facts = await factsOf(repo, name);
    if (facts) files.push(facts);
    await each(i + 1, names.length, name);
  }
  return { files, ...summed(files) };
}

async function factsOf(repo: Repo, name: string): Promise<FileFacts | null> {
  const file = path.join(repo.folder, name);
  const found = await stat(file).catch(() => null);
  // A file that is deleted and not yet staged, a submodule, a link to a folder.
  if (!found?.isFile()) return null;
  const bare = { path: name, size: found.size, language: null, loc: 0, decisions: 0, routines: 0 };
  const language = detectFileLanguage(name);
  if (!language || found.size > LARGEST) return bare;
  const text = await readFile(file, 'utf8').catch(() => '\0');
  if (text.includes('\0')) return bare;
  const code = withoutComments(text, language.line, language.block);
  const count = (pattern: RegExp | null) =>
    pattern ? (withoutStrings(code).match(pattern)?.length ?? 0) : 0;
  return {
    ...bare,
    language: language.name,
    loc: code.split('\n').filter((line) => line.trim() !== '').length,
    decisions: count(language.decision),
    routines: count(language.routine),
  };
}

function summed(files: readonly FileFacts[]): Omit<Measured, 'files'> {
  const language_stats: Record<string, number> = {};
  let total_loc = 0;
  let decisions = 0;
  let routines = 0;
  for (const file of files) {
    if (file.language === null) continue;
    language_stats[file.language] = (language_stats[file.language] ?? 0) + file.loc;
    total_loc += file.loc;
    decisions += file.decisions;
    // What runs outside of functions is one more.
    routines += file.decisions + file.routines > 0 ? Math.max(1, file.routines) : 0;
  }
  const average = routines > 0 ? Math.round(((decisions + routines) / routines) * 100) / 100 : null;
  return { language_stats, total_loc, avg_complexity: average };
}

function withoutComments(text: string, line: readonly string[], block?: [string, string]): string {
  let code = text;
  if (block) {
    const [open, close] = block;
    let kept = '';
    let at = 0;
    for (let from = code.indexOf(open); from >= 0; from = code.indexOf(open, at)) {
      const end = code.indexOf(close, from + open.length);
      kept += code.slice(at, from);
      at = end < 0 ? code.length : end + close.length;
    }
    code = kept + code.slice(at);
  }
  if (line.length === 0) return code;
  return code
    .split('\n')
    .map((text) => (line.some((mark) => text.trimStart().startsWith(mark)) ? '' : text))
    .join('\n');
}

function withoutStrings(code: string): string {
  return code.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, '""');
}
