import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';
import { COMMIT, DIFF, HASH, keyOf, told, withProject } from '../../support/repository.ts';

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
  await post(`--- a/x\n+++ b/x\n@@ -0,0 +1,1 @@\n+${'x'.repeat(20_000)}\n`);
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
    {
      principal_id: alice.id,
      payload: { commit_hash: HASH, total: 2, links: [{ host: 'evil-login.example' }, {}] },
    },
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
