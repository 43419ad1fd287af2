import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import { resolveInPackage } from '../../../server/process/env.ts';

/** An empty folder that goes when the test ends. */
export function emptyFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export type Env = Record<string, string>;

/** Starts the command line as a process; it is killed when the test ends. */
export function launch(args: readonly string[], env: Env): ChildProcessWithoutNullStreams {
  const child = spawn(process.execPath, ['--import', 'tsx', resolveInPackage('server/cli/cli.ts'), ...args], {
    cwd: resolveInPackage('.'),
    env: { PATH: process.env.PATH, HOME: process.env.HOME, LOG_LEVEL: 'info', ...env },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  return child;
}

/** Runs the command line to its end. */
export function flashscan(
  args: readonly string[],
  env: Env,
  input = '',
): Promise<{ code: number | null; out: string; err: string }> {
  const child = launch(args, env);
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk) => (out += chunk));
  child.stderr.on('data', (chunk) => (err += chunk));
  child.stdin.end(input);
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
