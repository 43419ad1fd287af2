import { readdirSync } from 'node:fs';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { emptyFolder, flashscan } from './run.ts';

test('help names every command and exits with 0; an unknown one with 2', async () => {
  const { code, out } = await flashscan(['--help'], {});
  expect(code).toBe(0);
  for (const command of ['serve', 'migrate', 'user', 'key', 'backup', 'restore', 'seed', 'scan', 'openapi'])
    expect(out).toContain(command);
  const unknown = await flashscan(['frobnicate'], {});
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('frobnicate')]);
});

test('users are made, promoted and given passwords', async () => {
  const env = { DATA_DIR: emptyFolder() };
  const made = await flashscan(['user', 'create', 'kim@example.com'], env);
  expect(made.code).toBe(0);
  expect(made.out).toMatch(
    /user_id: user_\d{8}_001\nusername: kim\nemail: kim@example\.com\nrole: user\npassword: \S{16}\n/,
  );
  const twice = await flashscan(['user', 'create', 'KIM@example.com'], env);
  expect([twice.code, twice.err]).toEqual([1, 'flashscan: This e-mail is taken\n']);
  expect((await flashscan(['user', 'role', 'kim', 'admin'], env)).out).toContain('role: admin');
  expect((await flashscan(['user', 'role', 'kim', 'king'], env)).code).toBe(2);
  const nobody = await flashscan(['user', 'role', 'nobody', 'admin'], env);
  expect([nobody.code, nobody.err]).toEqual([1, expect.stringContaining('there is no user "nobody"')]);
  const common = await flashscan(['user', 'password', 'kim', '--password', '-'], env, 'password1\n');
  expect([common.code, common.err]).toEqual([2, expect.stringContaining('10,000 most used')]);
  expect(
    (await flashscan(['user', 'password', 'kim', '--password', '-'], env, 'a good long one\n')).code,
  ).toBe(0);
}, 60_000);

test('users are listed, locked out and let in again, and each change is noted as of the command line', async () => {
  const env = { DATA_DIR: emptyFolder() };
  await flashscan(['user', 'create', 'kim@example.com', '--admin'], env);
  await flashscan(['user', 'create', 'lee@example.com', '--password', 'a good long one'], env);
  const table = await flashscan(['user', 'list'], env);
  expect(table.out).toMatch(
    /^id +user_id +username +email .*\n2 +user_\d{8}_002 +lee +lee@example\.com +user +-/,
  );
  const json = JSON.parse((await flashscan(['user', 'list', '--search', 'KIM', '--json'], env)).out);
  expect(json).toMatchObject([{ username: 'kim', role: 'admin' }]);
  expect((await flashscan(['user', 'lock', 'lee'], env)).out).toMatch(/locked_at: \d{4}-/);
  expect((await flashscan(['user', 'unlock', 'lee'], env)).out).toContain('locked_at: none');
  const last = await flashscan(['user', 'lock', 'kim'], env);
  expect([last.code, last.err]).toEqual([1, expect.stringContaining('the last administrator')]);
  expect(last.err).not.toMatch(/(^|\n)\s*(flashscan: )?: /);
  expect((await flashscan(['user', 'list', '--limit', '1000'], env)).err).toContain('limit');
  const db = new Sqlite(path.join(env.DATA_DIR, 'flashscan.db'), { readonly: true });
  const rows = db.prepare('SELECT actor_id, action, detail FROM audit_log ORDER BY id').all() as {
    action: string;
    detail: string;
  }[];
  db.close();
  expect(rows.map(({ action }) => action)).toEqual([
    'users.create',
    'users.create',
    'users.lock',
    'users.unlock',
  ]);
  for (const row of rows)
    expect(row).toMatchObject({ actor_id: null, detail: expect.stringContaining('command line') });
  expect(JSON.stringify(rows)).not.toContain('good long');
}, 90_000);

test('keys are shown once and revoked once', async () => {
  const env = { DATA_DIR: emptyFolder() };
  await flashscan(['user', 'create', 'kim@example.com'], env);
  const made = await flashscan(['key', 'create', 'laptop', '--user', 'kim', '--scope', 'agent', 'llm'], env);
  expect(made.out).toMatch(
    /id: 1\nname: laptop\nscopes: agent, llm\nprefix: fsk_[\w-]{6}\nexpires_at: -?.*\nkey: fsk_[\w-]{43}\n/,
  );
  expect((await flashscan(['key', 'create', 'x', '--user', 'kim', '--scope', 'root'], env)).code).toBe(2);
  expect(JSON.parse((await flashscan(['key', 'list', '--json'], env)).out)).toMatchObject([
    { id: 1, revoked_at: null },
  ]);
  expect((await flashscan(['key', 'revoke', '1'], env)).code).toBe(0);
  const twice = await flashscan(['key', 'revoke', '1'], env);
  expect([twice.code, twice.err]).toEqual([1, expect.stringContaining('there is no API key 1')]);
  const second = await flashscan(['key', 'create', 'ci', '--user', 'kim', '--json'], env);
  expect(JSON.parse(second.out)).toMatchObject({
    id: 2,
    scopes: ['agent'],
    key: expect.stringMatching(/^fsk_/),
  });
  const unowned = await flashscan(['key', 'create', 'x', '--user', 'nobody'], env);
  expect([unowned.code, unowned.err]).toEqual([1, expect.stringContaining('there is no user "nobody"')]);
}, 60_000);

test('scan judges arguments and standard input, as a table and as JSON', async () => {
  const env = { DATA_DIR: emptyFolder() };
  const table = await flashscan(['scan', 'https://example.com', 'word'], env);
  expect(table.code).toBe(1);
  expect(table.out).toMatch(/^safe +0\.\d{3} {2}https:\/\/example\.com\nINVALID_URL +word\n +· [A-Z].*\n$/);
  const json = await flashscan(['scan', '--json'], env, '# a list\nhttps://example.com\n\n');
  expect(json.code).toBe(0);
  expect(JSON.parse(json.out)).toMatchObject([
    { url: 'https://example.com', analysis_result: 'safe', cached: false },
  ]);
  await flashscan(['migrate'], env);
  for (const cached of [false, true]) {
    const again = await flashscan(['scan', '--json', 'https://example.com'], env);
    expect(JSON.parse(again.out)).toMatchObject([{ cached }]);
  }
}, 120_000);

test('scan leaves nothing in a folder without a database, and speaks the language of LANG', async () => {
  const cwd = emptyFolder();
  const dangerous = 'http://secure-naver-login.tk';
  for (const [env, language] of [
    [{ LANG: 'ko_KR.UTF-8' }, /[가-힣]/],
    [{ LANG: 'en_US.UTF-8' }, /· [A-Z]/],
    [{ LANG: 'ko_KR.UTF-8', LC_ALL: 'C.UTF-8' }, /· [A-Z]/],
    [{}, /· [A-Z]/],
  ] as const) {
    const { code, out, err } = await flashscan(['scan', dangerous], env, { cwd });
    expect([code, err, readdirSync(cwd)]).toEqual([3, '', []]);
    expect(out).toMatch(language);
  }
  const french = await flashscan(['scan', dangerous, '--language', 'fr'], {}, { cwd });
  expect([french.code, french.err]).toEqual([
    2,
    expect.stringMatching(/^flashscan: .*Allowed choices are ko, en/),
  ]);
  const nothing = await flashscan(['scan'], {}, { cwd });
  expect([nothing.code, nothing.err]).toEqual([2, expect.stringContaining('there is nothing to scan')]);
}, 120_000);

test('a command in a folder without a database says so, with DATA_DIR, and makes nothing', async () => {
  const cwd = emptyFolder();
  for (const command of [
    ...[['user', 'list'], ['user', 'role', 'kim', 'admin'], ['key', 'list'], ['secret'], ['backup']],
  ]) {
    const { code, err } = await flashscan(command, {}, { cwd });
    expect([code, err, readdirSync(cwd)], command.join(' ')).toEqual([
      2,
      expect.stringMatching(/^flashscan: there is no database here: .*DATA_DIR/),
      [],
    ]);
  }
  expect((await flashscan(['secret'], { WEBHOOK_SECRET: 'a secret of my own' }, { cwd })).out).toBe(
    'a secret of my own\n',
  );
}, 90_000);

test('bad values end with 2 and one prefix, whatever finds them', async () => {
  const env = { DATA_DIR: emptyFolder() };
  await flashscan(['user', 'create', 'kim@example.com', '--json'], env);
  for (const [command, sentence] of [
    [['user', 'list', '--limit', 'abc'], '--limit must be a whole number, and is "abc"'],
    [['user', 'list', '--role', 'boss'], 'Allowed choices are user, admin'],
    [['user', 'create', 'no-address'], 'email: '],
    [['user', 'create', 'lee@example.com', '--password', 'short'], 'password: '],
    [['user', 'role', 'kim', 'king'], "value 'king' is invalid"],
    [['key', 'revoke', 'abc'], 'the id of a key must be a whole number'],
    [['key', 'create', 'x'], "required option '--user"],
    [['restore', '/nonexistent/backup'], 'there is no backup at /nonexistent/backup'],
    [['frobnicate'], "unknown command 'frobnicate'"],
  ] as const) {
    const { code, err } = await flashscan(command, env);
    expect([code, err], command.join(' ')).toEqual([2, expect.stringContaining(sentence)]);
    expect(err, command.join(' ')).toMatch(/^flashscan: (?!error)/);
  }
}, 120_000);

test('migrate makes the tables, and openapi prints the document', async () => {
  const { code, out } = await flashscan(['migrate'], { DATA_DIR: emptyFolder() });
  expect([code, out]).toEqual([0, expect.stringContaining('is up to date')]);
  const document = JSON.parse((await flashscan(['openapi'], {})).out);
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/scan/analyze');
}, 60_000);

test('seed --demo makes something of everything, once', async () => {
  const env = { DATA_DIR: emptyFolder() };
  expect((await flashscan(['seed'], env)).code).toBe(2);
  const first = await flashscan(['seed', '--demo'], env);
  expect([first.code, first.err]).toEqual([0, '']);
  expect(first.out).toMatch(
    /email: demo@example\.com\npassword: \S{16}\nmade: user, scans, project, jobs, chats, quiz\n/,
  );
  const count = (table: string) => {
    const db = new Sqlite(path.join(env.DATA_DIR, 'flashscan.db'), { readonly: true });
    const n = db.prepare(`SELECT count(*) FROM ${table}`).pluck().get();
    db.close();
    return n;
  };
  const counts = () =>
    ['users', 'projects', 'commits', 'jobs', 'scan_history', 'chat_logs', 'quiz_sessions'].map(count);
  const before = counts();
  expect(before.every((n) => Number(n) > 0)).toBe(true);
  const second = await flashscan(['seed', '--demo', '--json'], env);
  expect(JSON.parse(second.out)).toMatchObject({ made: [] });
  expect(counts()).toEqual(before);
}, 120_000);
