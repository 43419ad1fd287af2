import parseDiff from 'parse-diff';
import type { DiffFile } from '../../../db/index.ts';
import { findLinks } from '../../../ml/text/links.ts';
import { ApiError } from '../../core/errors.ts';
import { toUnifiedDiff } from './combined-diff.ts';

/** A line of the new or the old text of a file. */
export interface PatchLine {
  file: string;
  line: number;
  text: string;
}

export interface ParsedPatch {
  files: DiffFile[];
  additions: number;
  deletions: number;
  added: PatchLine[];
  removed: PatchLine[];
}

/** parse-diff's pattern for `diff` lines is quadratic in the slashes of a line; this bounds its steps. */
const MAX_HEADER_STEPS = 20_000_000;
const MAX_LINE_CHARS = 10_000;

/**
 * Parses a unified diff, in Git's format or plain. An empty text is a diff without files. Throws INVALID_INPUT for
 * anything else.
 */
export function parsePatch(diff: string): ParsedPatch {
  const content = toUnifiedDiff(diff);
  assertBoundedHeaders(content);
  const files = parseUnifiedDiff(content);
  if (files.length === 0 && content.trim() !== '') throw toPatchError();
  const patch: ParsedPatch = { files: [], additions: 0, deletions: 0, added: [], removed: [] };
  for (const file of files) {
    const path = unquotePath((file.to === '/dev/null' ? file.from : file.to) ?? file.from ?? '');
    if (path === '') throw toPatchError();
    patch.files.push({ path, additions: file.additions, deletions: file.deletions });
    patch.additions += file.additions;
    patch.deletions += file.deletions;
    for (const change of file.chunks.flatMap(({ changes }) => changes)) {
      // parse-diff gives the note on a missing newline the type of its line.
      if (change.type === 'normal' || change.content.startsWith('\\')) continue;
      const lines = change.type === 'add' ? patch.added : patch.removed;
      lines.push({ file: path, line: change.ln, text: change.content.slice(1) });
    }
  }
  return patch;
}

function parseUnifiedDiff(content: string) {
  try {
    return parseDiff(content);
  } catch (cause) {
    throw toPatchError(cause);
  }
}

function assertBoundedHeaders(content: string): void {
  let steps = 0;
  for (const [line] of content.matchAll(/^diff\s.*$/gm)) {
    steps += line.length * (line.split('/').length - 1);
    if (steps > MAX_HEADER_STEPS) throw toPatchError();
  }
}

function toPatchError(cause?: unknown): ApiError {
  return new ApiError('INVALID_INPUT', {
    cause,
    issues: [
      { path: 'diff_content', ko: '통합(unified) diff 형식이 아닙니다', en: 'This is not a unified diff' },
    ],
  });
}

/** Git writes non-ASCII bytes of a path in octal: `\355\225\234.txt` (git-config, core.quotePath). */
function unquotePath(path: string): string {
  if (!/\\[0-7]{3}/.test(path)) return path;
  const bytes = [...path.matchAll(/\\([0-7]{3})|([^\\]+|\\)/g)].flatMap(([, octal, text]) =>
    octal ? [Number.parseInt(octal, 8)] : [...Buffer.from(text ?? '')],
  );
  return Buffer.from(bytes).toString();
}

/** The URLs with a scheme in lines of code or text, once for each file, with the first line. */
export function listPatchUrls(lines: readonly PatchLine[]): { url: string; file: string; line: number }[] {
  const urls = new Map<string, { url: string; file: string; line: number }>();
  for (const { file, line, text } of lines) {
    // A scheme has a colon; most lines of code have none, and looking for links in all takes seconds.
    if (!/[:：]|%3a/i.test(text)) continue;
    for (const { url, canonical } of findLinks(text.slice(0, MAX_LINE_CHARS))) {
      // In code, a name with dots and without a scheme is usually an expression.
      if (!canonical.has_scheme || urls.has(`${file} ${url}`)) continue;
      urls.set(`${file} ${url}`, { url, file, line });
    }
  }
  return [...urls.values()];
}
