import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repo } from '../git.ts';
import { type CodeMetrics, type FileMetrics, measureCode } from '../measure-code.ts';
import type { JobContext } from './job-context.ts';

const ANALYZER = 'flashscan_agent';
/** The server's limit for one report. */
const MAX_ISSUES = 10_000;
const LARGE_FILE_BYTES = 5 * 1024 * 1024;
/** McCabe (1976) suggests at most 10 for one function; this is for the average of a file. */
const MAX_AVG_COMPLEXITY = 15;

interface CodeIssue {
  file: string;
  line: number | null;
  rule_id: string;
  severity: string;
  message: string;
}

/** Measures the repository, looks for problems in its files, and reports both. */
export async function scanRepository({ session, client, repo }: JobContext): Promise<string> {
  const { project } = session.job;
  const metrics = await session.callTool(
    'scan_file_tree',
    { path: repo.folder },
    () => measureWithProgress({ session: session, repo }),
    ({ files, total_loc, avg_complexity }) => ({ files: files.length, total_loc, avg_complexity }),
  );
  const file_tree = metrics.files.map(({ path, size }) => ({ path, size }));
  const { language_stats, total_loc, avg_complexity } = metrics;
  const scan = { project_id: project, file_tree, language_stats, total_loc, avg_complexity };
  const storedScan = await session.callServer(() => client.git.scan.mutate(scan));
  await session.progress(
    80,
    `Scan ${storedScan.scan_id} stored: ${storedScan.files} files, ${total_loc} lines`,
  );
  const issues = await session.callTool(
    'static_checks',
    { files: metrics.files.length },
    () => listCodeIssues(repo, metrics.files, session.signal),
    (found) => ({ issues: found.length }),
  );
  const report = { project_id: project, analyzer: ANALYZER, issues };
  const receipt = await session.callServer(() => client.git.reportIssues.mutate(report));
  const languages = Object.keys(language_stats).length;
  return (
    `Git scan completed: ${storedScan.files} files in ${languages} languages, ${total_loc} lines of code, ` +
    `average complexity ${avg_complexity ?? 'unknown'}. Found ${issues.length} issues ` +
    `(${receipt.created} new, ${receipt.resolved} resolved).`
  );
}

/** Measures the repository and reports progress up to 70 percent. */
export function measureWithProgress({
  session,
  repo,
}: Pick<JobContext, 'session' | 'repo'>): Promise<CodeMetrics> {
  return measureCode(repo, session.signal, (done, of, file) =>
    session.throttleProgress(Math.floor((done / of) * 70), `Scanning file: ${file}`),
  );
}

/** Composed, so that this line is not reported as a conflict marker. */
const CONFLICT_MARKER = new RegExp(`^${'<'.repeat(7)} `);
const PRIVATE_KEY_HEADER = new RegExp(`^-----BEGIN [A-Z ]*${'PRIVATE'} KEY-----`);

async function listCodeIssues(
  repo: Repo,
  files: readonly FileMetrics[],
  signal: AbortSignal,
): Promise<CodeIssue[]> {
  const issues: CodeIssue[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    const addIssue = (line: number | null, rule_id: string, severity: string, message: string) =>
      issues.push({ file: file.path, line, rule_id, severity, message });
    if (file.size > LARGE_FILE_BYTES)
      addIssue(null, 'large-file', 'warning', 'The file is larger than 5 MiB');
    const average = (file.branch_points + file.function_count) / Math.max(1, file.function_count);
    if (average > MAX_AVG_COMPLEXITY)
      addIssue(null, 'complex-file', 'info', `A function has ${average.toFixed(0)} ways on average`);
    if (file.size > LARGE_FILE_BYTES) continue;
    const text = await readFile(path.join(repo.folder, file.path), 'utf8').catch(() => '');
    for (const [i, line] of text.split('\n').entries()) {
      if (CONFLICT_MARKER.test(line))
        addIssue(i + 1, 'merge-conflict', 'error', 'A merge conflict is not resolved');
      if (PRIVATE_KEY_HEADER.test(line))
        addIssue(i + 1, 'private-key', 'error', 'A private key is in the repository');
    }
  }
  return issues.slice(0, MAX_ISSUES);
}
