import { expect, test } from 'vitest';
import { emptyFolder, flashscan } from './run.ts';

test('help names every command and exits with 0; an unknown one with 2', async () => {
  const { code, out } = await flashscan(['--help'], {});
  expect(code).toBe(0);
  for (const command of ['serve', 'migrate', 'user', 'key', 'scan', 'openapi'])
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
  expect((await flashscan(['user', 'role', 'nobody', 'admin'], env)).err).toContain('Not found');
  const common = await flashscan(['user', 'password', 'kim', '--password', '-'], env, 'password1\n');
  expect([common.code, common.err]).toEqual([1, expect.stringContaining('10,000 most used')]);
  expect(
    (await flashscan(['user', 'password', 'kim', '--password', '-'], env, 'a good long one\n')).code,
  ).toBe(0);
}, 60_000);

test('keys are shown once and revoked once', async () => {
  const env = { DATA_DIR: emptyFolder() };
  await flashscan(['user', 'create', 'kim@example.com'], env);
  const made = await flashscan(['key', 'create', 'laptop', '--user', 'kim', '--scope', 'agent', 'llm'], env);
  expect(made.out).toMatch(/id: 1\nname: laptop\nscopes: agent,llm\nkey: fsk_[\w-]{43}\n/);
  expect((await flashscan(['key', 'create', 'x', '--user', 'kim', '--scope', 'root'], env)).code).toBe(2);
  expect((await flashscan(['key', 'revoke', '1'], env)).code).toBe(0);
  expect((await flashscan(['key', 'revoke', '1'], env)).code).toBe(1);
}, 60_000);

test('scan judges arguments and standard input, as a table and as JSON', async () => {
  const env = { DATA_DIR: emptyFolder() };
  const table = await flashscan(['scan', 'https://example.com', 'tel:112'], env);
  expect(table.code).toBe(1);
  expect(table.out).toMatch(/^safe +0\.\d{3} {2}https:\/\/example\.com\nINVALID_URL +tel:112\n$/);
  const json = await flashscan(['scan', '--json'], env, '# a list\nhttps://example.com\n\n');
  expect(json.code).toBe(0);
  expect(JSON.parse(json.out)).toMatchObject([
    { url: 'https://example.com', analysis_result: 'safe', cached: true },
  ]);
}, 60_000);

test('migrate makes the tables, and openapi prints the document', async () => {
  const { code, out } = await flashscan(['migrate'], { DATA_DIR: emptyFolder() });
  expect([code, out]).toEqual([0, expect.stringContaining('is up to date')]);
  const document = JSON.parse((await flashscan(['openapi'], {})).out);
  expect(document.openapi).toBe('3.1.0');
  expect(Object.keys(document.paths)).toContain('/scan/analyze');
}, 60_000);
