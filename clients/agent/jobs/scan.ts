import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repo } from '../git.ts';
import { type CodeMetrics, type FileMetrics, measureCode } from '../measure-code.ts';
import type { JobContext } from './work.ts';

const ANALYZER = 'flashscan_agent';
/** What the server takes in one report. */
const MAX_ISSUES = 10_000;
const LARGE_FILE_BYTES = 5 * 1024 * 1024;
/** McCabe's own limit is 10 for a function; on the average of a file it is far out. */
const MAX_AVG_COMPLEXITY = 15;

interface CodeIssue {
  file: string;
  line: number | null;
  rule_id: string;
  severity: string;
  message: string;
}

/** Counts the repository, looks for what should not be in one, and reports both. */
export async function scanRepository({ session: holding, client, repo }: JobContext): Promise<string> {
  const { project } = holding.job;
  const measured = await holding.callTool(
    'scan_file_tree',
    { path: repo.folder },
    () => measureWithProgress({ session: holding, repo }),
    ({ files, total_loc, avg_complexity }) => ({ files: files.length, total_loc, avg_complexity }),
  );
  const file_tree = measured.files.map(({ path, size }) => ({ path, size }));
  const { language_stats, total_loc, avg_complexity } = measured;
  const scan = { project_id: project, file_tree, language_stats, total_loc, avg_complexity };
  const storedScan = await holding.callServer(() => client.git.scan.mutate(scan));
  await holding.progress(
    80,
    `Scan ${storedScan.scan_id} stored: ${storedScan.files} files, ${total_loc} lines`,
  );
  const issues = await holding.callTool(
    'static_checks',
    { files: measured.files.length },
    () => listCodeIssues(repo, measured.files, holding.signal),
    (found) => ({ issues: found.length }),
  );
  const report = { project_id: project, analyzer: ANALYZER, issues };
  const receipt = await holding.callServer(() => client.git.reportIssues.mutate(report));
  const languages = Object.keys(language_stats).length;
  return (
    `Git scan completed: ${storedScan.files} files in ${languages} languages, ${total_loc} lines of code, ` +
    `average complexity ${avg_complexity ?? 'unknown'}. Found ${issues.length} issues ` +
    `(${receipt.created} new, ${receipt.resolved} resolved).`
  );
}

/** Measures the repository and says how far it is, up to 70 percent. */
export function measureWithProgress({
  session: holding,
  repo,
}: Pick<JobContext, 'session' | 'repo'>): Promise<CodeMetrics> {
  return measureCode(repo, holding.signal, (done, of, file) =>
    holding.throttleProgress(Math.floor((done / of) * 70), `Scanning file: ${file}`),
  );
}

/** Put together at run time, so that this file is not what it finds. */
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
