import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const execFileAsync = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;
const GIT_TIMEOUT_MS = 120_000;

/** Prints paths and texts unquoted and without colours, and starts no file system monitor. */
const PLAIN_OUTPUT_OPTIONS = [
  '-c',
  'core.quotePath=false',
  '-c',
  'color.ui=false',
  '-c',
  'core.fsmonitor=false',
];
const DIFF_OPTIONS = ['--no-ext-diff', '--no-textconv', '--no-color', '--find-renames'];

export interface CommitDetails {
  commit_hash: string;
  author_email: string;
  message: string;
  /** ISO 8601 with an offset */
  timestamp: string;
}

/** A Git repository on this disk, read with the `git` program. */
export class Repo {
  /** its top folder, with symbolic links resolved */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Throws an error with a sentence when there is no repository, or no `git`. */
  static async open(folder: string): Promise<Repo> {
    const realFolder = await realpath(folder).catch(() => {
      throw new Error(`there is no folder ${folder}`);
    });
    const topFolder = await new Repo(realFolder).run(['rev-parse', '--show-toplevel']).catch((error) => {
      if (error.code === 'ENOENT') throw new Error('the program `git` is not on the path');
      throw new Error(
        `${realFolder} is not in a Git repository that can be read: ${String(error.stderr).trim()}`,
      );
    });
    return new Repo(path.normalize(topFolder.trim()));
  }

  /** The last part of the remote's address, or the name of the folder when there is no remote. */
  async getName(): Promise<string> {
    const [, last] = /([^/\\:]+?)(?:\.git)?\/*$/.exec((await this.findRemoteUrl()) ?? '') ?? [];
    return last ?? path.basename(this.folder);
  }

  /** Runs `git` and returns its output. Throws an error with `stderr` when it fails. */
  async run(args: string[], signal?: AbortSignal): Promise<string> {
    const { stdout } = await execFileAsync('git', ['-C', this.folder, ...PLAIN_OUTPUT_OPTIONS, ...args], {
      maxBuffer: MAX_OUTPUT_BYTES,
      timeout: GIT_TIMEOUT_MS,
      ...(signal ? { signal } : {}),
      env: {
        ...process.env,
        GIT_TERMINAL_PROMPT: '0',
        GIT_OPTIONAL_LOCKS: '0',
        GIT_PAGER: 'cat',
        LC_ALL: 'C',
      },
    });
    return stdout;
  }

  /** The address of `origin`, otherwise of the first remote; null when there is none. */
  async findRemoteUrl(): Promise<string | null> {
    const names = (await this.run(['remote'])).split('\n').filter(Boolean);
    const name = names.includes('origin') ? 'origin' : names[0];
    return name ? (await this.run(['remote', 'get-url', name])).trim() : null;
  }

  /** Tracked files, and new files that are not ignored, as paths from the top folder. */
  async listFiles(signal?: AbortSignal): Promise<string[]> {
    const paths = await this.run(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], signal);
    return [...new Set(paths.split('\0').filter(Boolean))].sort();
  }

  /** The full hash of a commit by any name that Git accepts. Throws when there is no such commit. */
  async resolveCommit(name: string): Promise<string> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const hash = await this.run(args).catch(() => '');
    if (!hash) throw new Error(`there is no commit ${JSON.stringify(name)} in this repository`);
    return hash.trim();
  }

  async hasCommits(): Promise<boolean> {
    return this.resolveCommit('HEAD').then(
      () => true,
      () => false,
    );
  }

  async getCommit(name: string): Promise<CommitDetails> {
    const text = await this.run([
      'show',
      '-s',
      '--format=%H%x00%ae%x00%cI%x00%B',
      await this.resolveCommit(name),
    ]);
    const [commit_hash = '', author_email = '', timestamp = '', message = ''] = text.split('\0');
    return { commit_hash, author_email, timestamp, message: message.trim() };
  }

  /** The diff of a commit against its first parent; of the first commit, all of its content. */
  async getCommitDiff(name: string, signal?: AbortSignal): Promise<string> {
    const hash = await this.resolveCommit(name);
    return this.run(['show', '--format=', '--first-parent', '-m', ...DIFF_OPTIONS, hash], signal);
  }

  /** The diff between two commits, or from a commit to the working tree when `to` is null. */
  async getDiff(from: string, to: string | null, signal?: AbortSignal): Promise<string> {
    const range = [await this.resolveCommit(from), ...(to === null ? [] : [await this.resolveCommit(to)])];
    return this.run(['diff', ...DIFF_OPTIONS, ...range, '--'], signal);
  }

  /** The staged changes; when nothing is staged, the changes of the working tree and the new files. */
  async getPendingChanges(
    signal?: AbortSignal,
  ): Promise<{ staged: boolean; diff: string; untracked: string[] }> {
    const staged = await this.run(['diff', '--cached', ...DIFF_OPTIONS], signal);
    if (staged !== '') return { staged: true, diff: staged, untracked: [] };
    const untracked = await this.run(['ls-files', '-z', '--others', '--exclude-standard'], signal);
    const diff = await this.run(['diff', ...DIFF_OPTIONS], signal);
    return { staged: false, diff, untracked: untracked.split('\0').filter(Boolean) };
  }

  /** Commits the staged changes or, when nothing is staged, all changes and new files. Returns the hash. */
  async commitAll(message: string, staged: boolean): Promise<string> {
    if (!staged) await this.run(['add', '--all']);
    await this.run(['commit', '--quiet', '--message', message]);
    return this.resolveCommit('HEAD');
  }
}
