import { findErrorCode } from '../calls.ts';
import { counted } from './scan.ts';
import { readJobText, type Work } from './work.ts';

/** characters of JSON, about */
const TREE_TOLD = 400_000;
const DIFF_TOLD = 200_000;

/** The tools of a `repository_analysis`, by the `tool_name` of its payload. Each answers what the summary holds. */
export const ANALYSES: Record<string, (work: Work) => Promise<object>> = {
  scan_file_tree: scanFileTree,
  calculate_loc_per_language: countLines,
  get_diff: readDiff,
};

/** Runs one tool on the repository; the summary is its result as JSON. */
export async function analyseRepository(work: Work): Promise<string> {
  const name = readJobText(work, 'tool_name');
  const tool = name ? ANALYSES[name] : undefined;
  if (!name || !tool) {
    const known = Object.keys(ANALYSES).join(', ');
    throw new Error(`The payload's tool_name is ${JSON.stringify(name ?? null)}; this agent has ${known}`);
  }
  const { project: _project, description: _description, ...input } = work.holding.job.payload;
  const result = await work.holding.tool(
    name,
    input,
    () => tool(work),
    (it) => it,
  );
  return JSON.stringify(result);
}

async function scanFileTree(work: Work): Promise<object> {
  const { files } = await counted(work);
  let told = 0;
  const file_tree = [];
  for (const { path, size, language } of files) {
    told += path.length + 50;
    if (told > TREE_TOLD) break;
    file_tree.push({ path, size, language });
  }
  return { files: files.length, file_tree, cut: file_tree.length < files.length };
}

async function countLines(work: Work): Promise<object> {
  const { files, ...figures } = await counted(work);
  return { ...figures, files: files.length };
}

/**
 * The diff of `commit`, or `from` one commit `to` another or to the files as they are; with none of these, what is
 * changed, or the last commit when nothing is. The diff of a commit is stored with it.
 */
async function readDiff(work: Work): Promise<object> {
  const { repo, holding } = work;
  const from = readJobText(work, 'from');
  if (from) {
    const to = readJobText(work, 'to') ?? null;
    return shown({ from, to }, await repo.diffBetween(from, to, holding.signal));
  }
  const named = readJobText(work, 'commit') ?? readJobText(work, 'commit_hash');
  if (!named && (await repo.hasCommits())) {
    const changes = await repo.diffBetween('HEAD', null, holding.signal);
    if (changes !== '') return shown({ from: 'HEAD', to: null }, changes);
  }
  const { commit_hash, diff } = await storeCommit(work, named ?? 'HEAD');
  return shown({ commit: commit_hash }, diff);
}

function shown(of: object, diff: string): object {
  const lines = diff.split('\n');
  return {
    ...of,
    files: lines.filter((line) => line.startsWith('diff --git ')).length,
    diff: diff.slice(0, DIFF_TOLD),
    cut: diff.length > DIFF_TOLD,
  };
}

/** Reports a commit and its diff, whose links the server judges. */
export async function storeCommit(work: Work, name: string) {
  const { client, holding, repo } = work;
  const { project } = holding.job;
  const facts = await repo.facts(name);
  const diff = await repo.diffOf(facts.commit_hash, holding.signal);
  const commit = { project_id: project, ...facts };
  await holding.ask(() => client.git.addCommit.mutate(commit));
  const sent = { project_id: project, commit_id: facts.commit_hash, diff_content: diff };
  const judged = await holding
    .ask(() => client.git.addDiff.mutate(sent))
    .catch(async (error) => {
      if (findErrorCode(error) !== 'PAYLOAD_TOO_LARGE') throw error;
      await holding.progress(90, 'The diff is too large for the server and is not stored');
      return null;
    });
  const dangerous =
    judged?.url_findings.filter(({ analysis_result }) => analysis_result === 'dangerous') ?? [];
  return { ...facts, diff, dangerous: dangerous.map(({ url }) => url) };
}
