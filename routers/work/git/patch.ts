import parseDiff from 'parse-diff';
import type { DiffFile } from '../../../db/index.ts';
import { findLinks } from '../../../ml/text/links.ts';
import { toUnifiedDiff } from './combined-diff.ts';

/** A URL in a diff, with the first line of a file that has it. */
export interface PatchUrl {
  url: string;
  file: string;
  line: number;
}

/** A line of the new or the old text of a file. */
interface PatchLine {
  file: string;
  line: number;
  text: string;
}

/** The patterns of parse-diff for such lines take quadratic time in their length. No header is so long. */
const MAX_HEADER_CHARS = 1000;
const HEADER = /^(?:@@|diff)\s/;
const MAX_LINE_CHARS = 10_000;

/** URLs of one side of a diff that are looked at. */
const MAX_URLS = 10_000;

/** What is in a diff. Lines are left out: they are as many as the diff is long. */
export interface PatchSummary {
  files: DiffFile[];
  additions: number;
  deletions: number;
  /** in added lines */
  added: PatchUrl[];
  /** in removed lines */
  removed: PatchUrl[];
}

/** `readPatch` on the task thread. */
export const READ_PATCH = { module: import.meta.url, run: readPatch };

/** Reads a unified diff, in Git's format or plain. An empty text is a diff without files; null for anything else. */
export function readPatch(diff: string): PatchSummary | null {
  const content = toUnifiedDiff(diff);
  if (!hasShortHeaders(content)) return null;
  const files = parseUnifiedDiff(content);
  if (!files || (files.length === 0 && content.trim() !== '')) return null;
  const summary: PatchSummary = { files: [], additions: 0, deletions: 0, added: [], removed: [] };
  const lines: Record<'added' | 'removed', PatchLine[]> = { added: [], removed: [] };
  for (const file of files) {
    const path = unquotePath((file.to === '/dev/null' ? file.from : file.to) ?? file.from ?? '');
    if (path === '') return null;
    summary.files.push({ path, additions: file.additions, deletions: file.deletions });
    summary.additions += file.additions;
    summary.deletions += file.deletions;
    for (const { changes } of file.chunks) {
      for (const change of changes) {
        // parse-diff gives the note on a missing newline the type of its line.
        if (change.type === 'normal' || change.content.startsWith('\\')) continue;
        const side = change.type === 'add' ? lines.added : lines.removed;
        side.push({ file: path, line: change.ln, text: change.content.slice(1) });
      }
    }
  }
  return { ...summary, added: listPatchUrls(lines.added), removed: listPatchUrls(lines.removed) };
}

function parseUnifiedDiff(content: string) {
  try {
    return parseDiff(content);
  } catch {
    return null;
  }
}

/** Whether no line that parse-diff may take for a header is so long that its patterns take long. */
function hasShortHeaders(content: string): boolean {
  for (let from = 0; from < content.length; ) {
    const newline = content.indexOf('\n', from);
    const end = newline < 0 ? content.length : newline;
    if (end - from > MAX_HEADER_CHARS && HEADER.test(content.slice(from, from + 5))) return false;
    from = end + 1;
  }
  return true;
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
function listPatchUrls(lines: readonly PatchLine[]): PatchUrl[] {
  const urls = new Map<string, PatchUrl>();
  for (const { file, line, text } of lines) {
    // A scheme has a colon; most lines of code have none, and looking for links in all takes seconds.
    if (!/[:：]|%3a/i.test(text)) continue;
    if (urls.size >= MAX_URLS) break;
    for (const { url, canonical } of findLinks(text.slice(0, MAX_LINE_CHARS))) {
      // In code, a name with dots and without a scheme is usually an expression.
      if (!canonical.has_scheme || urls.has(`${file} ${url}`)) continue;
      urls.set(`${file} ${url}`, { url, file, line });
    }
  }
  return [...urls.values()];
}
