import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../../server/process/env.ts';
import { emptyFolder } from './run.ts';

const NOBODY = 65_534;

/** A folder with `bin/flashscan` and, as `dist/server/cli/cli.js`, a program of the test's own. */
async function installation(program?: string): Promise<string> {
  const root = emptyFolder();
  await chmod(root, 0o755);
  await cp(resolveInPackage('bin/flashscan'), path.join(root, 'bin/flashscan'));
  await writeFile(path.join(root, 'package.json'), '{ "type": "module" }');
  if (program === undefined) return root;
  await mkdir(path.join(root, 'dist/server/cli'), { recursive: true });
  await writeFile(path.join(root, 'dist/server/cli/cli.js'), program);
  return root;
}

interface Options {
  cwd?: string;
  uid?: number;
}

function run(file: string, args: string[] = [], options: Options = {}) {
  const env = { PATH: process.env.PATH };
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(file, args, { env, cwd: '/', ...options }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
  });
}

const PRINT_CALL =
  'console.log(JSON.stringify({ args: process.argv.slice(2), flags: process.execArgv, cwd: process.cwd() }));';

test('it runs from any folder and through a link, and passes on arguments and the flags of npm start', async () => {
  const root = await installation(PRINT_CALL);
  const { scripts } = JSON.parse(await readFile(resolveInPackage('package.json'), 'utf8'));
  const flags = scripts.start.match(/--\S+/g);
  expect(flags).toHaveLength(3);
  expect(scripts.start).toMatch(/^node .* bin\/flashscan serve$/);
  const link = path.join(root, 'link');
  await symlink(path.join(root, 'bin/flashscan'), link);
  for (const file of [path.join(root, 'bin/flashscan'), link]) {
    const { code, out, err } = await run(file, ['scan', '두 단어']);
    expect([code, err]).toEqual([0, '']);
    expect(JSON.parse(out)).toEqual({ args: ['scan', '두 단어'], flags, cwd: '/' });
  }
});

test.runIf(process.getuid?.() === 0)('a user without write permission runs it', async () => {
  const root = await installation(PRINT_CALL);
  const { code, err } = await run(path.join(root, 'bin/flashscan'), [], { uid: NOBODY });
  expect([code, err]).toEqual([0, '']);
});

test('the exit code of the command line is its own', async () => {
  const root = await installation('process.exitCode = 3;');
  expect((await run(path.join(root, 'bin/flashscan'))).code).toBe(3);
});

test('without dist/ it names the file and the remedy', async () => {
  const root = await installation();
  const { code, out, err } = await run(path.join(root, 'bin/flashscan'), ['doctor']);
  expect([code, out]).toEqual([1, '']);
  expect(err).toBe(
    `flashscan: ${path.join(root, 'dist/server/cli/cli.js')} is missing; run "npm run build" in ${root}/\n`,
  );
});

test('without a package it names the package and the remedy', async () => {
  const root = await installation("import 'commander';");
  const { code, err } = await run(path.join(root, 'bin/flashscan'), ['doctor']);
  expect(code).toBe(1);
  expect(err).toMatch(/^flashscan: Cannot find package 'commander'.*\n.*run "npm ci" in .*\n$/);
});

test('an error of the command line is not hidden', async () => {
  const root = await installation("throw new TypeError('broken');");
  const { code, err } = await run(path.join(root, 'bin/flashscan'));
  expect(code).toBe(1);
  expect(err).toContain('TypeError: broken');
});
