import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type Client, createClient } from '../../../clients/typescript/client.ts';
import { type Env, emptyFolder, flashscan, launch, type Server, startServer } from './run.ts';

/** Where nothing listens. */
const NOWHERE = 'http://127.0.0.1:9';

function git(repo: string, ...args: string[]): string {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
  return execFileSync('git', ['-C', repo, ...args], { env, encoding: 'utf8' }).trim();
}

/** A repository with two commits, one file that is changed, and one that is new. */
function repository(): string {
  const repo = path.join(emptyFolder(), '저장소 one');
  mkdirSync(path.join(repo, 'src'), { recursive: true });
  const write = (name: string, text: string) => writeFileSync(path.join(repo, name), text);
  execFileSync('git', ['init', '--quiet', '--initial-branch=main', repo]);
  for (const [name, value] of Object.entries({ 'user.name': 'A', 'user.email': 'author@example.com' })) {
    git(repo, 'config', name, value);
  }
  git(repo, 'remote', 'add', 'origin', 'https://user:ghp_secret@github.com/username/MyProject.git');
  write(
    'package.json',
    JSON.stringify({ name: 'shop', description: 'A small shop', scripts: { test: 'vitest' } }),
  );
  write('src/main.py', '# a comment\ndef f(x):\n    if x and x > 1:\n        return 1\n    return 0\n');
  write('.gitignore', 'secret.txt\n');
  write('secret.txt', 'not to be seen');
  git(repo, 'add', '.');
  git(repo, 'commit', '--quiet', '-m', 'first');
  write('src/한글.ts', 'export const half = (n: number) => (n > 2 ? n / 2 : n);\n');
  git(repo, 'add', '.');
  git(repo, 'commit', '--quiet', '-m', 'Feat: halves');
  write('src/main.py', 'def f(x):\n    return 2\n');
  write('key.pem', `-----BEGIN ${'PRIVATE'} KEY-----\nabc\n`);
  return repo;
}

interface World {
  server: Server;
  env: Env;
  key: string;
  user: Client;
}

async function startWorld(): Promise<World> {
  const env = { DATA_DIR: path.join(emptyFolder(), 'data'), RATE_LIMITS: 'off' };
  const server = await startServer(env);
  const login = await fetch(`${server.url}/auth/register`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: 'kim@example.com', password: 'a good long one' }),
  });
  const { access_token } = await login.json();
  const made = await flashscan(['key', 'create', 'laptop', '--user', 'kim'], env);
  const [, key = ''] = /key: (\S+)/.exec(made.out) ?? [];
  return { server, env, key, user: createClient(server.url, { token: access_token }) };
}

const agentArgs = (repo: string, ...more: string[]) => ['agent', '--repo', repo, '--agent-id', 'a1', ...more];
const agentEnv = ({ server, key }: World, ollama = NOWHERE): Env => ({
  FLASHSCAN_URL: server.url,
  FLASHSCAN_TOKEN: key,
  OLLAMA_HOST: ollama,
});

async function until<T>(look: () => Promise<T | false | undefined>, seconds = 30): Promise<T> {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; ) {
    const found = await look().catch(() => false as const);
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error('it did not come about');
}

test('a real repository is scanned, analysed and described, and all of it can be read back', async () => {
  const world = await startWorld();
  const repo = repository();
  const head = git(repo, 'rev-parse', 'HEAD');
  const first = await flashscan(agentArgs(repo, '--once'), agentEnv(world));
  const [project] = await world.user.projects.list.query({});
  expect([first.code, first.err]).toEqual([0, expect.stringContaining('nothing left to do')]);
  expect(first.err).toContain(
    `queue a job with: curl -X POST ${world.server.url}/projects/${project?.id}/jobs -H "Authorization: Bearer $ACCESS_TOKEN" ` +
      `-H 'Content-Type: application/json' -d '{"job_type":"git_scan"}'`,
  );
  expect(project).toMatchObject({
    name: 'MyProject',
    remote_url: 'https://github.com/username/MyProject.git',
  });
  const project_id = project?.id ?? 0;
  const queue = (job_type: string, payload = {}) =>
    world.user.projects.createJob.mutate({ project_id, job_type, payload });
  const scan = await queue('git_scan');
  const tree = await queue('repository_analysis', { tool_name: 'scan_file_tree' });
  const lines = await queue('repository_analysis', { tool_name: 'calculate_loc_per_language' });
  const diff = await queue('repository_analysis', { tool_name: 'get_diff' });
  const last = await queue('repository_analysis', { tool_name: 'get_diff', commit: 'HEAD' });
  const wrong = await queue('repository_analysis', { tool_name: 'get_diff', commit: '--output=x' });
  const readme = await queue('readme_update');
  const message = await queue('commit_generation');
  const code = await queue('code_generation', { prompt: '로그인 폼을 만들어줘', language: 'python' });
  const other = await queue('bake_a_cake');
  const run = await flashscan(agentArgs(repo, '--once'), agentEnv(world));
  expect(run.code).toBe(0);
  const job = ({ id }: { id: number }) => world.user.projects.job.query({ project_id, job_id: id });

  expect(await job(scan)).toMatchObject({
    status: 'success',
    agent: 'a1',
    percent_complete: 100,
    summary: expect.stringMatching(/^Git scan completed: 5 files in 3 languages, .* Found 1 issue /),
    tool_invocations: [{ tool_name: 'scan_file_tree' }, { tool_name: 'static_checks' }],
  });
  expect((await job(scan)).progress_log.length).toBeGreaterThan(0);
  const [scanned] = await world.user.projects.list.query({});
  expect(scanned).toMatchObject({
    total_loc: 4,
    language_stats: { Python: 2, TypeScript: 1, JSON: 1 },
    open_issues: 1,
    commit_count: 1,
  });
  expect(scanned?.avg_complexity).toBe(1.5);
  expect((await world.user.git.issues.query({ project_id })).issues).toMatchObject([
    { file: 'key.pem', line: 1, rule_id: 'private-key', severity: 'error', analyzer: 'flashscan_agent' },
  ]);
  const files = JSON.parse((await job(tree)).summary ?? '');
  expect(files.file_tree.map((file: { path: string }) => file.path)).toEqual([
    '.gitignore',
    'key.pem',
    'package.json',
    'src/main.py',
    'src/한글.ts',
  ]);
  expect(JSON.parse((await job(lines)).summary ?? '')).toMatchObject({ total_loc: 4, files: 5 });
  expect(JSON.parse((await job(diff)).summary ?? '')).toMatchObject({
    from: 'HEAD',
    diff: expect.stringContaining('+    return 2'),
  });
  expect(JSON.parse((await job(last)).summary ?? '')).toMatchObject({ commit: head, files: 1 });
  expect(await job(wrong)).toMatchObject({
    status: 'failed',
    error_message: expect.stringContaining('no commit'),
  });
  const stored = await world.user.git.diff.query({ project_id, commit_id: head.slice(0, 10) });
  expect(stored).toMatchObject({ commit_hash: head, files: [{ path: 'src/한글.ts', additions: 1 }] });
  expect(await job(readme)).toMatchObject({
    status: 'success',
    summary: expect.stringContaining('draft_v1'),
  });
  const { content } = await world.user.git.readme.query({ project_id });
  expect(content).toMatch(/^# shop\n\nA small shop\n[\s\S]*\| Python \| 2 \|[\s\S]*npm run test/);
  expect((await job(message)).summary).toMatch(
    /^feat: update main\.py and key\.pem\n\n- update src\/main\.py\n- add key\.pem$/,
  );
  expect(await job(code)).toMatchObject({
    status: 'failed',
    error_message: expect.stringContaining(`Ollama does not answer at ${NOWHERE}`),
  });
  // What it cannot do is left to another agent.
  const left = await job(other);
  expect(left).toMatchObject({ status: 'pending', agent: null, error_message: null });
  expect(left.progress_log.at(-1)?.log_message).toMatch(/^a1 handed it back: .*bake_a_cake/);
  expect(git(repo, 'rev-parse', 'HEAD')).toBe(head);
  expect(git(repo, 'status', '--short')).toContain('?? key.pem');
  expect(await world.user.agent.list.query({})).toMatchObject([{ agent_id: 'a1', jobs: [] }]);
}, 120_000);

/** A server that answers as Ollama does; `answer` decides what its model says. */
function ollama(answer: (question: string, system: string) => string | Promise<string>): Promise<string> {
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    const reply = (value: object) =>
      response.setHeader('content-type', 'application/json').end(JSON.stringify(value));
    if (request.url === '/api/tags') return void reply({ models: [{ name: 'coder:latest' }] });
    const { messages } = JSON.parse(body);
    const content = await answer(messages[1].content, messages[0].content);
    reply({
      model: 'coder',
      message: { role: 'assistant', content },
      done: true,
      prompt_eval_count: 5,
      eval_count: 7,
    });
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return new Promise((resolve) =>
    server.listen(0, '127.0.0.1', () =>
      resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
    ),
  );
}

test('a language model writes the code, the message and the README, and it commits where it may', async () => {
  const world = await startWorld();
  const repo = repository();
  const host = await ollama((_question, system) => {
    if (system.includes('README')) return '```markdown\n# By the model\n```';
    if (system.includes('commit')) return '<think>hm</think>feat: answer two\n\nIt is simpler.';
    return 'Here it is:\n```python\nprint("login")\n```\nBye';
  });
  const folder = { name: 'p', local_path: repo };
  const { id: project_id } = await world.user.git.register.mutate(folder);
  const queue = (job_type: string, payload = {}) =>
    world.user.projects.createJob.mutate({ project_id, job_type, payload });
  const code = await queue('code_generation', { prompt: '로그인 폼을 만들어줘', language: 'python' });
  const readme = await queue('readme_update', { version: 'draft_v7' });
  const dry = await queue('commit_generation', { dry_run: true });
  const commit = await queue('commit_generation');
  const before = git(repo, 'rev-parse', 'HEAD');
  const run = await flashscan(agentArgs(repo, '--once', '--allow-commit'), agentEnv(world, host));
  expect(run.code).toBe(0);
  const job = ({ id }: { id: number }) => world.user.projects.job.query({ project_id, job_id: id });
  expect(await job(code)).toMatchObject({ status: 'success', summary: 'print("login")' });
  expect((await world.user.git.readme.query({ project_id, version: 'draft_v7' })).content).toBe(
    '# By the model\n',
  );
  expect((await job(readme)).status).toBe('success');
  for (const one of [dry, commit]) {
    expect(await job(one)).toMatchObject({
      status: 'success',
      summary: 'feat: answer two\n\nIt is simpler.',
    });
  }
  expect(git(repo, 'rev-parse', 'HEAD^')).toBe(before);
  expect(git(repo, 'log', '-1', '--format=%s')).toBe('feat: answer two');
  expect(git(repo, 'status', '--short')).toBe('');
  const { commits } = await world.user.git.commits.query({ project_id });
  expect(commits).toMatchObject([
    {
      commit_hash: git(repo, 'rev-parse', 'HEAD'),
      author_email: 'author@example.com',
      message: expect.stringContaining('answer two'),
    },
  ]);
}, 120_000);

test('an agent survives a crash of the server, drops a cancelled job, and leaves its job to the next agent when it stops', async () => {
  const world = await startWorld();
  const repo = repository();
  let asked = 0;
  const host = await ollama(() => {
    asked++;
    return new Promise(() => {});
  });
  const args = agentArgs(repo, '--heartbeat', '5');
  const agent = launch(args, agentEnv(world, host));
  let said = '';
  agent.stderr.on('data', (chunk) => (said += chunk));
  const ended = new Promise<number | null>((resolve) => agent.once('close', resolve));
  const project_id = await until(async () => (await world.user.projects.list.query({}))[0]?.id);
  const queue = (job_type: string) =>
    world.user.projects.createJob.mutate({ project_id, job_type, payload: { prompt: 'x' } });
  const job = ({ id }: { id: number }) => world.user.projects.job.query({ project_id, job_id: id });

  world.server.child.kill('SIGKILL');
  await world.server.ended;
  await until(async () => said.includes('trying again in'));
  await startServer({ ...world.env, PORT: new URL(world.server.url).port });
  const scan = await queue('git_scan');
  await until(async () => (await job(scan)).status === 'success', 60);

  const cancelled = await queue('code_generation');
  await until(async () => asked === 1);
  await world.user.projects.cancelJob.mutate({ project_id, job_id: cancelled.id });
  await until(async () => said.includes('the job was cancelled'));
  expect((await job(cancelled)).status).toBe('cancelled');

  const left = await queue('code_generation');
  await until(async () => asked === 2);
  agent.kill('SIGINT');
  expect(await ended).toBe(0);
  expect(said).toContain('another agent gets it when its lease has run out');
  expect((await job(left)).status).toBe('running');
  await until(async () => (await job(left)).status === 'pending', 30);
  const next = await flashscan(agentArgs(repo, '--once', '--agent-id', 'a2'), agentEnv(world));
  expect(next.code).toBe(0);
  await until(async () => {
    await flashscan(agentArgs(repo, '--once', '--agent-id', 'a2'), agentEnv(world));
    return (await job(left)).status === 'failed';
  }, 60);
  expect(await job(left)).toMatchObject({ agent: 'a2', attempts: 2 });
}, 240_000);

test('bad credentials and a folder without a repository end the agent with a sentence', async () => {
  const world = await startWorld();
  const repo = repository();
  const refused = await flashscan(agentArgs(repo), { ...agentEnv(world), FLASHSCAN_TOKEN: 'fsk_wrong' });
  const makeKey = /Make a key where the server runs, .* set FLASHSCAN_TOKEN to it\n$/;
  expect([refused.code, refused.err]).toEqual([1, expect.stringMatching(makeKey)]);
  expect(refused.err).toMatch(/^flashscan: The server does not know the token, or it has expired /);
  const tokenless = await flashscan(agentArgs(repo), { ...agentEnv(world), FLASHSCAN_TOKEN: '' });
  expect([tokenless.code, tokenless.err]).toEqual([1, expect.stringMatching(makeKey)]);
  expect(tokenless.err).toContain('The agent has no token');
  const nowhere = await flashscan(agentArgs(emptyFolder()), agentEnv(world));
  expect([nowhere.code, nowhere.err]).toEqual([1, expect.stringContaining('not a git repository')]);
  expect((await flashscan(agentArgs(repo, '--heartbeat', '1'), agentEnv(world))).code).toBe(2);
}, 60_000);

test('a server that cannot be reached ends `--once` with its address and the reason', async () => {
  const repo = repository();
  const run = (url: string) => flashscan(agentArgs(repo, '--once', '--url', url), {});
  const port = await unusedPort();
  const unreachable = await run(`http://127.0.0.1:${port}`);
  expect([unreachable.code, unreachable.err]).toEqual([
    1,
    `flashscan: No server answers at http://127.0.0.1:${port}: the connection was refused (ECONNREFUSED). ` +
      'Start it there, or name another address with --url or FLASHSCAN_URL\n',
  ]);
  const withoutScheme = await run(`localhost:${port}`);
  expect([withoutScheme.code, withoutScheme.err]).toEqual([
    1,
    `flashscan: The server's address localhost:${port} must begin with http:// or https://, as in http://localhost:${port}\n`,
  ]);
  const page = createServer((_request, response) => void response.end('<html></html>'));
  onTestFinished(() => void page.close());
  await new Promise<void>((resolve) => page.listen(0, '127.0.0.1', resolve));
  const notFlashscan = await run(`http://127.0.0.1:${(page.address() as AddressInfo).port}`);
  expect([notFlashscan.code, notFlashscan.err]).toEqual([
    1,
    expect.stringMatching(/^flashscan: What answers at \S+ is not a Flashscan server: [^\n]+\n$/),
  ]);
}, 60_000);

/** A port on which nothing listens. */
async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
