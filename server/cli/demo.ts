import { findUserByName } from '../../routers/accounts/auth/users.ts';
import { addUser } from '../../routers/accounts/users/password.ts';
import type { Context, Deps } from '../../routers/core/context.ts';
import { callerFactory } from '../../routers/core/procedures.ts';
import { appRouter } from '../../routers/index.ts';
import { readPoolFiles } from '../../routers/learning/quiz/pool-files.ts';
import { publishPools } from '../../routers/learning/quiz/publish.ts';
import { resolveInPackage } from '../process/env.ts';

const EMAIL = 'demo@example.com';
const AGENT = 'demo-agent';

const URLS = [
  'https://www.naver.com/',
  'https://toss.im/',
  'http://secure-naver-login.tk',
  'https://github.com/',
  'http://192.168.0.1:8081/login/verify-account',
  'https://www.kakaocorp.com/',
  'https://paypa1-secure.example.com/signin',
];
const QUESTIONS = [
  '안녕하세요',
  '큐싱이 뭐예요?',
  'http://secure-naver-login.tk 접속해도 되나요?',
  'What should I do when I typed my password into a phishing site?',
];
const COMMITS = [
  'Start of the shop',
  'Add the cart',
  'Fix rounding of prices',
  'Show what is out of stock',
  'README',
];
const DIFF = `diff --git a/src/pay.js b/src/pay.js
--- a/src/pay.js
+++ b/src/pay.js
@@ -1,2 +1,3 @@
 const rate = 0.1;
-const total = Math.round(price);
+const total = Math.round(price * 100) / 100;
+const help = 'https://github.com/flashscan-demo/shop/wiki';
`;

const call = callerFactory(appRouter);
type Caller = ReturnType<typeof call>;

export interface Demo {
  user_id: string;
  email: string;
  /** set at the first run only */
  password: string | null;
  /** names of what this run made */
  made: string[];
}

/**
 * Makes a user with an example of everything, through the public operations. A second run adds only what is missing.
 */
export async function seedDemo(deps: Deps): Promise<Demo> {
  publishPools(deps, readPoolFiles(resolveInPackage('db/seed-data/quiz')));
  const system: Context = {
    ...deps,
    auth: { caller: { kind: 'system', name: 'command line' } },
    language: 'ko',
    http: null,
    consume: () => () => {},
  };
  const existing = findUserByName(deps.db, EMAIL);
  const created = existing ? null : await addUser(system, { email: EMAIL, username: 'demo', role: 'user' });
  const { id: principal_id, user_id } = existing ?? (created as NonNullable<typeof created>);
  const caller = {
    kind: 'user',
    principal_id,
    public_id: user_id,
    role: 'user',
    session_id: 0,
    via: 'bearer',
  } as const;
  const api = call({ ...system, auth: { caller } });
  const made = created ? ['user'] : [];
  for (const [name, exists, make] of STEPS) {
    if (await exists(api)) continue;
    await make(api);
    made.push(name);
  }
  return { user_id, email: EMAIL, password: created?.password ?? null, made };
}

/** The examples to make, each with a check whether it exists. */
const STEPS: [
  name: string,
  isThere: (api: Caller) => Promise<boolean>,
  make: (api: Caller) => Promise<void>,
][] = [
  ['scans', async (api) => (await api.history.list({})).total > 0, makeScans],
  ['project', async (api) => (await api.projects.list({})).length > 0, makeProject],
  ['jobs', async (api) => (await listJobs(api)).total > 0, makeJobs],
  ['chats', async (api) => (await api.chatbot.history({})).total > 0, makeChats],
  ['quiz', async (api) => (await api.quiz.history({})).total > 0, playQuiz],
];

async function makeProject(api: Caller): Promise<void> {
  const { id: project_id } = await api.git.register({
    name: 'demo-shop',
    remote_url: 'https://github.com/flashscan-demo/shop',
    local_path: '/demo/shop',
  });
  await api.git.scan({
    project_id,
    file_tree: [
      { path: 'README.md', size: 1200 },
      { path: 'src/index.js', size: 5300 },
      { path: 'src/pay.js', size: 2100 },
      { path: 'tests/pay.test.js', size: 1700 },
    ],
    language_stats: { JavaScript: 9100, Markdown: 1200 },
    total_loc: 420,
    avg_complexity: 3.2,
  });
  const issue = {
    file: 'src/pay.js',
    line: 2,
    rule_id: 'no-unused-vars',
    severity: 'warning',
    message: 'help is never used',
  };
  await api.git.reportIssues({ project_id, analyzer: 'eslint', issues: [issue] });
  for (const [n, message] of COMMITS.entries()) {
    const commit_hash = `${n + 1}`.repeat(40);
    const timestamp = `2026-11-${20 + n}T09:00:00Z`;
    await api.git.addCommit({ project_id, commit_hash, author_email: EMAIL, message, timestamp });
  }
  await api.git.addDiff({ project_id, commit_id: '3'.repeat(40), diff_content: DIFF });
  await api.git.saveReadme({
    project_id,
    content: '# Demo shop\n\nA shop to look at.\n',
    version: 'draft_v1',
  });
}

async function listJobs(api: Caller) {
  const [project] = await api.projects.list({});
  return api.projects.jobs({ project_id: project?.id ?? 0 });
}

/** Makes one job in each state. */
async function makeJobs(api: Caller): Promise<void> {
  const [project] = await api.projects.list({});
  const project_id = project?.id ?? 0;
  for (const job_type of ['git_scan', 'code_generation', 'commit_generation', 'readme_update']) {
    await api.projects.createJob({ project_id, job_type, payload: { description: `Demo: ${job_type}` } });
  }
  const capabilities = ['git_scan', 'code_generation', 'commit_generation'];
  const { jobs } = await api.agent.request({ agent_id: AGENT, capabilities, max_jobs: 3 });
  const [done, failed, running] = jobs.map(({ job_id }) => job_id);
  for (const job_id of [done, failed, running]) {
    if (job_id !== undefined) await api.agent.start({ job_id, agent_id: AGENT });
  }
  if (done)
    await api.agent.complete({
      job_id: done,
      agent_id: AGENT,
      status: 'success',
      summary: '4 files, 420 lines',
    });
  if (failed) {
    await api.agent.complete({
      job_id: failed,
      agent_id: AGENT,
      status: 'failed',
      error_message: 'The model did not answer',
    });
  }
  if (running) {
    await api.agent.progress({
      job_id: running,
      agent_id: AGENT,
      percent_complete: 40,
      log_message: 'Reading the changes',
    });
  }
}

async function makeScans(api: Caller): Promise<void> {
  const { results } = await api.scan.batch({ urls: URLS });
  const safe = results.find((result) => 'details' in result && result.analysis_result === 'safe');
  if (safe && 'details' in safe) {
    await api.scan.feedback({
      url_hash: safe.details.url_hash,
      verdict: 'safe',
      comment: '데모: 맞는 판정입니다',
    });
  }
}

async function makeChats(api: Caller): Promise<void> {
  for (const message of QUESTIONS) await api.chatbot.ask({ message });
}

async function playQuiz(api: Caller): Promise<void> {
  const { pools } = await api.quiz.pools({});
  for (const { id: pool_id } of pools.slice(0, 2)) {
    const { session_id, questions } = await api.quiz.start({ pool_id, num_questions: 5 });
    for (const { question_id, options } of questions) {
      const selected_option_id = options[0]?.option_id;
      if (selected_option_id !== undefined)
        await api.quiz.answer({ session_id, question_id, selected_option_id });
    }
    await api.quiz.finish({ session_id });
  }
}
