import { expect, test } from 'vitest';
import { keyOf, withProject } from '../../support/repository.ts';

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
