import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import ts from 'typescript';

/** Runs scripts, each by itself, and tells what each printed. */
type Run = (scripts: string[]) => string[] | Promise<string[]>;

/** An exception that nobody catches prints its name. */
const PYTHON = `
import contextlib, io, json, sys
def run(source):
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        try:
            exec(compile(source, 'quiz', 'exec'), {'__name__': '__main__'})
        except Exception as error:
            print(type(error).__name__)
    return out.getvalue()
json.dump([run(source) for source in json.load(sys.stdin)], sys.stdout)
`;

/** As in PYTHON; what is printed until nothing is left to do counts. A promise rejected unheard prints nothing. */
const JAVASCRIPT = `
const { format } = require('node:util');
const { createContext, runInContext } = require('node:vm');
const given = { setTimeout, queueMicrotask, structuredClone, URL, Buffer, require };
const scripts = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
const printed = scripts.map(() => '');
scripts.forEach((source, n) => {
  const log = (...words) => { printed[n] += format(...words) + '\\n'; };
  const world = { ...given, console: { log }, exports: {} };
  try { runInContext(source, createContext(world)); } catch (error) { log(error.name); }
});
process.on('unhandledRejection', () => {});
process.on('exit', () => process.stdout.write(JSON.stringify(printed)));
`;

function inOneProcess(command: string, runner: string, flag: string): Run {
  return (scripts) => {
    const { status, stdout, stderr } = spawnSync(command, [flag, runner], {
      input: JSON.stringify(scripts),
      encoding: 'utf8',
      timeout: 20_000,
    });
    if (status !== 0) throw new Error(`${command} ended with ${status}: ${stderr}`);
    return JSON.parse(stdout);
  };
}

const javascript = inOneProcess(process.execPath, JAVASCRIPT, '-e');

const AMBIENT = `
declare var console: { log(...words: unknown[]): void };
declare function setTimeout(then: () => void, ms?: number): void;
`;

/** Checked with `strict`: what doesn't compile prints `error TS` and the number; the rest is run. */
const typescript: Run = async (scripts) => {
  const files = new Map(scripts.map((source, n) => [`/quiz-${n}.ts`, `${source}\nexport {};\n`]));
  files.set('/ambient.d.ts', AMBIENT);
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.CommonJS,
    lib: ['lib.es2022.d.ts'],
    types: [],
    skipLibCheck: true,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getSourceFile = (name, ...rest) =>
    files.has(name)
      ? ts.createSourceFile(name, files.get(name)!, ts.ScriptTarget.ES2022)
      : getSourceFile(name, ...rest);
  const program = ts.createProgram([...files.keys()], options, host);
  const wrong = scripts.map((_, n) => {
    const file = program.getSourceFile(`/quiz-${n}.ts`);
    return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)][0];
  });
  const ran = await javascript(
    scripts.map((source, n) =>
      wrong[n] ? '' : ts.transpileModule(source, { compilerOptions: options }).outputText,
    ),
  );
  return ran.map((printed, n) => (wrong[n] ? `error TS${wrong[n].code}` : printed));
};

/** Prints the rows of each query, columns parted by ` | `; what the database refuses prints `error`. */
const sql: Run = (scripts) =>
  scripts.map((script) => {
    const db = new Database(':memory:');
    const printed: string[] = [];
    try {
      for (const statement of script.split(/;\s*$/m).filter((text) => text.trim() !== '')) {
        const prepared = db.prepare(statement);
        if (!prepared.reader) prepared.run();
        else
          for (const row of prepared.raw().all() as unknown[][])
            printed.push(row.map((value) => value ?? 'NULL').join(' | '));
      }
    } catch (error) {
      if (!(error instanceof Database.SqliteError)) throw error;
      printed.push('error');
    } finally {
      db.close();
    }
    return printed.join('\n');
  });

const WHEN = '2026-01-02T03:04:05Z';
const CONFIG = `[user]
  name = Learner
  email = learner@example.com
[init]
  defaultBranch = main
[advice]
  detachedHead = false
[core]
  fsync = none
[maintenance]
  auto = false
`;

/** Runs a script with bash in a repository of its own, that knows nothing of this machine's settings. */
function inRepository(script: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'quiz-git-'));
  const [home, cwd] = [path.join(folder, 'home'), path.join(folder, 'repository')];
  for (const made of [home, cwd]) mkdirSync(made);
  writeFileSync(path.join(home, '.gitconfig'), CONFIG);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    LC_ALL: 'C',
    TZ: 'UTC',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: folder,
    GIT_AUTHOR_DATE: WHEN,
    GIT_COMMITTER_DATE: WHEN,
    GIT_EDITOR: 'true',
    GIT_PAGER: 'cat',
    GIT_TERMINAL_PROMPT: '0',
  };
  return new Promise((resolve, reject) => {
    const options = { cwd, env, timeout: 20_000 };
    execFile('bash', ['-c', `git init -q\n${script}`], options, (error, stdout, stderr) => {
      rmSync(folder, { recursive: true, force: true });
      if (error?.killed || error?.code === 'ENOENT') reject(new Error(`${script}\n${stderr}`));
      else resolve(stdout);
    });
  });
}

/** Two at a time. */
const git: Run = async (scripts) => {
  const printed: string[] = [];
  const next = scripts.entries();
  const work = async () => {
    for (const [n, script] of next) printed[n] = await inRepository(script);
  };
  await Promise.all([work(), work()]);
  return printed;
};

export const runners = { python: inOneProcess('python3', PYTHON, '-c'), javascript, typescript, sql, git };

export const hasPython = spawnSync('python3', ['--version']).status === 0;
