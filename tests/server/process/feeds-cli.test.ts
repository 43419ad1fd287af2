import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, flashscan } from './run.ts';

test('a feed is imported from a file or standard input, listed and removed; a wrong file is named', async () => {
  const env = { DATA_DIR: emptyFolder() };
  await flashscan(['migrate'], env);
  const file = path.join(env.DATA_DIR, 'feed.txt');
  writeFileSync(file, 'https://listed-host.top/a\nnaver.com\nnot an address\n');
  const imported = await flashscan(['feed', 'import', 'mine', file, '--days', '7'], env);
  expect([imported.code, imported.out]).toEqual([0, 'name: mine\nentries: 1\nrefused: 1\nunreadable: 1\n']);
  const piped = await flashscan(['feed', 'import', 'piped', '-'], env, 'listed-too.top\n');
  expect(piped.code).toBe(0);
  const list = JSON.parse((await flashscan(['feed', 'list', '--json'], env)).out);
  expect(list).toMatchObject([
    { name: 'mine', expires_in_days: 7, refused_entries: [{ entry: 'naver.com', reason: 'brand' }] },
    { name: 'piped', expires_in_days: 30 },
  ]);
  expect((await flashscan(['feed', 'remove', 'mine'], env)).out).toBe('removed: mine\n');
  for (const [args, code, sentence] of [
    [['remove', 'mine'], 1, 'there is no feed "mine"'],
    [['import', 'mine', path.join(env.DATA_DIR, 'none')], 2, 'there is no file'],
    [['import', 'MINE', file], 2, 'small letters'],
    [['import', 'mine', path.join(env.DATA_DIR, 'flashscan.db')], 1, 'is no feed'],
    [['import', 'mine', file, '--days', '0'], 2, '1'],
  ] as const) {
    const { code: exit, err } = await flashscan(['feed', ...args], env);
    expect([args, exit, err]).toEqual([args, code, expect.stringContaining(sentence)]);
  }
}, 120_000);
