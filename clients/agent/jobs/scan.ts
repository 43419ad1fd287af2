import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repo } from '../git.ts';
import { type FileFacts, type Measured, measure } from '../measure-code.ts';
import type { Work } from './work.ts';

const ANALYZER = 'flashscan_agent';
/** What the server takes in one report. */
const MOST_FINDINGS = 10_000;
const LARGE_FILE = 5 * 1024 * 1024;
/** McCabe's own limit is 10 for a function; on the average of a file it is far out. */
const COMPLEX = 15;

interface Finding {
  file: string;
  line: number | null;
  rule_id: string;
  severity: string;
  message: string;
}

/** Counts the repository, looks for what should not be in one, and reports both. */
export async function scanRepository({ holding, client, repo }: Work): Promise<string> {
  const { project } = holding.job;
  const measured = await holding.tool(
    'scan_file_tree',
    { path: repo.folder },
    () => counted({ holding, repo }),
    ({ files, total_loc, avg_complexity }) => ({ files: files.length, total_loc, avg_complexity }),
  );
  const file_tree = measured.files.map(({ path, size }) => ({ path, size }));
  const { language_stats, total_loc, avg_complexity } = measured;
  const scan = { project_id: project, file_tree, language_stats, total_loc, avg_complexity };
  const kept = await holding.ask(() => client.git.scan.mutate(scan));
  await holding.progress(80, `Scan ${kept.scan_id} stored: ${kept.files} files, ${total_loc} lines`);
  const issues = await holding.tool(
    'static_checks',
    { files: measured.files.length },
    () => findIssues(repo, measured.files, holding.signal),
    (found) => ({ issues: found.length }),
  );
  const report = { project_id: project, analyzer: ANALYZER, issues };
  const told = await holding.ask(() => client.git.reportIssues.mutate(report));
  const languages = Object.keys(language_stats).length;
  return (
    `Git scan completed: ${kept.files} files in ${languages} languages, ${total_loc} lines of code, ` +
    `average complexity ${avg_complexity ?? 'unknown'}. Found ${issues.length} issues ` +
    `(${told.created} new, ${told.resolved} resolved).`
  );
}

/** Measures the repository and says how far it is, up to 70 percent. */
export function counted({ holding, repo }: Pick<Work, 'holding' | 'repo'>): Promise<Measured> {
  return measure(repo, holding.signal, (done, of, file) =>
    holding.passing(Math.floor((done / of) * 70), `Scanning file: ${file}`),
  );
}

/** Put together at run time, so that this file is not what it finds. */
const CONFLICT = new RegExp(`^${'<'.repeat(7)} `);
const PRIVATE_KEY = new RegExp(`^-----BEGIN [A-Z ]*${'PRIVATE'} KEY-----`);

async function findIssues(repo: Repo, files: readonly FileFacts[], signal: AbortSignal): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const file of files) {
    signal.throwIfAborted();
    const say = (line: number | null, rule_id: string, severity: string, message: string) =>
      found.push({ file: file.path, line, rule_id, severity, message });
    if (file.size > LARGE_FILE) say(null, 'large-file', 'warning', 'The file is larger than 5 MiB');
    const average = (file.decisions + file.routines) / Math.max(1, file.routines);
    if (average > COMPLEX)
      say(null, 'complex-file', 'info', `A function has ${average.toFixed(0)} ways on average`);
    if (file.size > LARGE_FILE) continue;
    const text = await readFile(path.join(repo.folder, file.path), 'utf8').catch(() => '');
    for (const [i, line] of text.split('\n').entries()) {
      if (CONFLICT.test(line)) say(i + 1, 'merge-conflict', 'error', 'A merge conflict is not resolved');
      if (PRIVATE_KEY.test(line)) say(i + 1, 'private-key', 'error', 'A private key is in the repository');
    }
  }
  return found.slice(0, MOST_FINDINGS);
}
