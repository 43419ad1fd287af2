import { randomBytes } from 'node:crypto';
import { gami_profiles, gami_redemptions } from '../../db/index.ts';
import { openSession } from '../../routers/accounts/auth/sessions.ts';
import { publishPools } from '../../routers/learning/quiz/publish.ts';
import type { TestApp, TestClient } from './app.ts';
import { makeUser } from './callers.ts';
import type { Operation, Operations, Schema } from './operations.ts';
import { projectOf, queue } from './queue.ts';
import { aPool, POOLS } from './quizzes.ts';
import { COMMIT, DIFF } from './repository.ts';

export type Params = Record<string, string | number>;

/** Who makes things: a user, and the administrator for what only one can make. */
export interface Makers {
  app: TestApp;
  owner: TestClient & { id: number };
  admin: TestClient;
}

const name = () => `thing-${randomBytes(6).toString('hex')}`;
const form = (fields: Record<string, string> = {}) => {
  const data = new FormData();
  data.set('file', new File([name()], 'log.txt'));
  for (const [key, value] of Object.entries(fields)) data.set(key, value);
  return data;
};
const project = async ({ owner }: Makers) => ({ project_id: await projectOf(owner, name()) });
const adminMade = (path: string, body: () => object, id: string) => async (by: Makers) => {
  const answer = await by.admin.post(path, body());
  return { [id]: made(path, answer)[id] };
};

function made(what: string, { status, body }: { status: number; body: unknown }): never {
  if (status < 200 || status > 299) throw new Error(`${what} could not be made: ${JSON.stringify(body)}`);
  return body as never;
}

const BOTH = { ko: '이름', en: 'Name' };
const POLICY = {
  category: 'prompt_injection',
  kind: 'keyword',
  pattern: 'ignore all rules',
  applies_to: ['input'],
  action: 'flag',
  description: 'About it',
};
const RELEASE = {
  platform: 'linux',
  download_url: 'https://download.example/app',
  sha256: '0'.repeat(64),
  release_notes: 'Better',
};
let patch = 0;
const letters = (n: number) => [...String(n)].map((digit) => 'abcdefghij'[Number(digit)]).join('');
const version = () => `3.0.${++patch}`;

/**
 * How an object of each kind is made, by the path that names it up to its last parameter. An operation with an id in
 * its path and no entry here fails the tests: add how one is made.
 */
export const OBJECTS: Record<string, (by: Makers) => Promise<Params>> = {
  '/scan/cache/{url_hash}': async ({ owner }) => {
    const answer = await owner.post('/scan/analyze', { url: `https://example.com/${name()}` });
    const { data } = made('a scan', answer) as { data: { details: { url_hash: string } } };
    return { url_hash: data.details.url_hash };
  },
  '/scan/prefixes/{prefix}': async () => ({ prefix: randomBytes(4).toString('hex') }),
  '/history/{id}': async ({ owner }) => {
    await owner.post('/scan/analyze', { url: `https://example.com/${name()}` });
    const { data } = made('an entry', await owner.get('/history')) as { data: { history: { id: number }[] } };
    return { id: data.history[0]?.id as number };
  },
  '/files/{file_id}': async ({ owner }) => {
    const { file_id } = made('a file', await owner.post('/files', form())) as { file_id: string };
    return { file_id };
  },
  '/datasets/{dataset_id}': async ({ owner }) => {
    const body = { dataset_name: name(), schema: [{ name: 'age', type: 'int' }] };
    const { dataset_id } = made('a dataset', await owner.post('/datasets', body)) as { dataset_id: string };
    return { dataset_id };
  },
  '/auth/sessions/{id}': async ({ app, owner }) => {
    const { body } = await owner.get('/me');
    const { db, clock } = app.deps;
    const { session_id } = await openSession(db, clock, body.id, {
      isAuthenticated: false,
      user_agent: null,
      address: null,
    });
    return { id: session_id };
  },
  '/git/{project_id}': async (by) => {
    const mine = await project(by);
    await by.owner.post(`/git/${mine.project_id}/readme`, { content: name(), version: 'draft_v1' });
    return mine;
  },
  '/git/{project_id}/commits/{commit_id}': async (by) => {
    const { project_id } = await project(by);
    const commit_id = randomBytes(20).toString('hex');
    const path = `/git/${project_id}/commits`;
    made('a commit', await by.owner.post(path, { ...COMMIT, commit_hash: commit_id }));
    made('a diff', await by.owner.post(`${path}/${commit_id}/diff`, { diff_content: DIFF }));
    return { project_id, commit_id };
  },
  '/projects/{project_id}': project,
  '/projects/{project_id}/jobs/{job_id}': async (by) => {
    const { project_id } = await project(by);
    return { project_id, job_id: await queue(by.owner, project_id) };
  },
  '/agent/jobs/{job_id}': async (by) => {
    const { project_id } = await project(by);
    return { job_id: await queue(by.owner, project_id) };
  },
  '/notifications/{id}': async ({ owner, admin }) => {
    made('a task', await admin.post('/tasks', { type: 'mission', title: name(), user_id: owner.id }));
    const { notifications } = made('a notification', await owner.get('/notifications')) as {
      notifications: { id: number }[];
    };
    return { id: notifications[0]?.id as number };
  },
  '/tasks/{id}': async ({ owner, admin }) => {
    made('a task', await admin.post('/tasks', { type: 'mission', title: name(), user_id: owner.id }));
    const { tasks } = made('a task', await owner.get('/tasks/assigned')) as { tasks: { id: number }[] };
    return { id: tasks.at(-1)?.id as number };
  },
  '/quiz/sessions/{session_id}': async ({ app, owner }) => {
    publishPools(app.deps, POOLS);
    const answer = await owner.post('/quiz/sessions', { pool_id: 5, num_questions: 3 });
    const { session_id } = made('a quiz', answer) as { session_id: number };
    return { session_id };
  },
  '/llm/traces/{trace_id}': async ({ owner }) => {
    const body = { run_id: name(), prompt: name(), response: name() };
    const { trace_id } = made('a trace', await owner.post('/llm/traces', body)) as { trace_id: number };
    return { trace_id };
  },
  '/gami/groups/{id}': async ({ owner }) => {
    const { id } = made('a group', await owner.post('/gami/groups', { name: name() })) as { id: number };
    return { id };
  },
  '/admin/users/{id}': async ({ app }) => ({ id: (await makeUser(app)).id }),
  '/admin/rewards/{reward_id}': adminMade(
    '/admin/rewards',
    () => ({ reward_id: name(), name: BOTH, points_cost: 1 }),
    'reward_id',
  ),
  '/admin/redemptions/{id}': async ({ app, admin }) => {
    const reward_id = name();
    made('a reward', await admin.post('/admin/rewards', { reward_id, name: BOTH, points_cost: 1 }));
    const { db, clock } = app.deps;
    const user_id = (await makeUser(app)).id;
    db.insert(gami_profiles).values({ user_id, points: 0, created_at: 0, updated_at: 0 }).run();
    const row = { user_id, reward_id, quantity: 1, points_spent: 1, created_at: clock.now() };
    return db
      .insert(gami_redemptions)
      .values({ ...row, status: 'pending' })
      .returning({ id: gami_redemptions.id })
      .get();
  },
  '/admin/config/{name}': async ({ admin }) => {
    const key = name();
    made('a flag', await admin.put(`/admin/config/${key}`, { value: 1 }));
    return { name: key };
  },
  '/admin/quiz/pools/{pool_id}': async ({ admin }) => {
    const pool_id = 100 + (++patch % 800);
    made('a pool', await admin.post('/admin/quiz/pools', aPool(pool_id, letters(pool_id))));
    return { pool_id };
  },
  '/admin/prices/{model}': async ({ admin }) => {
    const model = name();
    made(
      'a price',
      await admin.put(`/admin/prices/${model}`, { input: '1', output: '1', source: 'contract' }),
    );
    return { model };
  },
  '/admin/lists/{key}': adminMade(
    '/admin/lists',
    () => ({ list: 'deny', kind: 'host', entry: `${name()}.com` }),
    'key',
  ),
  '/admin/feeds/{name}': async ({ admin }) => {
    const feed = name();
    made('a feed', await admin.post('/admin/feeds', form({ name: feed })));
    return { name: feed };
  },
  '/admin/scan/feedback/{id}': async ({ owner }) => {
    const answer = await owner.post('/scan/analyze', { url: `https://example.com/${name()}` });
    const { data } = made('a scan', answer) as { data: { details: { url_hash: string } } };
    const report = { url_hash: data.details.url_hash, verdict: 'dangerous' };
    const receipt = made('a report', await owner.post('/scan/feedback', report)) as { data: { id: number } };
    return { id: receipt.data.id };
  },
  '/me/keys/{id}': async ({ owner }) => {
    const { id } = made('a key', await owner.post('/me/keys', { name: name(), scopes: ['scan'] })) as {
      id: number;
    };
    return { id };
  },
  '/admin/api-keys/{id}': adminMade('/admin/api-keys', () => ({ name: name(), scopes: ['agent'] }), 'id'),
  '/admin/policies/{id}': adminMade('/admin/policies', () => ({ ...POLICY, id: name() }), 'id'),
  '/admin/releases/{id}': adminMade('/admin/releases', () => ({ ...RELEASE, version: version() }), 'id'),
  '/admin/notices/{id}': adminMade('/admin/notices', () => ({ title: name(), body: name() }), 'id'),
  '/admin/tasks/{id}': async ({ owner, admin }) => {
    const body = { type: 'mission', title: name(), user_id: owner.id };
    const { tasks } = made('a task', await admin.post('/tasks', body)) as { tasks: { id: number }[] };
    return { id: tasks[0]?.id as number };
  },
};

/** What a call about such an object must carry that the document's examples cannot know. */
export const INPUTS: Record<string, (by: Makers, params: Params) => Promise<object>> = {
  'quiz.answer': async ({ owner }, { session_id }) => {
    const answer = await owner.get(`/quiz/sessions/${session_id}`);
    const { questions } = made('a quiz', answer) as { questions: { question_id: number }[] };
    return { question_id: questions[0]?.question_id, selected_option_id: 1 };
  },
};

/** The path of an operation up to its last parameter; null when it has none. */
export function kindOf({ path }: Operation): string | null {
  return /^.*\}/.exec(path)?.[0] ?? null;
}

/** The path of an operation with its parameters filled in. */
export function filled({ path }: Operation, params: Params): string {
  return path.replace(/\{(.+?)\}/g, (_, key: string) => encodeURIComponent(String(params[key])));
}

/** What the document itself gives as an example of everything an operation requires. */
export function exampleInput(operation: Operation, { resolve }: Operations): Record<string, unknown> {
  const body = operation.example ?? (operation.body ? example(resolve(operation.body), resolve) : {});
  const asked = operation.parameters.filter((one) => one.in === 'query' && one.required);
  const query = asked.map(({ name, example: own, schema }) => [name, own ?? example(schema, resolve)]);
  return { ...(body as object), ...Object.fromEntries(query) };
}

function example(schema: Schema, resolve: Operations['resolve']): unknown {
  const at = resolve(schema);
  const own = at.example ?? at.examples?.[0] ?? at.default ?? at.const ?? at.enum?.[0];
  if (own !== undefined) return own;
  const required = at.required ?? [];
  return Object.fromEntries(required.map((key) => [key, example(at.properties?.[key] ?? {}, resolve)]));
}
