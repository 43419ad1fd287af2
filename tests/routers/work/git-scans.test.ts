import { expect, test } from 'vitest';
import { told, withProject } from '../../support/repository.ts';

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
  const scan = (depth: number) => {
    const deep = `${'{"name":"d","children":['.repeat(depth)}{"name":"f"}${']}'.repeat(depth)}`;
    return alice.post(`${path}/scan`, `{"file_tree":${deep}}`);
  };
  const { status, body } = await scan(490);
  expect([status, body.files]).toEqual([200, 1]);
  const refused = await scan(20_000);
  expect([refused.status, refused.body.code]).toEqual([400, 'INVALID_INPUT']);
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
