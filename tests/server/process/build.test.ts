import { type SpawnOptions, spawn } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { resolveInPackage } from '../../../server/process/env.ts';
import { emptyFolder } from './run.ts';

const NOBODY = 65_534;
const COPIED = [
  ...['package.json', 'tsconfig.json', 'tsconfig.build.json', 'rollup.config.js', 'LICENSE', 'bin'],
  ...['document-types.js', 'package.json', 'README.md'].map((name) => `clients/typescript/${name}`),
];

const CLIENT = `import type { appRouter } from '../../routers/index.ts';
export type AppRouter = typeof appRouter;
export const answer: number = 1;
`;
const CLI = `import { answer } from '../../clients/typescript/client.ts';
console.log(answer);
`;

/** The folder of a product with two small modules, with the build of the real one. */
class Product {
  readonly root = emptyFolder();

  constructor() {
    chmodSync(this.root, 0o755);
    for (const file of COPIED) cpSync(resolveInPackage(file), this.file(file), { recursive: true });
    for (const folder of ['server/cli', 'routers', 'db', 'ml'])
      mkdirSync(this.file(folder), { recursive: true });
    symlinkSync(resolveInPackage('node_modules'), this.file('node_modules'));
    this.write('routers/index.ts', 'export const appRouter = { _def: { procedures: {} } };\n');
    this.write('clients/typescript/client.ts', CLIENT);
    this.write('server/cli/cli.ts', CLI);
  }

  file(name: string): string {
    return path.join(this.root, name);
  }

  write(name: string, text: string): void {
    writeFileSync(this.file(name), text);
  }

  read(name: string): string {
    return readFileSync(this.file(name), 'utf8');
  }

  /** Which build it is: another one has another folder. */
  dist(): number {
    return statSync(this.file('dist')).ino;
  }

  start(args: string[], options: SpawnOptions = {}) {
    const env = { PATH: process.env.PATH, ...options.env };
    const child = spawn(process.execPath, ['bin/build.js', ...args], { ...options, env, cwd: this.root });
    let err = '';
    child.stderr?.on('data', (chunk) => (err += chunk));
    const ended = new Promise<{ code: number | null; err: string }>((resolve) =>
      child.once('close', (code) => resolve({ code, err })),
    );
    return { child, ended };
  }

  build(): Promise<{ code: number | null; err: string }> {
    return this.start([]).ended;
  }

  /** 0 when `dist/` is that of the sources. */
  async check(): Promise<number | null> {
    return (await this.start(['--check']).ended).code;
  }

  prepare(options: SpawnOptions = {}): Promise<{ code: number | null; err: string }> {
    return this.start(['--if-stale'], options).ended;
  }

  leftovers(): string[] {
    return readdirSync(this.root).filter((name) => name.startsWith('.build-'));
  }
}

const DONE = { code: 0, err: '' };

test('prepare builds what is missing, leaves what is up to date, and builds again after a change', async () => {
  const product = new Product();
  expect(await product.prepare()).toEqual(DONE);
  expect(product.read('dist/server/cli/cli.js')).toMatch(/from ['"].+\/client\.js['"]/);
  expect(product.read('dist/clients/typescript/client.d.ts')).toContain('answer: number');
  const first = product.dist();
  expect(await product.prepare()).toEqual(DONE);
  expect(product.dist()).toBe(first);
  expect(await product.check()).toBe(0);

  product.write('dist/server/leftover.js', '');
  product.write('ml/added.ts', 'export {};\n');
  expect(await product.check()).toBe(1);
  expect(await product.prepare()).toEqual(DONE);
  expect(product.dist()).not.toBe(first);
  expect(existsSync(product.file('dist/ml/added.js'))).toBe(true);
  expect(existsSync(product.file('dist/server/leftover.js'))).toBe(false);
  expect(product.leftovers()).toEqual([]);

  const second = product.dist();
  rmSync(product.file('ml/added.ts'));
  expect(await product.prepare()).toEqual(DONE);
  expect(product.dist()).not.toBe(second);
  expect(existsSync(product.file('dist/ml/added.js'))).toBe(false);
}, 120_000);

test('prepare leaves a dist/ alone under npx, without the tools, and where it cannot write', async () => {
  const product = new Product();
  expect(await product.build()).toEqual(DONE);
  const built = product.dist();
  product.write('ml/added.ts', 'export {};\n');
  expect(await product.prepare({ env: { npm_command: 'exec' } })).toEqual(DONE);
  if (process.getuid?.() === 0) expect(await product.prepare({ uid: NOBODY })).toEqual(DONE);
  // Without the development packages TypeScript is still there, for it is a peer of tRPC; rollup is not.
  rmSync(product.file('node_modules'));
  mkdirSync(product.file('node_modules'));
  symlinkSync(resolveInPackage('node_modules/typescript'), product.file('node_modules/typescript'));
  expect(await product.prepare()).toEqual(DONE);
  expect(product.dist()).toBe(built);
}, 60_000);

test('without TypeScript and dist/, prepare fails with a remedy, but not in a dry run', async () => {
  const product = new Product();
  rmSync(product.file('node_modules'));
  const { code, err } = await product.prepare();
  expect(code).toBe(1);
  expect(err).toMatch(/^flashscan: dist\/ cannot be built without typescript; run "npm ci" .*\n$/);
  expect(await product.prepare({ env: { npm_config_dry_run: 'true' } })).toEqual(DONE);
});

test('a build that fails or is stopped leaves dist/ and nothing else', async () => {
  const product = new Product();
  expect(await product.build()).toEqual(DONE);
  const built = product.dist();
  const { child, ended } = product.start([]);
  while (product.leftovers().length === 0) await wait(10);
  child.kill('SIGTERM');
  expect(await ended).toEqual({ code: 1, err: 'flashscan: the build was ended by SIGTERM\n' });
  product.write('server/cli/cli.ts', 'export const = 1;\n');
  const failed = await product.build();
  expect(failed.code).toBe(1);
  expect(failed.err).toContain('flashscan: the build failed');
  expect(product.dist()).toBe(built);
  expect(product.leftovers()).toEqual([]);
}, 60_000);
