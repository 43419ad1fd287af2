import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { blankComments, blankCommentsAndStrings } from './code-text.ts';
import type { Repo } from './git.ts';
import { detectFileLanguage } from './languages.ts';

/** Larger files are listed but not read, since they contain data. */
const MAX_FILE_BYTES = 1024 * 1024;

export interface FileMetrics {
  path: string;
  /** bytes */
  size: number;
  language: string | null;
  /** lines that are neither blank nor comments */
  loc: number;
  /** branches of the control flow */
  branch_points: number;
  function_count: number;
}

export interface CodeMetrics {
  files: FileMetrics[];
  /** lines of code by language */
  language_stats: Record<string, number>;
  total_loc: number;
  /** average cyclomatic complexity of a function (McCabe 1976); null when there is no code */
  avg_complexity: number | null;
}

/** Reads the files of a repository and counts lines, branches and functions. */
export async function measureCode(
  repo: Repo,
  signal: AbortSignal,
  onProgress: (done: number, of: number, file: string) => Promise<void> = async () => {},
): Promise<CodeMetrics> {
  const names = await repo.listFiles(signal);
  const files: FileMetrics[] = [];
  for (const [i, name] of names.entries()) {
    signal.throwIfAborted();
    const facts = await measureFile(repo, name);
    if (facts) files.push(facts);
    await onProgress(i + 1, names.length, name);
  }
  return { files, ...sumMetrics(files) };
}

async function measureFile(repo: Repo, name: string): Promise<FileMetrics | null> {
  const file = path.join(repo.folder, name);
  const stats = await stat(file).catch(() => null);
  // A deleted file that is not staged, a submodule, or a link to a folder.
  if (!stats?.isFile()) return null;
  const unread = {
    path: name,
    size: stats.size,
    language: null,
    loc: 0,
    branch_points: 0,
    function_count: 0,
  };
  const language = detectFileLanguage(name);
  if (!language || stats.size > MAX_FILE_BYTES) return unread;
  const text = await readFile(file, 'utf8').catch(() => '\0');
  if (text.includes('\0')) return unread;
  const code = blankCommentsAndStrings(text, language);
  const count = (pattern: RegExp | null) => (pattern ? (code.match(pattern)?.length ?? 0) : 0);
  return {
    ...unread,
    language: language.name,
    loc: blankComments(text, language)
      .split('\n')
      .filter((line) => line.trim() !== '').length,
    branch_points: count(language.branchPattern),
    function_count: count(language.functionPattern),
  };
}

function sumMetrics(files: readonly FileMetrics[]): Omit<CodeMetrics, 'files'> {
  const language_stats: Record<string, number> = {};
  let total_loc = 0;
  let branchPoints = 0;
  let functions = 0;
  for (const file of files) {
    if (file.language === null) continue;
    language_stats[file.language] = (language_stats[file.language] ?? 0) + file.loc;
    total_loc += file.loc;
    branchPoints += file.branch_points;
    // A file without functions counts as one function.
    functions += file.branch_points + file.function_count > 0 ? Math.max(1, file.function_count) : 0;
  }
  const average = functions > 0 ? Math.round(((branchPoints + functions) / functions) * 100) / 100 : null;
  return { language_stats, total_loc, avg_complexity: average };
}
