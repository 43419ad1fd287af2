import { type ChildProcess, execFileSync, fork, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { resolveInPackage } from '../../server/process/env.ts';
import type { Load, Seen } from './load.ts';

/** A server in a process of its own, with an empty folder; variables may name another database. */
export interface Served {
  url: string;
  pid: number;
  /** `performance.now()` when it was spawned */
  spawned: number;
  /** seconds of processor time it has used, or null where the system does not tell cheaply */
  cpuSeconds(): number | null;
  /** MiB */
  memory(): number;
  stop(): Promise<void>;
}

const TSX = ['--import', 'tsx'];
const BUILT = resolveInPackage('dist/server/cli/cli.js');
export const isBuilt = existsSync(BUILT);

/** V8's flags, as `npm start` gives them. */
const { scripts } = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8')) as {
  scripts: { start: string };
};
const FLAGS = scripts.start.split(' ').filter((word) => word.startsWith('--'));

const COMMANDS = {
  product: isBuilt ? [...FLAGS, BUILT, 'serve'] : [...TSX, resolveInPackage('server/cli/cli.ts'), 'serve'],
  bare: [...TSX, fileURLToPath(import.meta.resolve('./bare.ts'))],
};

export async function startServer(
  kind: keyof typeof COMMANDS,
  variables: Record<string, string> = {},
): Promise<Served> {
  const folder = mkdtempSync(path.join(tmpdir(), `flashscan-bench-${kind}-`));
  const port = await freePort();
  const log = openSync(path.join(folder, 'log'), 'w');
  const spawned = performance.now();
  const child = spawn(process.execPath, COMMANDS[kind], {
    cwd: resolveInPackage('.'),
    env: {
      ...process.env,
      PORT: String(port),
      HOST: '127.0.0.1',
      DATA_DIR: folder,
      RATE_LIMITS: 'off',
      ADMIN_PASSWORD: 'only for this measurement',
      ...variables,
    },
    stdio: ['ignore', log, 'inherit'],
  });
  const pid = child.pid as number;
  return {
    url: `http://127.0.0.1:${port}`,
    pid,
    spawned,
    cpuSeconds: () => cpuSeconds(pid),
    memory: () => Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)])) / 1024,
    stop: async () => {
      await ended(child, 'SIGTERM');
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Asks until the server answers 200. It is asked often: the first answer is a figure too. */
export async function firstAnswer(served: Served, path: string, init?: RequestInit): Promise<Response> {
  for (const until = served.spawned + 60_000; performance.now() < until; ) {
    const answer = await fetch(served.url + path, init ?? {}).catch(() => null);
    if (answer?.ok) return answer;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`no answer from ${path} within a minute`);
}

export interface Generator {
  send(load: Load): Promise<Seen>;
  stop(): Promise<void>;
}

export function startGenerator(): Generator {
  const child = fork(fileURLToPath(import.meta.resolve('./load.ts')), { execArgv: TSX });
  return {
    send: (load) =>
      new Promise((resolve, reject) => {
        child.once('message', (told: { seen: Seen } | { error: string }) => {
          if ('seen' in told) resolve(told.seen);
          else reject(new Error(told.error));
        });
        child.send(load);
      }),
    stop: () => ended(child, 'SIGTERM'),
  };
}

function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve();
    child.once('exit', () => resolve());
    child.kill(signal);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { port: number };
      probe.close(() => resolve(port));
    });
  });
}

/** User and system time of all threads, from the kernel's table (hundredths of a second). */
function cpuSeconds(pid: number): number | null {
  if (process.platform !== 'linux') return null;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const [user, system] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13);
  return (Number(user) + Number(system)) / 100;
}
