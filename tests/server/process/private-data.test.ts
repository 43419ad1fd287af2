import { chmodSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { emptyFolder, startServer } from './run.ts';

const modesOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder).map((name) => [name, lstatSync(path.join(folder, name)).mode & 0o777]),
  );

test('nobody else reads the data, also where another version left it readable', async () => {
  const outside = emptyFolder();
  const DATA_DIR = path.join(outside, 'data');
  const first = await startServer({ DATA_DIR });
  for (const [name, mode] of Object.entries(modesOf(DATA_DIR))) expect(mode & 0o077, name).toBe(0);
  expect(lstatSync(DATA_DIR).mode & 0o777).toBe(0o700);
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  for (const name of readdirSync(DATA_DIR)) chmodSync(path.join(DATA_DIR, name), 0o755);
  const foreign = path.join(outside, 'foreign.txt');
  writeFileSync(foreign, 'x', { mode: 0o644 });
  symlinkSync(foreign, path.join(DATA_DIR, 'link'));
  await startServer({ DATA_DIR });
  const { link: _link, ...modes } = modesOf(DATA_DIR);
  for (const [name, mode] of Object.entries(modes)) expect(mode & 0o077, name).toBe(0);
  expect(lstatSync(foreign).mode & 0o777).toBe(0o644);
}, 60_000);

test('a folder that holds something else keeps its modes', async () => {
  const DATA_DIR = emptyFolder();
  mkdirSync(path.join(DATA_DIR, 'website'), { mode: 0o755 });
  await startServer({ DATA_DIR });
  expect(modesOf(DATA_DIR).website).toBe(0o755);
}, 60_000);
