import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatabase, openDatabase } from '../../../db/index.ts';
import { checkClock, database } from '../../../server/cli/doctor/database.ts';
import { dataFolder, diskSpace } from '../../../server/cli/doctor/disk.ts';
import { configuration, port } from '../../../server/cli/doctor/environment.ts';
import { backups, checkFiles } from '../../../server/cli/doctor/files.ts';
import type { Check, Finding } from '../../../server/cli/doctor/finding.ts';
import { chatbot, languageModel, urlModel } from '../../../server/cli/doctor/models.ts';
import { readEnv, resolveInPackage } from '../../../server/process/env.ts';
import { emptyFolder, flashscan, startServer } from './run.ts';

/** What a check finds in a folder, by its line. */
async function found(check: Check, DATA_DIR: string, more: Record<string, string> = {}) {
  const findings = await check(readEnv({ DATA_DIR, ...more }));
  return Object.fromEntries(findings.map((finding): [string, Finding] => [finding.check, finding]));
}

/** A folder with a database of today's tables; `change` works on it before it is closed. */
function folder(change: (sqlite: Sqlite.Database) => void = () => {}): string {
  const DATA_DIR = emptyFolder();
  const db = openDatabase({
    file: path.join(DATA_DIR, 'flashscan.db'),
    migrations: resolveInPackage('drizzle'),
  });
  db.$client.pragma('foreign_keys = OFF');
  change(db.$client);
  closeDatabase(db);
  return DATA_DIR;
}

const SHA = 'ab'.repeat(32);
const withFile = () =>
  folder((sqlite) => {
    sqlite.exec(`
      INSERT INTO principals (id, kind, created_at) VALUES (1, 'guest', 0);
      INSERT INTO files (principal_id, file_name, size, sha256, mime_type, created_at)
      VALUES (1, 'a.txt', 5, '${SHA}', 'text/plain', 0);`);
  });

test('a folder that a server works in is in order, and one that is empty too', async () => {
  const DATA_DIR = emptyFolder();
  const empty = await flashscan(['doctor', '--json'], { DATA_DIR, PORT: '0' });
  expect(empty.code, empty.out + empty.err).toBe(0);
  const server = await startServer({ DATA_DIR });
  const table = await flashscan(['doctor'], { DATA_DIR, PORT: new URL(server.url).port });
  expect(table.code, table.out).toBe(0);
  expect(table.out).toMatch(/^check +state +found\n/);
  expect(table.out).toMatch(/port +ok +Flashscan \d+\.\d+\.\d+ listens/);
  expect(table.out).toMatch(/backups +ok +none yet; the server makes the first at 03:10 UTC/);
  expect(table.out).not.toMatch(/ (warn|fail) /);
}, 120_000);

test('damage makes it exit with 1 and say what to do', async () => {
  const DATA_DIR = emptyFolder();
  writeFileSync(
    path.join(DATA_DIR, 'flashscan.db'),
    'this is no database, and long enough to be looked at'.repeat(50),
  );
  const { code, out } = await flashscan(['doctor', '--json'], { DATA_DIR, PORT: '0' });
  expect(code).toBe(1);
  const { ok, findings } = JSON.parse(out);
  expect(ok).toBe(false);
  expect(findings).toContainEqual({
    check: 'database',
    state: 'fail',
    found: expect.stringContaining('not a database'),
    advice: expect.stringContaining('flashscan restore'),
  });
}, 60_000);

test('a damaged page and rows that point at nothing are found', async () => {
  const torn = folder((sqlite) => sqlite.exec("INSERT INTO config_flags VALUES ('f', '1', 0)"));
  truncateSync(path.join(torn, 'flashscan.db'), 8192);
  expect((await found(database, torn)).database?.state).toBe('fail');
  const lost = folder((sqlite) =>
    sqlite.exec("INSERT INTO events (type, principal_id, payload, created_at) VALUES ('x', 99, '{}', 0)"),
  );
  expect((await found(database, lost)).database).toMatchObject({
    state: 'fail',
    found: '1 rows point at nothing',
  });
});

test('migrations that wait are told, and a database of a newer version is refused', async () => {
  const old = folder((sqlite) => sqlite.exec('DELETE FROM __drizzle_migrations WHERE rowid = 1'));
  expect((await found(database, old)).migrations).toMatchObject({
    state: 'warn',
    found: '1 are still to be made',
  });
  const newer = folder((sqlite) =>
    sqlite.exec("INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('x', 1)"),
  );
  expect((await found(database, newer)).migrations?.state).toBe('fail');
  expect((await found(database, newer)).administrator?.state).toBe('warn');
});

test('a clock that was set back is told by the newest event', async () => {
  const ahead = folder((sqlite) =>
    sqlite
      .prepare("INSERT INTO events (type, payload, created_at) VALUES ('x', '{}', ?)")
      .run(Date.now() + 86_400_000),
  );
  expect((await found(checkClock, ahead)).clock).toMatchObject({
    state: 'fail',
    advice: expect.stringContaining('NTP'),
  });
  expect((await found(checkClock, folder())).clock?.state).toBe('ok');
});

test('contents that are missing or cut are told', async () => {
  const DATA_DIR = withFile();
  expect((await found(checkFiles, DATA_DIR)).files).toMatchObject({
    state: 'fail',
    found: `1 of 1 contents are missing or cut: ${SHA.slice(0, 12)}`,
  });
  const content = path.join(DATA_DIR, 'files', 'ab', SHA);
  mkdirSync(path.dirname(content), { recursive: true });
  writeFileSync(content, 'abc');
  expect((await found(checkFiles, DATA_DIR)).files?.state).toBe('fail');
  writeFileSync(content, 'abcde');
  expect((await found(checkFiles, DATA_DIR)).files).toMatchObject({
    state: 'ok',
    found: '1 contents, 5 B, all there',
  });
});

test('backups that are missing or old are told', async () => {
  const DATA_DIR = folder();
  expect((await found(backups, DATA_DIR)).backups?.state).toBe('ok');
  expect((await found(backups, DATA_DIR, { BACKUP_KEEP_DAILY: '0' })).backups?.state).toBe('warn');
  const db = new Sqlite(path.join(DATA_DIR, 'flashscan.db'));
  db.prepare("INSERT INTO principals (kind, created_at) VALUES ('user', ?)").run(Date.now() - 3 * 86_400_000);
  db.close();
  expect((await found(backups, DATA_DIR)).backups?.state).toBe('warn');
  const make = (at: number) => {
    const stamp = `${new Date(at).toISOString().slice(0, 19).replaceAll(':', '-')}Z`;
    const it = path.join(DATA_DIR, 'backups', `nightly-${stamp}`);
    mkdirSync(it, { recursive: true });
    writeFileSync(path.join(it, 'manifest.json'), '{}');
  };
  make(Date.now() - 5 * 86_400_000);
  expect((await found(backups, DATA_DIR)).backups).toMatchObject({
    state: 'warn',
    found: expect.stringContaining('120 h'),
  });
  make(Date.now() - 3_600_000);
  expect((await found(backups, DATA_DIR)).backups?.state).toBe('ok');
});

test('a folder that this user may not write is told with a remedy that can be followed', async (context) => {
  const { getuid, seteuid } = process;
  if (getuid?.() !== 0 || !seteuid) return context.skip('needs the right to change the user');
  const parent = emptyFolder();
  chmodSync(parent, 0o755);
  const DATA_DIR = path.join(parent, 'data');
  const asNobody = async () => {
    seteuid(65_534);
    return found(dataFolder, DATA_DIR).finally(() => seteuid(0));
  };
  expect((await asNobody())['data folder']).toEqual({
    check: 'data folder',
    state: 'fail',
    found: `this user may not write in ${parent} (EACCES)`,
    advice: `make it for the user who runs Flashscan (sudo install -d -m 700 -o <user> ${DATA_DIR})`,
  });
  mkdirSync(DATA_DIR, { mode: 0o755 });
  expect((await asNobody())['data folder']?.advice).toContain(`chown -R <user> ${DATA_DIR}`);
});

test('a data folder that is a file, and a secret that others may read, are told', async () => {
  const DATA_DIR = folder();
  const file = path.join(DATA_DIR, 'flashscan.db');
  expect((await found(dataFolder, file))['data folder']?.state).toBe('fail');
  expect((await found(dataFolder, DATA_DIR))['data folder']?.state).toBe('ok');
  writeFileSync(path.join(DATA_DIR, 'webhook.secret'), 'x', { mode: 0o644 });
  expect((await found(dataFolder, DATA_DIR))['webhook secret']).toMatchObject({ state: 'warn' });
  expect((await found(diskSpace, DATA_DIR))['disk space']?.found).toMatch(/^[\d.]+ .B free/);
});

test('a URL model without a file, and one that is cut, are told', async () => {
  const URL_MODEL_DIR = path.join(emptyFolder(), 'model');
  cpSync(resolveInPackage('ml/url/model'), URL_MODEL_DIR, { recursive: true });
  const look = async () => (await found(urlModel, emptyFolder(), { URL_MODEL_DIR }))['URL model'];
  expect(await look()).toMatchObject({ state: 'ok', found: expect.stringContaining('wikipedia') });
  truncateSync(path.join(URL_MODEL_DIR, 'onnx/model_fp16.onnx'), 1000);
  expect(await look()).toMatchObject({ state: 'fail', advice: expect.stringContaining('install') });
  rmSync(path.join(URL_MODEL_DIR, 'bag.bin'));
  await expect(look()).rejects.toThrow(/^URL_MODEL_DIR=.* must be a folder with a URL model/);
}, 60_000);

test('a URL model may have no encoder: it scores by its tables alone', async () => {
  const URL_MODEL_DIR = path.join(emptyFolder(), 'model');
  mkdirSync(URL_MODEL_DIR);
  const shipped = resolveInPackage('ml/url/model');
  for (const file of ['ngram.bin', 'bag.bin'])
    cpSync(path.join(shipped, file), path.join(URL_MODEL_DIR, file));
  const calibration = JSON.parse(readFileSync(path.join(shipped, 'calibration.json'), 'utf8'));
  const write = () =>
    writeFileSync(path.join(URL_MODEL_DIR, 'calibration.json'), JSON.stringify(calibration));
  const look = async () => (await found(urlModel, emptyFolder(), { URL_MODEL_DIR }))['URL model'];
  write();
  // The encoder counts and is not there.
  expect(await look()).toMatchObject({ state: 'fail' });
  for (const kind of ['bare', 'path']) calibration.stack[kind].weights.encoder = 0;
  write();
  expect(await look()).toMatchObject({ state: 'ok', found: expect.stringContaining('secure-naver-login') });
}, 60_000);

test('an embedding model that is cut, and an index that is damaged, are told', async () => {
  const EMBEDDING_MODEL = path.join(emptyFolder(), 'model');
  mkdirSync(EMBEDDING_MODEL);
  writeFileSync(path.join(EMBEDDING_MODEL, 'config.json'), '{}');
  const broken = await found(chatbot, emptyFolder(), { EMBEDDING_MODEL });
  expect(broken['embedding model']?.state).toBe('fail');
  const DATA_DIR = emptyFolder();
  const whole = await found(chatbot, DATA_DIR);
  expect(whole['chat index']).toMatchObject({ state: 'ok', found: expect.stringContaining('whole') });
  const id = whole['embedding model']?.found.split(',')[0]?.replace(':', '_');
  mkdirSync(path.join(DATA_DIR, 'chat-index'));
  writeFileSync(path.join(DATA_DIR, 'chat-index', `${id}.bin`), '{}');
  expect((await found(chatbot, DATA_DIR))['chat index']).toMatchObject({
    state: 'warn',
    advice: expect.stringContaining('restart'),
  });
}, 60_000);

test('a language model that does not answer, or lacks the model, is told only where one is configured', async () => {
  const ollama = createServer((_, answer) =>
    answer.setHeader('content-type', 'application/json').end('{"models":[]}'),
  );
  await new Promise<void>((resolve) => ollama.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void ollama.close());
  const OLLAMA_HOST = `http://127.0.0.1:${(ollama.address() as AddressInfo).port}`;
  const look = async (more: Record<string, string>) =>
    (await found(languageModel, emptyFolder(), more))['language model'];
  expect((await look({}))?.state).toBe('ok');
  expect(await look({ OLLAMA_MODEL: 'small', OLLAMA_HOST })).toMatchObject({
    state: 'fail',
    advice: 'ollama pull small',
  });
  expect(await look({ OLLAMA_MODEL: 'small', OLLAMA_HOST: 'http://127.0.0.1:1' })).toMatchObject({
    state: 'fail',
    advice: expect.stringContaining('ollama serve'),
  });
});

test('a port that another program holds is told with who it is', async () => {
  const other = createServer((_, answer) => answer.end('{}'));
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const PORT = String((other.address() as AddressInfo).port);
  const taken = (await found(port, emptyFolder(), { PORT })).port;
  expect(taken?.state).toBe('fail');
  if (process.platform === 'linux') expect(taken?.found).toContain(`process ${process.pid}`);
  expect((await found(port, emptyFolder(), { PORT: '0' })).port?.state).toBe('ok');
  expect((await found(port, emptyFolder(), { HOST: '203.0.113.1' })).port?.advice).toContain('HOST');
});

test('devices that cannot be reached, and a proxy that is not trusted, are told', async () => {
  const DATA_DIR = folder((sqlite) =>
    sqlite.exec(
      "INSERT INTO push_tokens (principal_id, session_id, platform, device_token, language, registered_at) VALUES (1, 1, 'fcm', 't', 'ko', 0)",
    ),
  );
  const lines = await found(configuration, DATA_DIR, {
    PUBLIC_URL: 'https://app.example.com',
    KAKAO_APP_ID: '1',
  });
  expect(lines.push).toMatchObject({ state: 'warn', advice: expect.stringContaining('FCM_SERVICE_ACCOUNT') });
  expect(lines.proxy).toMatchObject({ state: 'warn', advice: expect.stringContaining('TRUST_PROXY=1') });
  expect(lines['social login']).toMatchObject({ state: 'ok', found: 'kakao' });
});
