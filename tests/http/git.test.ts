import { expect, test } from 'vitest';
import { events, projects } from '../../db/index.ts';
import { createApiKey } from '../../routers/accounts/auth/keys.ts';
import { type TestApp, type TestClient, testApp } from '../app.ts';

const REMOTE = 'git@github.com:username/myproject.git';
const HASH = 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678';
const COMMIT = {
  commit_hash: HASH,
  author_email: 'author@example.com',
  message: 'Feat: Add user login functionality',
  timestamp: '2025-10-28T10:30:00Z',
};
const DIFF = "--- a/src/main.py\n+++ b/src/main.py\n@@ -1,1 +1,2 @@\n print('hello')\n+print('world')";

function keyOf(app: TestApp, user: string, scopes: ('agent' | 'llm')[] = ['agent']): TestClient {
  const it = app.client();
  const { db, clock, random } = app.parts;
  it.token = createApiKey(db, clock, random, { name: 'k', scopes, user }).key;
  return it;
}

async function withProject(app = testApp()) {
  const alice = await app.user('alice');
  const { body } = await alice.post('/git/projects/register', { name: 'MyProject', remote_url: REMOTE });
  return { ...app, app, alice, id: body.id as number, path: `/git/${body.id}` };
}

const told = (app: TestApp, type: string) =>
  app.parts.db
    .select()
    .from(events)
    .all()
    .filter((event) => event.type === type);

function form(fields: Record<string, string>, file = new File(['it went well\n'], 'log.txt')): FormData {
  const data = new FormData();
  data.set('file', file);
  for (const [name, value] of Object.entries(fields)) data.set(name, value);
  return data;
}

test('every example of the guide is answered, to a user and to an agent’s key, at the root and under /api/v1', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (const [n, it] of [alice, keyOf(app, 'alice')].entries()) {
    for (const base of ['', '/api/v1']) {
      const register = await it.post(`${base}/git/projects/register`, {
        name: 'MyProject',
        local_path: 'C:/Users/User/projects/MyProject',
        remote_url: REMOTE,
      });
      expect(register.status).toBe(n === 0 && base === '' ? 201 : 200);
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
      expect([201, 200]).toContain(commit.status);
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
  }
  expect(app.parts.db.select().from(projects).all()).toHaveLength(1);
  expect((await alice.get('/projects')).body).toMatchObject([
    { total_loc: 15360, avg_complexity: 8.5, open_issues: 1, commit_count: 1 },
  ]);
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
  expect(JSON.stringify(app.parts.db.select().from(projects).all())).not.toContain('ghp_secret');
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

test('a scan tells what has changed since the last', async () => {
  const { alice, clock, path, app } = await withProject();
  const first = await alice.post(`${path}/scan`, {
    file_tree: [
      { path: 'a.py', size: 10 },
      { path: 'b.py', size: 20 },
      { path: 'c.py', size: 30 },
    ],
    language_stats: { Python: 60, Markdown: 5 },
    total_loc: 65,
    avg_complexity: 2.5,
  });
  expect(first.body).toMatchObject({ scan_id: 1, files: 3, delta: null });
  clock.advance('30m');
  const second = await alice.post(`${path}/scan`, {
    file_tree: [
      { path: 'a.py', size: 10 },
      { path: 'b.py', size: 21 },
      { path: 'd.ts', size: 5 },
    ],
    language_stats: { Python: 31, TypeScript: 5, Markdown: 5 },
    total_loc: 41,
    avg_complexity: 2.2,
  });
  expect(second.body.delta).toEqual({
    since: first.body.created_at,
    files: 0,
    total_loc: -24,
    avg_complexity: -0.3,
    language_stats: { Python: -29, TypeScript: 5 },
    files_added: 1,
    files_removed: 1,
    files_changed: 1,
    added: ['d.ts'],
    removed: ['c.py'],
    changed: ['b.py'],
  });
  expect(told(app, 'repository.scanned')).toHaveLength(2);
  expect((await alice.get('/projects')).body[0]).toMatchObject({
    total_loc: 41,
    last_scan_at: second.body.created_at,
  });
});

test('a nested tree has the files of its list, however it writes its paths', async () => {
  const { alice, path } = await withProject();
  const list = [
    { path: 'README.md', size: 5 },
    { path: 'src/lib/util.py', size: 7 },
    { path: 'src/main.py', size: 9 },
  ];
  const byName = {
    name: 'repo',
    type: 'directory',
    children: [
      { name: 'README.md', type: 'file', size: 5 },
      { name: 'empty', type: 'directory' },
      {
        name: 'src',
        type: 'directory',
        children: [
          { name: 'main.py', type: 'file', size: 9 },
          { name: 'lib', children: [{ name: 'util.py', size: 7 }] },
        ],
      },
    ],
  };
  const byPath = {
    name: 'repo',
    path: 'C:\\repo',
    children: [
      { name: 'README.md', path: 'C:\\repo\\README.md', size: 5 },
      {
        name: 'src',
        path: 'C:\\repo\\src',
        children: [
          { name: 'main.py', path: 'C:\\repo\\src\\main.py', size: 9 },
          { name: 'util.py', path: 'C:\\repo\\src\\lib\\util.py', size: 7 },
        ],
      },
    ],
  };
  for (const file_tree of [list, byName, byPath, byName.children]) {
    const { body } = await alice.post(`${path}/scan`, { file_tree, total_loc: 3 });
    expect(body.files).toBe(3);
    if (body.delta) expect(body.delta).toMatchObject({ files_added: 0, files_removed: 0, files_changed: 0 });
  }
});

test('a tree that is none is refused and says where; a very deep one is read', async () => {
  const { alice, path } = await withProject();
  const bad: [unknown, string][] = [
    [{ name: 'x' }, 'file_tree'],
    [[{ path: 'a', size: -1 }], 'file_tree.0.size'],
    [[{ path: 'a' }, 7], 'file_tree'],
    [[{ size: 1 }], 'file_tree.0.path'],
    [{ children: [{ name: 'a', children: [null] }] }, 'file_tree.children.0.children.0'],
    ['a string', 'file_tree'],
  ];
  for (const [file_tree, at] of bad) {
    const { status, body } = await alice.post(`${path}/scan`, { file_tree });
    expect([status, body.code], at).toEqual([400, 'INVALID_INPUT']);
    expect(body.issues.map((issue: { path: string }) => issue.path).join()).toContain(at);
  }
  const depth = 20_000;
  const deep = `${'{"name":"d","children":['.repeat(depth)}{"name":"f"}${']}'.repeat(depth)}`;
  const { status, body } = await alice.post(`${path}/scan`, `{"file_tree":${deep}}`);
  expect([status, body.files]).toEqual([200, 1]);
});

test('a scan of five megabytes is taken, one of nine is too large', async () => {
  const { alice, path } = await withProject();
  const tree = (count: number) =>
    Array.from({ length: count }, (_, i) => ({ path: `src/folder/with/a/long/name/file-${i}.py`, size: i }));
  const five = await alice.post(`${path}/scan`, { file_tree: tree(80_000) });
  expect([five.status, five.body.files]).toEqual([200, 80_000]);
  const nine = await alice.post(`${path}/scan`, { file_tree: tree(150_000) });
  expect([nine.status, nine.body.code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
});

const issue = (file: string, line: number, message = 'unused', rule_id = 'no-unused-vars') => ({
  file,
  line,
  rule_id,
  severity: 'warning',
  message,
});

test('issues outlive the lines they stand on, are resolved when a report lacks them, and reopen', async () => {
  const { alice, path, clock } = await withProject();
  const report = async (issues: unknown[], analyzer = 'eslint') =>
    (await alice.post(`${path}/issues`, { analyzer, issues })).body;
  const counts = (body: { created: number; still_open: number; resolved: number; reopened: number }) => [
    body.created,
    body.still_open,
    body.resolved,
    body.reopened,
  ];
  expect(
    counts(await report([issue('a.js', 10), issue('a.js', 20), issue('b.js', 5, "'x' is 3 long")])),
  ).toEqual([3, 0, 0, 0]);
  expect(counts(await report([issue('z.py', 1)], 'ruff'))).toEqual([1, 0, 0, 0]);
  const before = (await alice.get(`${path}/issues?analyzer=eslint`)).body.issues;
  clock.advance('30m');
  const moved = [issue('a.js', 12), issue('a.js', 22), issue('./b.js', 7, "'x' is 4 long")];
  expect(counts(await report(moved))).toEqual([0, 3, 0, 0]);
  const after = (await alice.get(`${path}/issues?analyzer=eslint`)).body;
  expect(after.issues.map(({ id }: { id: number }) => id).sort()).toEqual(
    before.map(({ id }: { id: number }) => id).sort(),
  );
  expect(after.issues.map(({ line }: { line: number }) => line).sort()).toEqual([12, 22, 7].sort());
  expect(counts(await report([issue('a.js', 12)]))).toEqual([0, 1, 2, 0]);
  expect((await alice.get(`${path}/issues?status=resolved`)).body).toMatchObject({
    total: 2,
    issues: [{ status: 'resolved', resolved_at: expect.any(String) }, { status: 'resolved' }],
  });
  expect((await alice.get('/projects')).body[0].open_issues).toBe(2);
  expect(counts(await report([issue('a.js', 13), issue('a.js', 30)]))).toEqual([0, 1, 0, 1]);
  expect((await alice.get(`${path}/issues?status=open&severity=WARNING&analyzer=eslint`)).body.total).toBe(2);
  expect(counts(await report([]))).toEqual([0, 0, 2, 0]);
  expect((await alice.get(`${path}/issues?status=open`)).body).toMatchObject({
    total: 1,
    issues: [{ analyzer: 'ruff', file: 'z.py' }],
  });
  expect((await alice.get(`${path}/issues?limit=101`)).status).toBe(400);
  const wrong = await alice.post(`${path}/issues`, {
    analyzer: 'eslint',
    issues: [{ file: 'a', line: 'ten' }],
  });
  expect(wrong.body.issues.map((at: { path: string }) => at.path)).toContain('issues.0.line');
});

test('a report of ten thousand issues is taken in seconds, and again', async () => {
  const { alice, path } = await withProject();
  const issues = Array.from({ length: 10_000 }, (_, i) => ({ file: `f${i % 50}`, line: i, rule_id: 'r' }));
  expect((await alice.post(`${path}/issues`, { analyzer: 'big', issues })).body.created).toBe(10_000);
  const shifted = issues.map((it) => ({ ...it, line: it.line + 1 }));
  expect((await alice.post(`${path}/issues`, { analyzer: 'big', issues: shifted })).body).toMatchObject({
    created: 0,
    still_open: 10_000,
  });
}, 60_000);

test('README drafts are kept by version', async () => {
  const { alice, path, clock, app } = await withProject();
  expect((await alice.get(`${path}/readme`)).status).toBe(404);
  await alice.post(`${path}/readme`, { content: 'one', version: 'draft_v1' });
  clock.advance('1s');
  const next = await alice.post(`${path}/readme`, { content: 'two' });
  expect(next.body).toMatchObject({ version: 'draft_v2', versions: ['draft_v2', 'draft_v1'] });
  clock.advance('1s');
  await alice.post(`${path}/readme`, { content: 'one, again', version: 'draft_v1' });
  expect((await alice.get(`${path}/readme`)).body).toMatchObject({
    content: 'one, again',
    versions: ['draft_v1', 'draft_v2'],
  });
  expect((await keyOf(app, 'alice').get(`${path}/readme?version=draft_v2`)).body.content).toBe('two');
  expect((await alice.get(`${path}/readme?version=draft_v9`)).status).toBe(404);
  expect((await alice.post(`${path}/readme`, { content: '' })).status).toBe(400);
});

test('a commit is stored and told once, however often and however short it is reported', async () => {
  const { alice, path, app } = await withProject();
  const answers = await Promise.all(Array.from({ length: 10 }, () => alice.post(`${path}/commits`, COMMIT)));
  expect(answers.map(({ status }) => status).sort()).toEqual([...Array(9).fill(200), 201]);
  const short = await alice.post(`${path}/commits`, {
    ...COMMIT,
    commit_hash: HASH.slice(0, 9).toUpperCase(),
  });
  expect([short.status, short.body.commit_hash]).toEqual([200, HASH]);
  expect(told(app, 'commit.stored')).toMatchObject([
    { principal_id: alice.id, payload: { commit_hash: HASH, author_email: 'author@example.com' } },
  ]);
  const other = `ffff${HASH.slice(4)}`;
  await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: other.slice(0, 8) });
  const whole = await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: other });
  expect([whole.status, whole.body.commit_hash]).toEqual([200, other]);
  expect((await alice.get('/projects')).body[0].commit_count).toBe(2);
  for (const bad of ['', 'abc', 'not-a-hash', 'g'.repeat(40), 'a'.repeat(65)]) {
    expect((await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: bad })).status, bad).toBe(400);
  }
  expect((await alice.post(`${path}/commits`, { ...COMMIT, timestamp: 'yesterday' })).status).toBe(400);
});

test('commits are listed by the time they were made, the newest first', async () => {
  const { alice, path } = await withProject();
  const times = ['2025-10-28T10:30:00+09:00', '2025-10-28T02:00:00Z', '2025-10-28T01:45:00.123456'];
  for (const [i, timestamp] of times.entries()) {
    await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: `${i}`.repeat(40), timestamp });
  }
  const { body } = await alice.get(`${path}/commits`);
  expect(body.commits.map(({ timestamp }: { timestamp: string }) => timestamp)).toEqual([
    '2025-10-28T02:00:00Z',
    '2025-10-28T01:45:00Z',
    '2025-10-28T01:30:00Z',
  ]);
  expect((await alice.get(`${path}/commits?limit=1&offset=2`)).body).toMatchObject({
    total: 3,
    commits: [{ commit_hash: '0'.repeat(40) }],
  });
});

test('a diff is found by a unique prefix of its commit, and read back whole', async () => {
  const { alice, path } = await withProject();
  await alice.post(`${path}/commits`, COMMIT);
  await alice.post(`${path}/commits`, { ...COMMIT, commit_hash: `${HASH.slice(0, 8)}${'0'.repeat(32)}` });
  const url = (id: string) => `${path}/commits/${id}/diff`;
  expect((await alice.post(url(HASH.slice(0, 8)), { diff_content: DIFF })).body.code).toBe('CONFLICT');
  expect((await alice.post(url('deadbee'), { diff_content: DIFF })).status).toBe(404);
  expect((await alice.post(url('short'), { diff_content: DIFF })).status).toBe(400);
  expect((await alice.get(url(HASH))).status).toBe(404);
  expect((await alice.post(url(HASH.slice(0, 9)), { diff_content: DIFF })).status).toBe(201);
  const { body } = await alice.get(url(HASH));
  expect(body).toMatchObject({ commit_hash: HASH, diff_content: DIFF, additions: 1, deletions: 0 });
});

test('diffs of all kinds are read as Git means them', async () => {
  const { alice, path } = await withProject();
  await alice.post(`${path}/commits`, COMMIT);
  const post = async (diff_content: string) =>
    (await alice.post(`${path}/commits/${HASH}/diff`, { diff_content })).body;
  const korean = await post(
    'diff --git "a/\\355\\225\\234.txt" "b/\\355\\225\\234.txt"\nnew file mode 100644\n--- /dev/null\n' +
      '+++ "b/\\355\\225\\234.txt"\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n',
  );
  expect(korean.files).toEqual([{ path: '한.txt', additions: 1, deletions: 0 }]);
  const dashes = await post(
    '--- a/x.sql\n+++ b/x.sql\n@@ -1,2 +1,2 @@\n--- a comment http://evil.example/old\n+++ b/quiet\n end\n',
  );
  expect(dashes).toMatchObject({ files: [{ path: 'x.sql' }], additions: 1, deletions: 1, url_findings: [] });
  const many = await post(
    'diff --git a/i.png b/i.png\nindex 0..1\nBinary files a/i.png and b/i.png differ\n' +
      'diff --git a/old b/new\nsimilarity index 100%\nrename from old\nrename to new\n' +
      'diff --git a/gone b/gone\ndeleted file mode 100644\n--- a/gone\n+++ /dev/null\n@@ -1 +0,0 @@\n-a\n',
  );
  expect(many.files.map((file: { path: string }) => file.path)).toEqual(['i.png', 'new', 'gone']);
  expect((await post('')).files).toEqual([]);
  for (const bad of ['hello', '--- a/x\n+++ b/x\n@@ -1 +1 @@\n\\ No newline at end of file\n']) {
    expect((await post(bad)).code, bad).toBe('INVALID_INPUT');
  }
});

test('a diff made to take long is refused at once; one of eight megabytes is read, a longer one too large', async () => {
  const { alice, path } = await withProject();
  await alice.post(`${path}/commits`, COMMIT);
  const post = (diff_content: string) => alice.post(`${path}/commits/${HASH}/diff`, { diff_content });
  const began = performance.now();
  expect((await post(`diff ${'a/'.repeat(100_000)}\n`)).body.code).toBe('INVALID_INPUT');
  expect((await post(`diff ${'a/'.repeat(200)}\n`.repeat(2000))).body.code).toBe('INVALID_INPUT');
  expect(performance.now() - began).toBeLessThan(2000);
  const large = (lines: number) =>
    `--- a/x\n+++ b/x\n@@ -0,0 +1,${lines} @@\n${`+${'x'.repeat(97)}\n`.repeat(lines)}`;
  expect((await post(large(80_000))).body.additions).toBe(80_000);
  expect((await post(large(90_000))).status).toBe(413);
});

const adding = (...lines: string[]) =>
  `--- a/config.js\n+++ b/config.js\n@@ -1,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}\n`).join('')}`;

test('links in added lines are judged; dangerous ones become issues and are told, until a diff takes them out', async () => {
  const { alice, path, app, clock } = await withProject();
  await alice.post(`${path}/commits`, COMMIT);
  const post = async (diff_content: string) =>
    (await alice.post(`${path}/commits/${HASH}/diff`, { diff_content })).body;
  const bad = "fetch('http://evil-login.example/a?x=1'); // http://evil-login.example/a?x=2";
  const diff =
    `--- a/config.js\n+++ b/config.js\n@@ -1,2 +1,4 @@\n-old('http://evil.example/removed')\n keep('http://evil.example/kept')\n` +
    `+safe = "https://example.com/ok";\n+${bad}\n+url = \`https://\${host}/evil\`;\n`;
  const { url_findings } = await post(diff);
  expect(url_findings).toMatchObject([
    { url: 'https://example.com/ok', file: 'config.js', line: 2, analysis_result: 'safe' },
    { url: 'http://evil-login.example/a?x=1', line: 3, analysis_result: 'dangerous', risk_level: 'high' },
    { url: 'http://evil-login.example/a?x=2', line: 3, analysis_result: 'dangerous' },
  ]);
  const open = (await alice.get(`${path}/issues?analyzer=url_scan&status=open`)).body;
  expect(open).toMatchObject({
    total: 2,
    issues: [
      { file: 'config.js', line: 3, rule_id: 'dangerous_url', severity: 'error' },
      { file: 'config.js' },
    ],
  });
  expect(told(app, 'diff.dangerous')).toMatchObject([
    { principal_id: alice.id, payload: { commit_hash: HASH, links: [{ host: 'evil-login.example' }, {}] } },
  ]);
  await post(diff);
  expect((await alice.get(`${path}/issues?status=open`)).body.total).toBe(2);
  expect(told(app, 'diff.dangerous')).toHaveLength(1);
  clock.advance('1m');
  await post(`--- a/config.js\n+++ b/config.js\n@@ -3,1 +3,0 @@\n-${bad}\n`);
  expect((await alice.get(`${path}/issues?status=open`)).body.total).toBe(0);
  await post(adding(bad));
  expect((await alice.get(`${path}/issues`)).body).toMatchObject({ total: 2, issues: [{ line: 1 }, {}] });
  expect(told(app, 'diff.dangerous')).toHaveLength(2);
});

test('links of a diff spend none of the caller’s scans, and a failing model keeps nothing', async () => {
  const { alice, path, app, model } = await withProject(testApp({ rate_limits: true }));
  await alice.post(`${path}/commits`, COMMIT);
  const links = Array.from({ length: 150 }, (_, i) => `"https://example.com/${i}"`);
  const key = keyOf(app, 'alice');
  const { body } = await key.post(`${path}/commits/${HASH}/diff`, { diff_content: adding(...links) });
  expect(body.url_findings).toHaveLength(150);
  expect((await alice.post('/scan/analyze', { url: 'https://example.com/1' })).status).toBe(200);
  expect(
    (await alice.post('/scan/analyze', { url: 'https://example.com/1' })).headers.get('ratelimit-remaining'),
  ).toBe('58');
  model.failing = true;
  const other = { ...COMMIT, commit_hash: 'b'.repeat(40) };
  await alice.post(`${path}/commits`, other);
  const failed = await alice.post(`${path}/commits/${other.commit_hash}/diff`, {
    diff_content: adding('"https://example.net/new"'),
  });
  expect([failed.status, failed.body.code]).toEqual([500, 'MODEL_ERROR']);
  expect((await alice.get(`${path}/commits/${other.commit_hash}/diff`)).status).toBe(404);
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
