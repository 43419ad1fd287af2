import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveInPackage } from '../../../server/process/env.ts';

const BUILT = resolveInPackage('dist/server/cli/cli.js');
const { scripts } = JSON.parse(readFileSync(resolveInPackage('package.json'), 'utf8')) as {
  scripts: { start: string };
};
const FLAGS = scripts.start.split(' ').filter((word) => word.startsWith('--'));
/** What `npm start` runs, in a group of its own; the sources where nothing is built. */
const COMMAND = existsSync(BUILT)
  ? [...FLAGS, BUILT, 'serve']
  : ['--import', 'tsx', resolveInPackage('server/cli/cli.ts'), 'serve'];

export interface Process {
  pid: number;
  role: 'first' | 'worker';
  /** seconds */
  age: number;
  /** MiB */
  rss: number;
}

/** The real server, its processes, and their deaths. */
export class Server {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'flashscan-mixed-'));
  readonly url: string;
  readonly from = existsSync(BUILT) ? 'dist' : 'sources';
  #child: ChildProcess | null = null;
  readonly #workers: number;
  readonly #port: number;

  constructor(workers: number, port: number) {
    this.#workers = workers;
    this.#port = port;
    this.url = `http://127.0.0.1:${port}`;
  }

  get log(): string {
    return path.join(this.folder, 'log');
  }

  /** Resolves when every process of it listens. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, COMMAND, {
      cwd: resolveInPackage('.'),
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        LOG_LEVEL: 'info',
        HOST: '127.0.0.1',
        PORT: String(this.#port),
        DATA_DIR: path.join(this.folder, 'data'),
        WORKERS: String(this.#workers),
        // The users are made from one address.
        ADMIN_PASSWORD: 'correct horse battery staple',
      },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.#child = child;
    const file = createWriteStream(this.log, { flags: 'a' });
    child.stdout.on('data', (chunk) => file.write(chunk));
    child.stderr.on('data', (chunk) => file.write(chunk));
    const up = new RegExp(this.#workers > 1 ? 'all workers listen' : '"listening"');
    await new Promise<void>((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`it does not start; see ${this.log}`)), 120_000);
      child.stdout.on('data', (chunk) => {
        if (!up.test(String(chunk))) return;
        clearTimeout(late);
        resolve();
      });
      child.once('exit', (code) => reject(new Error(`it ended with ${code}; see ${this.log}`)));
    });
  }

  processes(): Process[] {
    const first = this.#child?.pid;
    if (first === undefined) return [];
    const told = execFileSync('ps', ['-e', '-o', 'pid=,ppid=,etimes=,rss='], { encoding: 'utf8' });
    return told
      .trim()
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number, number])
      .filter(([pid, ppid]) => pid === first || ppid === first)
      .map(([pid, , age, kib]) => ({
        ...{ pid, age, rss: Math.round(kib / 1024) },
        role: pid === first ? ('first' as const) : ('worker' as const),
      }));
  }

  /** Kills one worker; resolves when all listen again. */
  async killOne(): Promise<void> {
    const before = this.processes().filter(({ role }) => role === 'worker');
    const victim = before.sort((a, b) => b.age - a.age)[0];
    if (!victim) return this.killAll();
    const heard = this.#told('all workers listen');
    process.kill(victim.pid, 'SIGKILL');
    await heard;
  }

  /** Kills every process at once and starts anew. */
  async killAll(): Promise<void> {
    await this.#end('SIGKILL');
    await this.start();
  }

  /** Stops it as an operator would; the exit code. */
  stop(): Promise<number | null> {
    return this.#end('SIGTERM');
  }

  #end(signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
    const child = this.#child;
    const { pid, exitCode } = child ?? {};
    if (!child || pid === undefined || exitCode !== null) return Promise.resolve(exitCode ?? null);
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    process.kill(signal === 'SIGKILL' ? -pid : pid, signal);
    return ended;
  }

  #told(what: string): Promise<void> {
    const stdout = this.#child?.stdout;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => reject(new Error(`never told: ${what}`)), 60_000);
      const hear = (chunk: Buffer) => {
        if (!String(chunk).includes(what)) return;
        clearTimeout(late);
        stdout?.off('data', hear);
        resolve();
      };
      stdout?.on('data', hear);
    });
  }
}
