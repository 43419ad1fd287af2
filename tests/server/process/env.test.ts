import { chmodSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { EnvError, readEnv, resolveInPackage } from '../../../server/process/env.ts';
import { assertStartable, PortTakenError } from '../../../server/process/preflight.ts';
import { VARIABLES } from '../../../server/process/variables.ts';
import { emptyFolder, flashscan } from './run.ts';

/** What a value is refused with. */
function refusal(env: Record<string, string>): string {
  try {
    readEnv(env);
  } catch (error) {
    if (error instanceof EnvError) return error.message;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(env)}`);
}

async function startRefusal(env: Record<string, string>): Promise<string> {
  const error = await assertStartable(readEnv({ PORT: '0', DATA_DIR: emptyFolder(), ...env })).catch(
    (e) => e,
  );
  expect(error).toBeInstanceOf(EnvError);
  return error.message;
}

test('.env.example lists every variable once, with its default', () => {
  const lines = readFileSync(resolveInPackage('.env.example'), 'utf8').split('\n');
  const entries = lines.flatMap((line) => {
    const [, name, value] = /^#([A-Z][A-Z0-9_]+)=(.*)$/.exec(line) ?? [];
    return name === undefined ? [] : [[name, value ?? ''] as const];
  });
  expect(entries.map(([name]) => name).sort()).toEqual(Object.keys(VARIABLES).sort());
  const defaults = readEnv({});
  for (const [name, value] of entries) {
    expect(readEnv({ [name]: value }), name).toEqual(defaults);
    const field = VARIABLES[name as keyof typeof VARIABLES];
    const fallback = field.safeParse(undefined).data;
    const isEmpty =
      fallback === undefined || fallback === '' || (Array.isArray(fallback) && fallback.length === 0);
    expect(value === '', `${name} shows its default`).toBe(isEmpty);
  }
});

test('a wrong value is refused with the variable, the value and what it must be', () => {
  const cases: [env: Record<string, string>, sentence: string | RegExp][] = [
    [
      { MAX_UPLOAD_BYTES: '50MB' },
      'MAX_UPLOAD_BYTES="50MB" must be a whole number of 1024 or more, in bytes',
    ],
    [{ UPLOAD_QUOTA_BYTES: '1e9' }, 'UPLOAD_QUOTA_BYTES="1e9" must be a whole number of 0 or more, in bytes'],
    [{ PORT: 'http' }, 'PORT="http" must be a whole number from 0 to 65535'],
    [{ PORT: '70000' }, 'PORT="70000" must be a whole number from 0 to 65535'],
    [{ PORT: '-1' }, 'PORT="-1" must be a whole number from 0 to 65535'],
    [{ PORT: '5000.5' }, 'PORT="5000.5" must be a whole number from 0 to 65535'],
    [{ WORKERS: '0' }, 'WORKERS="0" must be a whole number from 1 to 64'],
    [{ STOP_DELAY_MS: '5s' }, 'STOP_DELAY_MS="5s" must be a whole number from 0 to 120000, in milliseconds'],
    [{ RETENTION_DAYS_EVENTS: 'forever' }, /^RETENTION_DAYS_EVENTS="forever" .* from 0 to 36500, in days$/],
    [{ RATE_LIMITS: 'maybe' }, /^RATE_LIMITS="maybe" must be on or off/],
    [
      { LOG_LEVEL: 'loud' },
      /^LOG_LEVEL="loud" must be one of trace, debug, info, warn, error, fatal, silent$/,
    ],
    [{ LOG_FORMAT: 'xml' }, 'LOG_FORMAT="xml" must be one of auto, json, text'],
    [{ ADMIN_EMAIL: 'me' }, 'ADMIN_EMAIL="me" must be an e-mail address'],
    [{ ADMIN_PASSWORD: 'short' }, 'ADMIN_PASSWORD must have 8 to 128 characters'],
    [{ METRICS_TOKEN: 'short' }, /^METRICS_TOKEN must have 16 to 200 characters/],
    [{ TIME_ZONE: 'Seoul' }, 'TIME_ZONE="Seoul" must be a time zone such as Asia/Seoul'],
    [{ TRUST_PROXY: 'nginx' }, /^TRUST_PROXY="nginx" must be/],
    [{ CORS_ORIGINS: 'app.example.com' }, /^CORS_ORIGINS="app.example.com" must be origins/],
    [{ PUBLIC_URL: 'example.com' }, /^PUBLIC_URL="example.com" must be an http or https address/],
    [{ URL_MODEL_DIR: '/nonexistent' }, /^URL_MODEL_DIR="\/nonexistent" must be a folder with a URL model/],
    [{ URL_MODEL_DIR: emptyFolder() }, /^URL_MODEL_DIR=.* must be a folder with a URL model/],
    [{ EMBEDDING_MODEL: 'bge' }, /^EMBEDDING_MODEL="bge" must be ollama:<model>, or a folder/],
    [{ OLLAMA_HOST: 'nohost' }, 'OLLAMA_HOST="nohost" must be an address such as http://127.0.0.1:11434'],
    [{ OLLAMA_HOST: 'ftp://x/y z' }, /^OLLAMA_HOST=/],
    [{ MIN_CLIENT_VERSION: 'v2' }, 'MIN_CLIENT_VERSION="v2" must be a version such as 1.0.0'],
    [{ APNS_KEY_ID: 'K' }, /^APNS_KEY must be set too/],
  ];
  for (const [env, sentence] of cases) {
    const message = refusal(env);
    if (typeof sentence === 'string') expect(message).toBe(sentence);
    else expect(message).toMatch(sentence);
  }
});

test('addresses of Ollama are accepted as Ollama itself writes them', () => {
  for (const OLLAMA_HOST of [
    ...['http://ollama:11434', 'https://llm.example.com/', '127.0.0.1', '127.0.0.1:11434', 'localhost'],
    ...['localhost:11434', 'ollama:11434', '[::1]:11434', 'llm.example.com'],
  ])
    expect(readEnv({ OLLAMA_HOST }).OLLAMA_HOST).toBe(OLLAMA_HOST);
});

test('an address or folder that cannot be used is refused before anything starts, with the remedy', async () => {
  const file = path.join(emptyFolder(), 'file');
  writeFileSync(file, '');
  const cases: [env: Record<string, string>, sentence: RegExp][] = [
    [{ HOST: 'nonsense.invalid' }, /^HOST="nonsense.invalid" is no address of this machine .*127\.0\.0\.1/],
    [{ HOST: '203.0.113.7' }, /^HOST="203.0.113.7" is no address of this machine \(EADDRNOTAVAIL\)/],
    [{ DATA_DIR: file }, /^DATA_DIR=.* is not a folder.*name a folder/],
    [{ DATA_DIR: path.join(file, 'sub') }, /^DATA_DIR=.* is not a folder/],
    [{ DATA_DIR: '/proc/flashscan' }, /^DATA_DIR="\/proc\/flashscan" /],
    [{ BACKUP_DIR: '/proc/x' }, /^BACKUP_DIR="\/proc\/x" .*name another/],
    [{ BACKUP_DIR: file }, /^BACKUP_DIR=.* is not a folder/],
    [
      { DATABASE_URL: 'file:/nonexistent/dir/x.db' },
      /^DATABASE_URL: there is no folder \/nonexistent\/dir; make it/,
    ],
    [{ DATABASE_URL: `file:${emptyFolder()}` }, /^DATABASE_URL: .* is a folder; name a file/],
    [{ DATABASE_URL: `file:${file}/x.db` }, /^DATABASE_URL=.* is not a folder/],
  ];
  for (const [env, sentence] of cases) expect(await startRefusal(env)).toMatch(sentence);
});

test('folders that are missing are made for their owner alone', async () => {
  const DATA_DIR = path.join(emptyFolder(), 'a', 'b');
  for (let start = 0; start < 2; start++) await assertStartable(readEnv({ PORT: '0', DATA_DIR }));
  for (const folder of [path.dirname(DATA_DIR), DATA_DIR, path.join(DATA_DIR, 'backups')])
    expect(statSync(folder).mode & 0o777, folder).toBe(0o700);
});

test('a folder that another user owns stops every command that writes with chown, and exit code 2', async (context) => {
  if (process.getuid?.() !== 0) return context.skip('needs the right to change the user');
  const folder = emptyFolder();
  chmodSync(folder, 0o755);
  const DATA_DIR = path.join(folder, 'data');
  mkdirSync(DATA_DIR, { mode: 0o755 });
  const nobody = { uid: 65_534, gid: 65_534 };
  for (const command of [['serve'], ['migrate'], ['user', 'create', 'kim@example.com']]) {
    const { code, err } = await flashscan(command, { DATA_DIR, PORT: '0' }, { ...nobody, cwd: folder });
    expect([code, err], command.join(' ')).toEqual([
      2,
      expect.stringMatching(
        /^flashscan: DATA_DIR=.* may not be written by this user; .*chown.*\(EACCES\)\n$/,
      ),
    ]);
  }
}, 120_000);

test('a port that is taken is found before an administrator is made', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const { port } = other.address() as { port: number };
  const env = { PORT: `${port}`, DATA_DIR: emptyFolder() };
  await expect(assertStartable(readEnv(env))).rejects.toThrow(PortTakenError);
  const { code, err, out } = await flashscan(['serve'], env);
  expect([code, err]).toEqual([1, expect.stringMatching(new RegExp(`^flashscan: port ${port} is taken`))]);
  expect(err + out).not.toContain('Password');
}, 60_000);

test('.env of the working directory is read, and variables of the environment win', async () => {
  const folder = emptyFolder();
  const [fromFile, fromEnvironment] = [path.join(folder, 'from-file'), path.join(folder, 'from-environment')];
  writeFileSync(path.join(folder, '.env'), `# mine\nDATA_DIR=${fromFile}\nLOG_LEVEL="warn"\n`);
  expect((await flashscan(['migrate'], {}, { cwd: folder })).out).toContain(fromFile);
  const second = await flashscan(['migrate'], { DATA_DIR: fromEnvironment }, { cwd: folder });
  expect(second.out).toContain(fromEnvironment);
  writeFileSync(path.join(folder, '.env'), 'PORT=many\n');
  const wrong = await flashscan(['migrate'], { DATA_DIR: fromFile }, { cwd: folder });
  expect([wrong.code, wrong.err]).toEqual([2, expect.stringContaining('PORT="many" must be a whole number')]);
}, 90_000);
