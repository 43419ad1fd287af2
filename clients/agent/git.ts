import { execFile } from 'node:child_process';
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MOST_OUTPUT = 64 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

/** Paths and words as they are, and nothing that starts other programs while it only looks. */
const PLAIN = ['-c', 'core.quotePath=false', '-c', 'color.ui=false', '-c', 'core.fsmonitor=false'];
const DIFF = ['--no-ext-diff', '--no-textconv', '--no-color', '--find-renames'];

export interface CommitFacts {
  commit_hash: string;
  author_email: string;
  message: string;
  /** ISO 8601 with an offset */
  timestamp: string;
}

/** A Git repository on this disk, by way of the `git` program. */
export class Repo {
  /** where it lies, with no links in it */
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** Throws an error with a sentence when there is no repository, or no `git`. */
  static async open(folder: string): Promise<Repo> {
    const where = await realpath(folder).catch(() => {
      throw new Error(`there is no folder ${folder}`);
    });
    const top = await new Repo(where).git(['rev-parse', '--show-toplevel']).catch((error) => {
      if (error.code === 'ENOENT') throw new Error('the program `git` is not on the path');
      throw new Error(`${where} is not in a Git repository that can be read: ${String(error.stderr).trim()}`);
    });
    return new Repo(path.normalize(top.trim()));
  }

  /** What the remote calls it, else its folder. */
  async name(): Promise<string> {
    const [, last] = /([^/\\:]+?)(?:\.git)?\/*$/.exec((await this.remote()) ?? '') ?? [];
    return last ?? path.basename(this.folder);
  }

  /** What `git` prints. Throws what it says when it fails. */
  async git(args: string[], signal?: AbortSignal): Promise<string> {
    const { stdout } = await run('git', ['-C', this.folder, ...PLAIN, ...args], {
      maxBuffer: MOST_OUTPUT,
      timeout: TIMEOUT_MS,
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

  /** The address of `origin`, else of the first remote; null when it has none. */
  async remote(): Promise<string | null> {
    const names = (await this.git(['remote'])).split('\n').filter(Boolean);
    const name = names.includes('origin') ? 'origin' : names[0];
    return name ? (await this.git(['remote', 'get-url', name])).trim() : null;
  }

  /** Tracked files and new ones that are not ignored, by their paths from the top. */
  async files(signal?: AbortSignal): Promise<string[]> {
    const listed = await this.git(['ls-files', '-z', '--cached', '--others', '--exclude-standard'], signal);
    return [...new Set(listed.split('\0').filter(Boolean))].sort();
  }

  /** The whole hash of a commit by any of its names. Throws for what names none. */
  async commit(name: string): Promise<string> {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`];
    const hash = await this.git(args).catch(() => '');
    if (!hash) throw new Error(`there is no commit ${JSON.stringify(name)} in this repository`);
    return hash.trim();
  }

  async hasCommits(): Promise<boolean> {
    return this.commit('HEAD').then(
      () => true,
      () => false,
    );
  }

  async facts(name: string): Promise<CommitFacts> {
    const text = await this.git(['show', '-s', '--format=%H%x00%ae%x00%cI%x00%B', await this.commit(name)]);
    const [commit_hash = '', author_email = '', timestamp = '', message = ''] = text.split('\0');
    return { commit_hash, author_email, timestamp, message: message.trim() };
  }

  /** What a commit changed against its first parent; the first commit: all of it. */
  async diffOf(name: string, signal?: AbortSignal): Promise<string> {
    const hash = await this.commit(name);
    return this.git(['show', '--format=', '--first-parent', '-m', ...DIFF, hash], signal);
  }

  /** Between two commits, or from a commit to the files as they are. */
  async diffBetween(from: string, to: string | null, signal?: AbortSignal): Promise<string> {
    const range = [await this.commit(from), ...(to === null ? [] : [await this.commit(to)])];
    return this.git(['diff', ...DIFF, ...range, '--'], signal);
  }

  /** What is staged; when nothing is, what is changed, with new files; against an empty tree before the first commit. */
  async pending(signal?: AbortSignal): Promise<{ staged: boolean; diff: string; untracked: string[] }> {
    const staged = await this.git(['diff', '--cached', ...DIFF], signal);
    if (staged !== '') return { staged: true, diff: staged, untracked: [] };
    const others = await this.git(['ls-files', '-z', '--others', '--exclude-standard'], signal);
    const diff = await this.git(['diff', ...DIFF], signal);
    return { staged: false, diff, untracked: others.split('\0').filter(Boolean) };
  }

  /** Commits what is staged or, when nothing is, everything that is changed and new. Returns the hash. */
  async commitAll(message: string, staged: boolean): Promise<string> {
    if (!staged) await this.git(['add', '--all']);
    await this.git(['commit', '--quiet', '--message', message]);
    return this.commit('HEAD');
  }
}
