import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { toBuffer } from 'qrcode';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { resolveInPackage } from '../../server/process/env.ts';
import type { Transcript } from './colscan.ts';
import { expectColscan } from './expected.ts';

const MINUTE = 60_000;
const run = promisify(execFile);

/** What README asks of a project that installs the package. */
const CONSUMER = {
  name: 'elsewhere',
  private: true,
  type: 'module',
  allowScripts: {
    'better-sqlite3': true,
    'onnxruntime-node': false,
    protobufjs: false,
    '@scarf/scarf': false,
  },
  overrides: { 'onnxruntime-web': 'npm:empty-npm-package@1.0.0' },
};

const STRICT = {
  compilerOptions: {
    target: 'ES2023',
    lib: ['ES2023', 'ESNext.Disposable', 'DOM', 'DOM.Iterable'],
    module: 'NodeNext',
    types: [],
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    skipLibCheck: false,
    outDir: 'out',
  },
  include: ['*.ts'],
};

/** What the other project runs. */
const CALLS = `import { readFile } from 'node:fs/promises';
import { createClient } from 'flashscan/client';
import { colscan } from './out/colscan.js';
const url = process.argv[2];
const form = new FormData();
form.set('file', new File([await readFile('code.png')], 'code.png', { type: 'image/png' }));
const { codes } = await createClient(url).scan.qr.mutate(form);
console.log(JSON.stringify({ seen: await colscan(url), codes }));
`;

let room: string;
let elsewhere: string;
let packed: { filename: string; size: number; files: { path: string }[] };

beforeAll(async () => {
  room = await mkdtemp(path.join(tmpdir(), 'flashscan-pack-'));
  elsewhere = path.join(room, 'elsewhere');
  packed = await pack(room);
  await mkdir(elsewhere);
  await writeFile(path.join(elsewhere, 'package.json'), JSON.stringify(CONSUMER));
  await writeFile(path.join(elsewhere, 'tsconfig.json'), JSON.stringify(STRICT));
  for (const name of ['colscan.ts', 'types.ts']) {
    const source = await readFile(resolveInPackage(`tests/clients/${name}`), 'utf8');
    await writeFile(
      path.join(elsewhere, name),
      source.replaceAll("'../../clients/typescript/client.ts'", "'flashscan/client'"),
    );
  }
  await run('npm', ['install', '--no-audit', '--no-fund', path.join(room, packed.filename)], {
    cwd: elsewhere,
  });
}, 20 * MINUTE);

afterAll(() => rm(room, { recursive: true, force: true }), MINUTE);

/** Packs a copy of what git knows and would know, so that nothing left over in `dist` gets in. */
async function pack(into: string): Promise<typeof packed> {
  const copy = path.join(into, 'copy');
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const { stdout } = await run('git', list, { cwd: resolveInPackage('.'), maxBuffer: 1 << 24 });
  for (const file of stdout.split('\0').filter(Boolean)) {
    await cp(resolveInPackage(file), path.join(copy, file)).catch((error) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
  await symlink(resolveInPackage('node_modules'), path.join(copy, 'node_modules'));
  const answer = await run('npm', ['pack', '--json', '--pack-destination', into], {
    cwd: copy,
    maxBuffer: 1 << 24,
  });
  const text = answer.stdout.slice(answer.stdout.search(/^[[{]/m));
  return Object.values(JSON.parse(text))[0] as typeof packed;
}

test('the package holds what the server and the client need, and no more', async () => {
  const files = packed.files.map((file) => file.path);
  const rooms = new Set(files.map((file) => file.split('/')[0]));
  const wanted = [
    ...['package.json', 'openapi.json', 'LICENSE', 'ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md'],
    ...['bin', 'clients', 'dist', 'docs', 'drizzle', 'examples', 'ml', 'web'],
  ];
  expect([...rooms]).toEqual(expect.arrayContaining(wanted));
  expect([...rooms].filter((name) => !/^README/.test(name ?? '') && name !== 'db').sort()).toEqual(
    wanted.sort(),
  );
  expect(files).toEqual(
    expect.arrayContaining([
      'dist/server/cli/cli.js',
      'dist/clients/typescript/client.js',
      'dist/clients/typescript/client.d.ts',
      'dist/ml/model-thread-main.js',
      'drizzle/meta/_journal.json',
      expect.stringMatching(/^ml\/url\/model\/.+\.onnx$/),
      'ml/knowledge/qr-payment.en.md',
    ]),
  );
  const needless = /(^|\/)(tests?|training|node_modules|bench)\/|\.(map|py|tsbuildinfo|log|tgz)$/;
  const rest = files.filter((file) => !file.startsWith('examples/'));
  expect(rest.filter((file) => needless.test(file))).toEqual([]);
  expect(rest.filter((file) => file.endsWith('.ts'))).toEqual(['dist/clients/typescript/client.d.ts']);
});

test('links of packed documents lead to packed files', async () => {
  const files = packed.files.map((file) => file.path);
  const broken: string[] = [];
  for (const document of files.filter((file) => /\.md$/.test(file) && !file.startsWith('ml/knowledge/'))) {
    const text = await readFile(resolveInPackage(document), 'utf8');
    for (const [, link = ''] of text.matchAll(/\]\((?!\w+:|#)([^)#\s]+)/g)) {
      const target = path.normalize(path.join(path.dirname(document), link)).replace(/\/$/, '');
      if (!files.some((file) => file === target || file.startsWith(`${target}/`)))
        broken.push(`${document}: ${link}`);
    }
  }
  expect(broken).toEqual([]);
});

test('the client is a package of its own under 300 KB, of the same version', async () => {
  const { stdout } = await run('npm', ['pack', '--json', path.join(room, 'copy/dist/clients/typescript')], {
    cwd: room,
  });
  const [client] = Object.values(JSON.parse(stdout.slice(stdout.search(/^[[{]/m)))) as (typeof packed & {
    unpackedSize: number;
    version: string;
  })[];
  expect(client?.files.map((file) => file.path).sort()).toEqual([
    'LICENSE',
    'README.md',
    'client.d.ts',
    'client.js',
    'package.json',
  ]);
  expect(client?.unpackedSize).toBeLessThan(300_000);
  const { version } = JSON.parse(await readFile(resolveInPackage('package.json'), 'utf8'));
  expect(client?.version).toBe(version);
});

test('importing the client loads nothing of the server', async () => {
  const coverage = path.join(room, 'coverage');
  const script = `const { createClient } = await import('flashscan/client');
    createClient('http://127.0.0.1:1');
    console.log(JSON.stringify(process.report.getReport().sharedObjects));`;
  const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], {
    cwd: elsewhere,
    env: { ...process.env, NODE_V8_COVERAGE: coverage },
  });
  expect(stdout).not.toMatch(/\.node"/);
  const [file] = await readdir(coverage);
  const { result } = JSON.parse(await readFile(path.join(coverage, file as string), 'utf8'));
  const loaded = (result as { url: string }[])
    .map(({ url }) => url.split('/node_modules/').at(-1) as string)
    .filter((url) => !/^node:|\[eval\d*\]$/.test(url));
  expect(loaded.filter((url) => !url.startsWith('@trpc/'))).toEqual([
    'flashscan/dist/clients/typescript/client.js',
  ]);
  expect(loaded.filter((url) => /adapters|http|ws/.test(url) && url.startsWith('@trpc/server'))).toEqual([]);
});

test('the declarations need nothing but @trpc', async () => {
  const text = await readFile(
    path.join(elsewhere, 'node_modules/flashscan/dist/clients/typescript/client.d.ts'),
    'utf8',
  );
  const needed = [...text.matchAll(/(?:from|import\() ?['"]([^'"]+)/g)].map(([, name]) => name);
  expect(needed.filter((name) => !name?.startsWith('@trpc/'))).toEqual([]);
  expect(needed).toContain('@trpc/client');
});

test(
  'a strict project that checks libraries too compiles, with inputs, outputs and errors exact',
  async () => {
    const tsc = resolveInPackage('node_modules/typescript/bin/tsc');
    const done = await run(process.execPath, [tsc, '-p', elsewhere]).catch((error) => error);
    expect(done.stdout).toBe('');
  },
  5 * MINUTE,
);

test(
  'installed elsewhere, it serves every example of ColScan to the typed client',
  async () => {
    const flashscan = path.join(elsewhere, 'node_modules/.bin/flashscan');
    const { version } = JSON.parse(await readFile(resolveInPackage('package.json'), 'utf8'));
    const said = await run('npx', ['--no', '--', 'flashscan', '--version'], { cwd: elsewhere });
    expect(said.stdout.trim()).toBe(version);
    const server = spawn(flashscan, ['serve'], {
      cwd: elsewhere,
      env: { PATH: process.env.PATH, PORT: '0', DATA_DIR: './data' },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    try {
      const url = await address(server);
      await writeFile(path.join(elsewhere, 'code.png'), await toBuffer('https://example.com/from-a-code'));
      await writeFile(path.join(elsewhere, 'calls.js'), CALLS);
      const { stdout } = await run(process.execPath, ['calls.js', url], { cwd: elsewhere });
      const { seen, codes } = JSON.parse(stdout);
      expectColscan(seen as Transcript);
      expect(codes).toMatchObject([{ kind: 'url', analysis: { url: 'https://example.com/from-a-code' } }]);
      expect((await fetch(`${url}/docs/swagger-ui-bundle.js`)).status).toBe(200);
    } finally {
      server.kill('SIGTERM');
    }
    expect(await once(server, 'exit')).toEqual([0, null]);
  },
  5 * MINUTE,
);

/** Where the server says it listens, in its log. */
async function address(server: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: server.stdout as NodeJS.ReadableStream })) {
    const { url } = JSON.parse(line);
    if (url) {
      server.stdout?.resume();
      return url;
    }
  }
  throw new Error('the server ended');
}
