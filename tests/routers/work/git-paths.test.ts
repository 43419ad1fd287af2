import { expect, test } from 'vitest';
import { toUnifiedDiff } from '../../../routers/work/git/combined-diff.ts';
import { readPatch } from '../../../routers/work/git/patch.ts';
import { testApp } from '../../support/app.ts';
import { COMMIT, HASH, withProject } from '../../support/repository.ts';

const [NFC, NFD] = ['문서/보고서.md', '문서/보고서.md'.normalize('NFD')];

test('paths are compared in NFC: a scan and a report from a Mac change nothing', async () => {
  const { alice, path } = await withProject();
  const scan = (file: string) =>
    alice.post(`${path}/scan`, { file_tree: [{ path: file, size: 1 }], total_loc: 1 });
  await scan(NFC);
  expect((await scan(NFD)).body.delta).toMatchObject({ files_added: 0, files_removed: 0 });
  const report = (file: string) =>
    alice.post(`${path}/issues`, { analyzer: 'eslint', issues: [{ file, rule_id: 'r', line: 1 }] });
  await report(NFC);
  expect((await report(NFD)).body).toMatchObject({ created: 0, resolved: 0, still_open: 1 });
});

test('a Windows folder is one project whatever the case of its drive, and others keep their case', async () => {
  const alice = await testApp().user('alice');
  const register = async (local_path: string) =>
    (await alice.post('/git/projects/register', { name: 'p', local_path })).body.id;
  const id = await register('C:\\Work\\app');
  for (const same of ['c:\\Work\\app', 'c:/Work/app/', 'C:/Work/app']) expect(await register(same)).toBe(id);
  expect(await register('/home/kim/App')).not.toBe(await register('/home/kim/app'));
});

test('languages may have the names of properties, and numbers without end are refused', async () => {
  const { alice, path } = await withProject();
  const scan = (more: object) => alice.post(`${path}/scan`, { file_tree: ['a'], total_loc: 1, ...more });
  for (const stats of [{ constructor: 3 }, { toString: 1, constructor: 5 }]) {
    expect((await scan({ language_stats: stats })).status).toBe(200);
  }
  for (const bad of [
    { avg_complexity: 1e308 },
    { language_stats: { a: 1e308 } },
    { total_loc: Number.MAX_SAFE_INTEGER },
  ]) {
    expect((await scan(bad)).status).toBe(400);
  }
  expect((await scan({ language_stats: {} })).body.delta.language_stats).toEqual({
    toString: -1,
    constructor: -5,
  });
});

const MERGE = `diff --cc a.txt
index 1111111,2222222..3333333
--- a/a.txt
+++ b/a.txt
@@@ -1,2 -1,2 +1,4 @@@
  one
- two
 -drei
+ zwei
++http://secure-naver-login.tk/
 +three
`;

test('the combined diff of a merge is read against its first parent', async () => {
  expect(readPatch(MERGE)).toMatchObject({
    files: [{ path: 'a.txt', additions: 2, deletions: 1 }],
    added: [{ file: 'a.txt', line: 3, url: 'http://secure-naver-login.tk/' }],
    removed: [],
  });
  const unified = toUnifiedDiff(MERGE).split('\n');
  expect(unified.filter((line) => /^[+-]\w/.test(line))).toEqual([
    '-two',
    '+zwei',
    '+http://secure-naver-login.tk/',
  ]);
  const octopus = MERGE.replace('@@@ -1,2 -1,2 +1,4 @@@', '@@@@ -1,2 -1,2 -1,2 +1,4 @@@@').replace(
    /^([ +-]{2})/gm,
    '$1 ',
  );
  expect(readPatch(octopus.replace('--  a/', '--- a/').replace('++  b/', '+++ b/'))).toMatchObject({
    deletions: 1,
  });
  const { alice, path, app } = await withProject();
  app.model.risk = (url) => (url.includes('naver-login') ? 0.99 : 0.01);
  await alice.post(`${path}/commits`, COMMIT);
  const { body } = await alice.post(`${path}/commits/${HASH}/diff`, { diff_content: MERGE });
  expect(body).toMatchObject({ additions: 2, deletions: 1 });
  expect(body.url_findings).toHaveLength(1);
});
