import { findIssues } from '../find-issues.ts';
import { type CodeMetrics, measureCode } from '../measure-code.ts';
import type { JobContext } from './job-context.ts';

const ANALYZER = 'flashscan_agent';

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
    `Scan ${storedScan.scan_id} stored: ${formatCount(storedScan.files, 'file')}, ${formatCount(total_loc, 'line')}`,
  );
  const issues = await session.callTool(
    'static_checks',
    { files: metrics.files.length },
    () => findIssues(repo, metrics.files, session.signal),
    (found) => ({ issues: found.length }),
  );
  const report = { project_id: project, analyzer: ANALYZER, issues };
  const receipt = await session.callServer(() => client.git.reportIssues.mutate(report));
  return (
    `Git scan completed: ${formatCount(storedScan.files, 'file')} in ${formatCount(Object.keys(language_stats).length, 'language')}, ` +
    `${formatCount(total_loc, 'line')} of code, average complexity ${avg_complexity ?? 'unknown'}. ` +
    `Found ${formatCount(issues.length, 'issue')} ` +
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

/** `1 file`, `2 files` */
function formatCount(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
