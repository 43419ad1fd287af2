/**
 * Builds `dist/`. The build is made in a folder of its own and takes the place of the one before in one step, so that a
 * server that runs from `dist/` never meets half of it, and nothing left over from before stays in it.
 *
 * With `--if-stale` (npm's `prepare`) it builds only when the sources have changed since, and leaves a `dist/` alone
 * that it cannot build: without the tools, without write permission, or under `npx`, which prepares a package before
 * each of its commands. A dry run builds nothing, though npm prepares for it. With `--check` it builds nothing, and exits
 * with 1 when the sources have changed since.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  accessSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = path.join(ROOT, 'dist');
/** The digest of the sources that `dist/` was built from. */
const DIGEST = 'sources.sha256';
const CONFIGURATION = [
  'package.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'rollup.config.js',
  'clients/typescript/document-types.js',
];
const TOOLS = ['typescript/bin/tsc', 'rollup/dist/bin/rollup'];
/** Folders among the sources that the build does not read. */
const EXCLUDED = /\/(training|model)\//;

class BuildError extends Error {}

const onlyIfStale = process.argv.includes('--if-stale');

try {
  if (process.argv.includes('--check')) process.exitCode = readDigest() === digestSources() ? 0 : 1;
  else if (!onlyIfStale || isStale()) await build();
} catch (error) {
  if (!(error instanceof BuildError)) throw error;
  process.stderr.write(`flashscan: ${error.message}\n`);
  process.exitCode = 1;
}

function isStale() {
  if (process.env.npm_config_dry_run === 'true') return false;
  if (!existsSync(path.join(DIST, 'server/cli/cli.js'))) return true;
  if (process.env.npm_command === 'exec' || !TOOLS.every(findTool) || !isWritable(ROOT)) return false;
  return readDigest() !== digestSources();
}

function readDigest() {
  const file = path.join(DIST, DIGEST);
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/** SHA-256 over the name and content of every file that the build reads, in hexadecimal. */
function digestSources() {
  const hash = createHash('sha256');
  for (const file of listSources())
    hash
      .update(`${file}\0`)
      .update(readFileSync(path.join(ROOT, file)))
      .update('\0');
  return hash.digest('hex');
}

function listSources() {
  const { include } = JSON.parse(readFileSync(path.join(ROOT, 'tsconfig.build.json'), 'utf8'));
  const folders = include.filter((folder) => !folder.includes('*'));
  const sources = folders.flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true })
      .map((name) => `${folder}/${name.replaceAll(path.sep, '/')}`)
      .filter((name) => /\.(ts|json)$/.test(name) && !EXCLUDED.test(name)),
  );
  return [...CONFIGURATION, ...sources].sort();
}

async function build() {
  const [tsc, rollup] = TOOLS.map(requireTool);
  if (!isWritable(ROOT)) throw new BuildError(`${ROOT} cannot be written; build as the user that owns it`);
  const digest = digestSources();
  const interruption = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => interruption.abort(new BuildError(`the build was ended by ${signal}`)));
  const folder = mkdtempSync(path.join(ROOT, '.build-'));
  const next = path.join(folder, 'dist');
  try {
    await run([tsc, '-p', 'tsconfig.build.json', '--outDir', next], interruption);
    interruption.signal.throwIfAborted();
    // The client's declarations take their comments from the router that was just built.
    const declarations = path.join(next, 'clients/typescript/client.d.ts');
    await run(
      [rollup, '-c', '--silent', '--file', declarations, '--environment', `BUILD:${next}`],
      interruption,
    );
    interruption.signal.throwIfAborted();
    completeClient(path.join(next, 'clients/typescript'));
    writeFileSync(path.join(next, DIGEST), digest);
    replaceDist(next, path.join(folder, 'before', 'dist'));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Makes the folder of the built client a package of its own. */
function completeClient(folder) {
  copyFileSync(path.join(ROOT, 'LICENSE'), path.join(folder, 'LICENSE'));
  for (const name of ['package.json', 'README.md'])
    copyFileSync(path.join(ROOT, 'clients/typescript', name), path.join(folder, name));
}

/** Runs one of the tools until it ends. */
async function run(args, interruption) {
  const child = spawn(process.execPath, args, { cwd: ROOT, stdio: 'inherit' });
  interruption.signal.addEventListener('abort', () => child.kill());
  const [code] = await once(child, 'close');
  if (code !== 0)
    interruption.abort(new BuildError(`the build failed: ${path.basename(args[0])} ended with ${code}`));
}

/** Puts `next` in the place of `dist/`. Another build that ends at the same moment is replaced, too. */
function replaceDist(next, before) {
  mkdirSync(path.dirname(before));
  for (;;) {
    try {
      if (existsSync(DIST)) renameSync(DIST, before);
      return renameSync(next, DIST);
    } catch (error) {
      if (!['ENOENT', 'ENOTEMPTY', 'EEXIST'].includes(error.code) || !existsSync(next)) throw error;
      rmSync(before, { recursive: true, force: true });
    }
  }
}

function findTool(file) {
  try {
    return createRequire(import.meta.url).resolve(file);
  } catch {
    return null;
  }
}

function requireTool(file) {
  const tool = findTool(file);
  if (tool) return tool;
  const [name] = file.split('/');
  throw new BuildError(`dist/ cannot be built without ${name}; run "npm ci" without --omit=dev in ${ROOT}`);
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
