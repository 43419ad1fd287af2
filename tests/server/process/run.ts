import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import { resolveInPackage } from '../../../server/process/env.ts';

/** An empty folder that goes when the test ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Env = Record<string, string>;

/** From another folder than the package, tsx must be named by its file. */
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href;

/** The build of these sources starts in less than half the time of the sources, which are run where there is none. */
const isBuilt = spawnSync(process.execPath, [resolveInPackage('bin/build.js'), '--check']).status === 0;
/** What starts the command line, after the path of Node.js. */
export const PROGRAM = isBuilt
  ? [resolveInPackage('dist/server/cli/cli.js')]
  : ['--import', TSX, resolveInPackage('server/cli/cli.ts')];

export interface LaunchOptions {
  /** standard input */
  input?: string;
  /** the working directory; the package unless given */
  cwd?: string;
  uid?: number;
  gid?: number;
}

/** Starts the command line as a process; it is killed when the test ends. */
export function launch(
  args: readonly string[],
  env: Env,
  { cwd = resolveInPackage('.'), uid, gid }: LaunchOptions = {},
): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, [...PROGRAM, ...args], {
    cwd,
    ...(uid === undefined ? {} : { uid }),
    ...(gid === undefined ? {} : { gid }),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'info', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs the command line to its end. */
export function flashscan(
  args: readonly string[],
  env: Env,
  inputOrOptions: string | LaunchOptions = {},
): Promise<{ code: number | null; out: string; err: string }> {
  const options = typeof inputOrOptions === 'string' ? { input: inputOrOptions } : inputOrOptions;
  const child = launch(args, env, options);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.end(options.input ?? '');
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, out, err })));
}

export interface Server {
  url: string;
  child: ChildProcessWithoutNullStreams;
  /** everything it has printed */
  output(): string;
  /** the exit code, once it has ended */
  ended: Promise<number | null>;
}

/** Starts the real server as a process on a free port; resolves when it listens. */
export function startServer(env: Env): Promise<Server> {
  const child = launch(['serve'], { PORT: '0', ...env });
  let text = '';
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  return new Promise((resolve, reject) => {
    const hear = (chunk: Buffer) => {
      text += chunk;
      const [, url] = /"url":"(http:[^"]+)"/.exec(text) ?? [];
      if (url) resolve({ url, child, output: () => text, ended });
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    void ended.then((code) => reject(new Error(`the server ended with code ${code}: ${text}`)));
  });
}
