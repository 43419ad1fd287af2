import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { blankComments, blankCommentsAndStrings } from './code-text.ts';
import type { Repo } from './git.ts';
import { hasHardCodedPassword } from './hard-coded-password.ts';
import { detectFileLanguage } from './languages.ts';
import type { FileMetrics } from './measure-code.ts';
import { FILE_RULES, LINE_RULES, type LineRule } from './rules.ts';

/** The server's limit for one report. */
const MAX_ISSUES = 10_000;
/** One file does not fill the report. */
const MAX_FILE_ISSUES = 100;
const LARGE_FILE_BYTES = 5 * 1024 * 1024;
/** Larger files hold data, or were made by a program. */
const MAX_CHECKED_BYTES = 1024 * 1024;
const MAX_LINE_CHARS = 1000;
/** McCabe (1976) suggests at most 10 for one function; this is for the average of a file. */
const MAX_AVG_COMPLEXITY = 15;

export interface CodeIssue {
  file: string;
  line: number | null;
  rule_id: string;
  severity: string;
  message: string;
}

/** Checks files by FILE_RULES and LINE_RULES, and for their size, their complexity and passwords in them. */
export async function findIssues(
  repo: Repo,
  files: readonly FileMetrics[],
  signal: AbortSignal,
): Promise<CodeIssue[]> {
  const issues: CodeIssue[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    issues.push(...checkFile(file));
    if (file.size > MAX_CHECKED_BYTES) continue;
    const text = await readFile(path.join(repo.folder, file.path), 'utf8').catch(() => '\0');
    if (!text.includes('\0')) issues.push(...checkText(file.path, text));
    // Heartbeats go out between two files.
    await nextTurn();
    if (issues.length >= MAX_ISSUES) break;
  }
  return issues.slice(0, MAX_ISSUES);
}

function checkFile(file: FileMetrics): CodeIssue[] {
  const issues = FILE_RULES.filter(({ pattern }) => pattern.test(file.path)).map((rule) =>
    toIssue(file.path, null, rule),
  );
  if (file.size > LARGE_FILE_BYTES) issues.push(toIssue(file.path, null, LARGE_FILE));
  const average = (file.branch_points + file.function_count) / Math.max(1, file.function_count);
  if (average > MAX_AVG_COMPLEXITY) {
    const message = `A function has ${average.toFixed(0)} ways on average`;
    issues.push(toIssue(file.path, null, { rule_id: 'complex-file', severity: 'info', message }));
  }
  return issues;
}

type Rule = Pick<LineRule, 'rule_id' | 'severity' | 'message'>;

const LARGE_FILE: Rule = {
  rule_id: 'large-file',
  severity: 'warning',
  message: 'The file is larger than 5 MiB',
};

const PASSWORD: Rule = {
  rule_id: 'hard-coded-password',
  severity: 'error',
  message: 'A password or a key is written into the file; read it from the environment, and replace it',
};

/** Values need no quotes in these. */
const CONFIG_FILE =
  /(?:^|\/)\.env(?:\.[\w-]+)*$|(?:^|\/)Dockerfile[\w.-]*$|\.(?:env|ini|cfg|conf|properties|ya?ml|toml|sh)$/i;
const DOCKERFILE = /(?:^|\/)Dockerfile[\w.-]*$/i;
/** Passwords in tests and examples protect nothing. */
const EXAMPLE_PATH =
  /(?:^|\/)(?:tests?|__tests__|specs?|e2e|fixtures?|mocks?|examples?|samples?|docs?)\/|[._-](?:test|spec|example|sample|template)\.|(?:^|\/)test_|\.(?:example|sample|template|dist)$/i;
/** Prose, and the names that packages have. */
const NO_PASSWORDS = new Set(['Markdown', 'HTML', 'XML', 'CSS']);

function checkText(file: string, text: string): CodeIssue[] {
  const language = detectFileLanguage(file);
  const name = language?.name ?? (DOCKERFILE.test(file) ? 'Dockerfile' : undefined);
  const lines = {
    text: text.split(/\r?\n/),
    strings: (language ? blankComments(text, language) : text).split(/\r?\n/),
    code: (language ? blankCommentsAndStrings(text, language) : text).split(/\r?\n/),
  };
  const rules = LINE_RULES.filter(
    ({ languages }) => !languages || (name !== undefined && languages.includes(name)),
  );
  const isConfig = CONFIG_FILE.test(file);
  const mayHavePassword =
    !EXAMPLE_PATH.test(file) && (isConfig || (language && !NO_PASSWORDS.has(language.name)));
  const issues: CodeIssue[] = [];
  for (let n = 0; n < lines.text.length && issues.length < MAX_FILE_ISSUES; n++) {
    if ((lines.text[n]?.length ?? 0) > MAX_LINE_CHARS) continue;
    const found: Rule[] = rules.filter(({ pattern, reads }) => pattern.test(lines[reads][n] ?? ''));
    if (mayHavePassword && hasHardCodedPassword(lines.strings[n] ?? '', isConfig)) found.push(PASSWORD);
    // Two patterns of one rule are one finding.
    const byId = new Map(found.map((rule) => [rule.rule_id, rule]));
    issues.push(...[...byId.values()].map((rule) => toIssue(file, n + 1, rule)));
  }
  return issues;
}

function toIssue(file: string, line: number | null, { rule_id, severity, message }: Rule): CodeIssue {
  return { file, line, rule_id, severity, message };
}
