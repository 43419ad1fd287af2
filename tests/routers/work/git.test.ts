import { expect, test } from 'vitest';
import { projects } from '../../../db/index.ts';
import { type TestClient, testApp } from '../../support/app.ts';
import { COMMIT, DIFF, form, HASH, keyOf, REMOTE, withProject } from '../../support/repository.ts';

/** Every Git request of the guide, as it stands there. */
async function guide(it: Pick<TestClient, 'post'>, base: string, first: boolean): Promise<void> {
  const register = await it.post(`${base}/git/projects/register`, {
    name: 'MyProject',
    local_path: 'C:/Users/User/projects/MyProject',
    remote_url: REMOTE,
  });
  expect(register.status).toBe(first ? 201 : 200);
  expect(register.body).toMatchObject({ id: 1, name: 'MyProject', remote_url: REMOTE });
  const git = `${base}/git/${register.body.id}`;
  const scan = await it.post(`${git}/scan`, {
    file_tree: [{ path: 'src/main.py', size: 1024 }],
    language_stats: { Python: 10240, JavaScript: 5120 },
    total_loc: 15360,
    avg_complexity: 8.5,
  });
  expect([scan.status, scan.body.files, scan.body.total_loc]).toEqual([200, 1, 15360]);
  const issues = await it.post(`${git}/issues`, {
    analyzer: 'eslint',
    issues: [{ file: 'src/app.js', line: 10, rule_id: 'no-unused-vars', severity: 'warning' }],
  });
  expect([issues.status, issues.body.received, issues.body.resolved]).toEqual([201, 1, 0]);
  const content = '# MyProject\n\nThis is the auto-generated README...';
  const readme = await it.post(`${git}/readme`, { content, version: 'draft_v1' });
  expect([readme.status, readme.body.content]).toEqual([200, content]);
  const short = 'a1b2c3d4e5f6...';
  const commit = await it.post(`${git}/commits`, { ...COMMIT, commit_hash: short });
  expect(commit.status).toBe(first ? 201 : 200);
  expect(commit.body).toMatchObject({ commit_hash: 'a1b2c3d4e5f6', timestamp: '2025-10-28T10:30:00Z' });
  const diff = await it.post(`${git}/commits/a1b2c3d4e5f6/diff`, { diff_content: DIFF });
  expect(diff.status).toBe(201);
  expect(diff.body).toMatchObject({
    files: [{ path: 'src/main.py', additions: 1, deletions: 0 }],
    additions: 1,
    deletions: 0,
    url_findings: [],
  });
  const artifact = await it.post(
    `${git}/artifacts`,
    form({ type: 'build_log', commit_hash: 'a1b2c3d4e5f6' }),
  );
  expect(artifact.status).toBe(201);
  expect(artifact.body).toMatchObject({ type: 'build_log', commit_hash: 'a1b2c3d4e5f6', size: 13 });
}

test('every example of the guide is answered, to a user and to an agent’s key, at the root and under /api/v1', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const key = keyOf(app, 'alice');
  await guide(alice, '', true);
  await guide(alice, '/api/v1', false);
  await guide(key, '', false);
  await guide(key, '/api/v1', false);
  expect(app.deps.db.select().from(projects).all()).toHaveLength(1);
  expect((await alice.get('/projects')).body).toMatchObject([
    { total_loc: 15360, avg_complexity: 8.5, open_issues: 1, commit_count: 1 },
  ]);
});

test('an agent of this machine needs no credentials for them when that is switched on', async () => {
  for (const on of [true, false]) {
    const app = testApp({ trust_loopback_agents: on });
    const admin = await app.admin();
    const here = { incoming: { socket: { remoteAddress: '127.0.0.1' } } };
    const post: TestClient['post'] = async (path, body) => {
      const form = body instanceof FormData;
      const headers = form ? {} : { 'content-type': 'application/json' };
      const init = { method: 'POST', headers, body: form ? body : JSON.stringify(body) };
      const answer = await app.app.request(path, init, here);
      return { status: answer.status, body: await answer.json(), headers: answer.headers };
    };
    if (on) {
      await guide({ post }, '', true);
      await guide({ post }, '/api/v1', false);
      expect((await admin.get('/projects')).body).toHaveLength(1);
    } else {
      expect((await post('/git/projects/register', { name: 'p' })).status).toBe(401);
    }
  }
});

test('the same remote in another spelling, or the same path, is the same project, and credentials are not kept', async () => {
  const { alice, app, id } = await withProject();
  const again = await alice.post('/git/projects/register', {
    name: 'Renamed',
    remote_url: 'https://alice:ghp_secret@github.com/username/myproject/',
    local_path: '/home/alice/myproject/',
  });
  expect(again.status).toBe(200);
  expect(again.body).toMatchObject({
    id,
    name: 'Renamed',
    remote_url: 'https://github.com/username/myproject/',
    local_path: '/home/alice/myproject',
  });
  expect(JSON.stringify(app.deps.db.select().from(projects).all())).not.toContain('ghp_secret');
  const byPath = { name: 'ByPath', local_path: '/home/alice/myproject' };
  expect((await alice.post('/git/projects/register', byPath)).body.id).toBe(id);
  const other = await alice.post('/git/projects/register', {
    name: 'Fork',
    remote_url: 'https://github.com/alice/myproject',
  });
  expect([other.status, other.body.id === id]).toEqual([201, false]);
  const nameless = await alice.post('/git/projects/register', { name: 'Only a name' });
  expect(nameless.status).toBe(201);
  expect((await alice.post('/git/projects/register', { name: 'Only a name' })).body.id).toBe(
    nameless.body.id,
  );
  const bob = await app.user('bob');
  const his = await bob.post('/git/projects/register', { name: 'MyProject', remote_url: REMOTE });
  expect([his.status, his.body.id === id]).toEqual([201, false]);
});

test('twenty registrations of one remote at once make one project', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      alice.post('/git/projects/register', { name: `P${i}`, remote_url: REMOTE }),
    ),
  );
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
});

test('another user, a guest and a key of another scope get nowhere', async () => {
  const { app, path } = await withProject();
  const bob = await app.user('bob');
  const key = keyOf(app, 'bob');
  const llm = keyOf(app, 'alice', ['llm']);
  const writes: [string, unknown][] = [
    ['/scan', { file_tree: [], total_loc: 0 }],
    ['/issues', { analyzer: 'eslint', issues: [] }],
    ['/readme', { content: 'x' }],
    ['/commits', COMMIT],
    [`/commits/${HASH}/diff`, { diff_content: DIFF }],
    ['/artifacts', form({ type: 'log' })],
  ];
  const reads = ['/issues', '/readme', '/commits', `/commits/${HASH}/diff`];
  for (const [where, body] of writes) {
    expect((await bob.post(path + where, body)).status, where).toBe(404);
    expect((await key.post(path + where, body)).status, where).toBe(404);
    expect((await llm.post(path + where, body)).status, where).toBe(403);
    expect((await app.client().post(path + where, body)).body.code, where).toBe('AUTH_REQUIRED');
    expect((await bob.post(`/git/999${where}`, body)).status, where).toBe(404);
  }
  for (const where of reads) {
    expect((await bob.get(path + where)).status, where).toBe(404);
    expect((await app.client().get(path + where)).status, where).toBe(401);
  }
});

test('an artifact is a file of its owner’s, and knows the whole hash of its commit', async () => {
  const { alice, path, app } = await withProject();
  await alice.post(`${path}/commits`, COMMIT);
  const made = await keyOf(app, 'alice').post(
    `${path}/artifacts`,
    form({ type: 'build_log', commit_hash: HASH.slice(0, 12) }),
  );
  expect(made.body).toMatchObject({
    commit_hash: HASH,
    file_name: 'log.txt',
    mime_type: expect.stringContaining('text/plain'),
  });
  const bytes = await alice.get(`/files/${made.body.file_id}/content`);
  expect(bytes.body).toBe('it went well\n');
  const bob = await app.user('bob');
  expect((await bob.get(`/files/${made.body.file_id}`)).status).toBe(404);
  expect((await alice.post(`${path}/artifacts`, { type: 'build_log' })).status).toBe(415);
  expect((await alice.post(`${path}/artifacts`, form({ type: 'x', commit_hash: 'zzz' }))).status).toBe(400);
});

test('tRPC gets the same plain data', async () => {
  const { alice, id } = await withProject();
  const commit = await alice.mutate('git.addCommit', { project_id: id, ...COMMIT });
  expect(commit.body.result.data).toMatchObject({ commit_hash: HASH, project_id: id });
  const diff = await alice.mutate('git.addDiff', { project_id: id, commit_id: HASH, diff_content: DIFF });
  expect(diff.body.result.data.additions).toBe(1);
  const listed = await alice.query('git.commits', { project_id: id });
  expect(listed.body.result.data.total).toBe(1);
});
