import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveInPackage } from '../../server/process/env.ts';
import { startServer } from '../server/process/run.ts';

const MINUTE = 60_000;
const run = promisify(execFile);

/** The generators, as their own pages say to install them. */
const PACKAGES = {
  'openapi-typescript': '7.13.0',
  'openapi-fetch': '0.17.0',
  '@hey-api/openapi-ts': '0.99.0',
  typescript: '5.9.3',
};

const TSCONFIG = {
  compilerOptions: {
    target: 'ES2022',
    lib: ['ES2023', 'DOM', 'DOM.Iterable'],
    module: 'ESNext',
    moduleResolution: 'bundler',
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
  },
  include: ['*.ts', 'generated/**/*.ts'],
};

const BEGINNING = `
declare const process: { argv: string[] };
const url = process.argv[2] as string;
const account = { email: process.argv[3] as string, password: 'securePassword123' };
const answers: Record<string, unknown> = {};
`;

/** Twenty operations by \`openapi-fetch\`: the document's paths are the names. */
const BY_PATH = `import createClient from 'openapi-fetch';
import type { paths } from './schema';
${BEGINNING}
const client = createClient<paths>({ baseUrl: url });
const { data: login } = await client.POST('/auth/register', { body: account });
client.use({ onRequest: ({ request }) => (request.headers.set('authorization', 'Bearer ' + login!.access_token), request) });
const form = new FormData();
form.set('file', new File(['hello'], 'hello.txt'));
answers.me = (await client.GET('/me')).data!.email;
const scan = await client.POST('/scan/analyze', { body: { url: 'http://secure-naver-login.tk' } });
answers.scan = scan.data!.data.verdict;
answers.date = !Number.isNaN(Date.parse(scan.data!.data.analyzed_at));
answers.batch = (await client.POST('/scan/batch', { body: { urls: ['https://example.com', 'nonsense x'] } })).data!.data.results.map(({ kind }) => kind);
answers.message = (await client.POST('/scan/message', { body: { text: 'See http://secure-naver-login.tk' } })).data!.data.verdict;
answers.payload = (await client.POST('/scan/payload', { body: { text: 'WIFI:S:a;T:nopass;;' } })).data!.data.kind;
answers.history = (await client.GET('/history', { params: { query: { limit: 2 } } })).data!.data.history.length;
answers.chat = (await client.POST('/chatbot/ask', { body: { message: 'What is phishing?' } })).data!.data.intent_type;
answers.settings = (await client.PUT('/settings', { body: { language: 'en' } })).data!.data.language;
const project = await client.POST('/git/projects/register', { body: { name: 'a', local_path: '/a' } });
const project_id = project.data!.id;
answers.projects = (await client.GET('/projects')).data!.map(({ name }) => name);
const job = await client.POST('/projects/{project_id}/jobs', { params: { path: { project_id } }, body: { job_type: 'git_scan' } });
answers.job = job.data!.status;
answers.jobs = (await client.GET('/projects/{project_id}/jobs', { params: { path: { project_id } } })).data!.jobs.length;
answers.trace = (await client.POST('/llm/traces', { body: { run_id: 'r', prompt: 'a', response: null } })).data!.run_id;
answers.cost = (await client.POST('/llm/cost', { body: { model_name: 'unknown', input_tokens: 1, output_tokens: 1 } })).data!.cost_usd;
answers.costs = (await client.GET('/llm/costs')).data!.totals.requests;
answers.pools = (await client.GET('/quiz/pools')).data!.pools.length > 0;
answers.level = (await client.GET('/gami/profile')).data!.level;
answers.key = (await client.POST('/me/keys', { body: { name: 'k', scopes: ['scan'] } })).data!.expires_at;
const upload = await client.POST('/uploads', { body: form as never });
answers.size = upload.data!.size;
const { error, response } = await client.POST('/me/keys', { body: { name: 'k', scopes: [] } });
answers.error = [response.status, error!.code, error!.issues![0]!.path];
answers.gone = (await client.DELETE('/me', { body: { password: account.password } })).response.status;
console.log(JSON.stringify(answers));
`;

/** The same by the functions that hey-api makes of \`operationId\`s. */
const BY_NAME = `import { client } from './generated/client.gen';
import * as api from './generated';
${BEGINNING}
client.setConfig({ baseUrl: url });
const { data: login } = await api.authRegister({ body: account });
client.setConfig({ auth: () => login!.access_token });
answers.me = (await api.meGet()).data!.email;
const scan = await api.scanAnalyze({ body: { url: 'http://secure-naver-login.tk' } });
answers.scan = scan.data!.data.verdict;
answers.date = !Number.isNaN(Date.parse(scan.data!.data.analyzed_at));
answers.batch = (await api.scanBatch({ body: { urls: ['https://example.com', 'nonsense x'] } })).data!.data.results.map(({ kind }) => kind);
answers.message = (await api.scanMessage({ body: { text: 'See http://secure-naver-login.tk' } })).data!.data.verdict;
answers.payload = (await api.scanPayload({ body: { text: 'WIFI:S:a;T:nopass;;' } })).data!.data.kind;
answers.history = (await api.historyList({ query: { limit: 2 } })).data!.data.history.length;
answers.chat = (await api.chatbotAsk({ body: { message: 'What is phishing?' } })).data!.data.intent_type;
answers.settings = (await api.settingsUpdate({ body: { language: 'en' } })).data!.data.language;
const project_id = (await api.gitRegister({ body: { name: 'a', local_path: '/a' } })).data!.id;
answers.projects = (await api.projectsList()).data!.map(({ name }) => name);
answers.job = (await api.projectsCreateJob({ path: { project_id }, body: { job_type: 'git_scan' } })).data!.status;
answers.jobs = (await api.projectsJobs({ path: { project_id } })).data!.jobs.length;
answers.trace = (await api.llmTrace({ body: { run_id: 'r', prompt: 'a', response: null } })).data!.run_id;
answers.cost = (await api.llmCost({ body: { model_name: 'unknown', input_tokens: 1, output_tokens: 1 } })).data!.cost_usd;
answers.costs = (await api.llmCosts()).data!.totals.requests;
answers.pools = (await api.quizPools()).data!.pools.length > 0;
answers.level = (await api.gamiProfile()).data!.level;
answers.key = (await api.meKeysCreate({ body: { name: 'k', scopes: ['scan'] } })).data!.expires_at;
answers.size = (await api.filesUploadFor({ body: { file: new File(['hello'], 'hello.txt') } })).data!.size;
const { error, response } = await api.meKeysCreate({ body: { name: 'k', scopes: [] } });
answers.error = [response!.status, error!.code, error!.issues![0]!.path];
answers.gone = (await api.meRemove({ body: { password: account.password } })).response!.status;
console.log(JSON.stringify(answers));
`;

const EXPECTED = {
  scan: 'dangerous',
  date: true,
  batch: ['analysis', 'failure'],
  message: 'dangerous',
  payload: 'wifi',
  history: 2,
  chat: expect.any(String),
  settings: 'en',
  projects: ['a'],
  job: 'pending',
  jobs: 1,
  trace: 'r',
  cost: null,
  costs: 1,
  pools: true,
  level: expect.any(Number),
  key: null,
  size: 5,
  error: [400, 'INVALID_INPUT', 'scopes'],
  gone: 204,
};

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'flashscan-generated-'));
  const write = (name: string, text: string) => writeFile(path.join(folder, name), text);
  await write('package.json', JSON.stringify({ private: true, type: 'module', dependencies: PACKAGES }));
  await write('tsconfig.json', JSON.stringify(TSCONFIG));
  await write('by-path.ts', BY_PATH);
  await write('by-name.ts', BY_NAME);
  const inFolder = (command: string, ...args: string[]) => run(command, args, { cwd: folder });
  await inFolder('npm', 'install', '--no-audit', '--no-fund');
  const document = resolveInPackage('openapi.json');
  await inFolder('npx', 'openapi-typescript', document, '-o', 'schema.d.ts');
  await inFolder('npx', 'openapi-ts', '-i', document, '-o', 'generated');
}, 10 * MINUTE);

afterAll(() => rm(folder, { recursive: true, force: true }), MINUTE);

test(
  'programs against generated clients compile under strict rules and do what they say',
  async () => {
    const compiled = await run('npx', ['tsc'], { cwd: folder }).catch((error) => error);
    expect(compiled.stdout).toBe('');
    const { url } = await startServer({ DATA_DIR: path.join(folder, 'data'), RATE_LIMITS: 'off' });
    const tsx = import.meta.resolve('tsx');
    for (const program of ['by-path', 'by-name']) {
      const email = `${program}@example.com`;
      const args = ['--import', tsx, `${program}.ts`, url, email];
      const { stdout } = await run(process.execPath, args, { cwd: folder });
      expect(JSON.parse(stdout), program).toEqual({ me: email, ...EXPECTED });
    }
  },
  10 * MINUTE,
);
