import { findErrorCode } from '../connection.ts';
import { type JobContext, readJobText } from './job-context.ts';
import { measureWithProgress } from './scan.ts';

/** Approximate characters of JSON in a summary. */
const MAX_TREE_CHARS = 400_000;
const MAX_DIFF_CHARS = 200_000;

/** The tools of a `repository_analysis`, by the payload's `tool_name`. Each returns the content of the summary. */
export const ANALYSES: Record<string, (work: JobContext) => Promise<object>> = {
  scan_file_tree: scanFileTree,
  calculate_loc_per_language: countLines,
  get_diff: analyzeDiff,
};

/** Runs one tool on the repository; the summary is its result as JSON. */
export async function analyzeRepository(work: JobContext): Promise<string> {
  const name = readJobText(work, 'tool_name');
  const tool = name ? ANALYSES[name] : undefined;
  if (!name || !tool) {
    const known = Object.keys(ANALYSES).join(', ');
    throw new Error(`The payload's tool_name is ${JSON.stringify(name ?? null)}; this agent has ${known}`);
  }
  const { project: _project, description: _description, ...input } = work.session.job.payload;
  const result = await work.session.callTool(
    name,
    input,
    () => tool(work),
    (output) => output,
  );
  return JSON.stringify(result);
}

async function scanFileTree(work: JobContext): Promise<object> {
  const { files } = await measureWithProgress(work);
  let characters = 0;
  const file_tree = [];
  for (const { path, size, language } of files) {
    characters += path.length + 50;
    if (characters > MAX_TREE_CHARS) break;
    file_tree.push({ path, size, language });
  }
  return { files: files.length, file_tree, cut: file_tree.length < files.length };
}

async function countLines(work: JobContext): Promise<object> {
  const { files, ...metrics } = await measureWithProgress(work);
  return { ...metrics, files: files.length };
}

/**
 * The diff of `commit`, or `from` a commit `to` another or to the working tree. With none of these, the uncommitted
 * changes, or the last commit when there are none. A commit's diff is also stored on the server.
 */
async function analyzeDiff(work: JobContext): Promise<object> {
  const { repo, session } = work;
  const from = readJobText(work, 'from');
  if (from) {
    const to = readJobText(work, 'to') ?? null;
    return toDiffSummary({ from, to }, await repo.getDiff(from, to, session.signal));
  }
  const commit = readJobText(work, 'commit') ?? readJobText(work, 'commit_hash');
  if (!commit && (await repo.hasCommits())) {
    const changes = await repo.getDiff('HEAD', null, session.signal);
    if (changes !== '') return toDiffSummary({ from: 'HEAD', to: null }, changes);
  }
  const { commit_hash, diff } = await reportCommit(work, commit ?? 'HEAD');
  return toDiffSummary({ commit: commit_hash }, diff);
}

function toDiffSummary(range: object, diff: string): object {
  const lines = diff.split('\n');
  return {
    ...range,
    files: lines.filter((line) => line.startsWith('diff --git ')).length,
    diff: diff.slice(0, MAX_DIFF_CHARS),
    cut: diff.length > MAX_DIFF_CHARS,
  };
}

/** Reports a commit and its diff. The server scans the links in it. */
export async function reportCommit(work: JobContext, name: string) {
  const { client, session, repo } = work;
  const { project } = session.job;
  const details = await repo.getCommit(name);
  const diff = await repo.getCommitDiff(details.commit_hash, session.signal);
  const commit = { project_id: project, ...details };
  await session.callServer(() => client.git.addCommit.mutate(commit));
  const diffInput = { project_id: project, commit_id: details.commit_hash, diff_content: diff };
  const report = await session
    .callServer(() => client.git.addDiff.mutate(diffInput))
    .catch(async (error) => {
      if (findErrorCode(error) !== 'PAYLOAD_TOO_LARGE') throw error;
      await session.progress(90, 'The diff is too large for the server and is not stored');
      return null;
    });
  const dangerous =
    report?.url_findings.filter(({ analysis_result }) => analysis_result === 'dangerous') ?? [];
  return { ...details, diff, dangerous: dangerous.map(({ url }) => url) };
}
