import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../../server/process/env.ts';
import { emptyFolder } from './run.ts';

/** Work of seconds in which nothing else runs on the main thread, as when a database is copied. */
const WORK = `
  import { writeFileSync } from 'node:fs';
  import { createProgress } from ${JSON.stringify(resolveInPackage('server/process/progress.ts'))};
  const work = (ms) => { for (const end = performance.now() + ms; performance.now() < end; ); };
  const progress = createProgress('Reading');
  progress.update(1, 4);
  work(500);
  progress.update(3, 4);
  work(4500);
  writeFileSync('half', Buffer.alloc(500_000));
  progress.stage('Copying the database', { file: 'half', bytes: 1_000_000 });
  work(1000);
  progress.stop();
  console.log('done');
`;

const run = promisify(execFile);

test('on a terminal a bar shows how far it is, though the work blocks, and goes when the work ends', async (context) => {
  if (!existsSync('/usr/bin/script')) return context.skip('needs script(1), which makes a terminal');
  const cwd = emptyFolder();
  const command = `${process.execPath} --import ${import.meta.resolve('tsx')} --input-type=module -e "$WORK"`;
  const typescript = path.join(cwd, 'terminal');
  await run('script', ['--quiet', '--return', '--command', command, typescript], {
    cwd,
    env: { ...process.env, WORK },
  });
  const terminal = readFileSync(typescript, 'utf8');
  expect(terminal).toMatch(/Reading \u2588+\u2591+ 3\/4/);
  expect(terminal).toMatch(/Copying the database \u2588+\u2591+ 50%/);
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own
  expect(terminal).toMatch(/\x1b\[2K[^%]*done/);
}, 60_000);

test('where standard error is no terminal nothing is written', async () => {
  const args = ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', WORK];
  const { stdout, stderr } = await run(process.execPath, args, { cwd: emptyFolder() });
  expect([stdout, stderr]).toEqual(['done\n', '']);
}, 60_000);
