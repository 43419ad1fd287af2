import { createHash, randomBytes } from 'node:crypto';
import { appendFileSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loginAt, startWithAdmin } from './login.ts';
import { emptyFolder, flashscan, startServer } from './run.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('a backup made under load, restored on an empty machine, has all that was acknowledged before it', async () => {
  const { DATA_DIR, server, headers } = await startWithAdmin({ RATE_LIMITS: 'off' });
  const here = { DATA_DIR };
  const files = new Map<number, string>();
  const scanned = new Set<string>();
  let stop = false;

  const upload = async () => {
    for (let turn = 0; !stop; turn++) {
      const bytes = randomBytes(20_000);
      const form = new FormData();
      form.set('file', new Blob([bytes]), 'f');
      const answer = await fetch(`${server.url}/files`, { method: 'POST', headers, body: form });
      const { file_id } = (await answer.json()) as { file_id: number };
      if (turn % 3 === 2) await fetch(`${server.url}/files/${file_id}`, { method: 'DELETE', headers });
      else files.set(file_id, sha256(bytes));
    }
  };
  const scan = async () => {
    for (let turn = 0; !stop; turn++) {
      const url = `https://example.com/${turn}`;
      const body = JSON.stringify({ url });
      const json = { ...headers, 'content-type': 'application/json' };
      const answer = await fetch(`${server.url}/scan/analyze`, { method: 'POST', headers: json, body });
      if (answer.status === 200) scanned.add(url);
    }
  };
  const load = [upload(), upload(), scan()];
  await expect.poll(() => Math.min(files.size, scanned.size), { timeout: 20_000 }).toBeGreaterThan(20);
  const before = { files: new Map(files), scanned: new Set(scanned) };
  const backup = path.join(emptyFolder(), 'kept');
  const made = await flashscan(['backup', backup, '--json'], here);
  expect([made.code, made.err]).toEqual([0, '']);
  expect(files.size).toBeGreaterThan(before.files.size);
  const refused = await flashscan(['restore', backup], here);
  expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('stop the server')]);
  stop = true;
  await Promise.allSettled(load);
  server.child.kill('SIGKILL');
  await server.ended;

  const there = { DATA_DIR: path.join(emptyFolder(), 'data') };
  const restored = await flashscan(['restore', backup, '--json'], there);
  expect([restored.code, restored.err]).toEqual([0, '']);
  expect(JSON.parse(restored.out)).toMatchObject({ kept_aside: null, files: JSON.parse(made.out).files });
  const again = await startServer(there);
  const mine = await loginAt(again);
  for (const [id, sha] of before.files) {
    const answer = await fetch(`${again.url}/files/${id}/content`, { headers: mine });
    expect([answer.status, sha256(new Uint8Array(await answer.arrayBuffer()))]).toEqual([200, sha]);
  }
  const urls = new Set<string>();
  for (let offset = 0, total = 1; offset < total; offset += 100) {
    const answer = await fetch(`${again.url}/history?limit=100&offset=${offset}`, { headers: mine });
    const { data } = (await answer.json()) as { data: { total: number; history: { url: string }[] } };
    total = data.total;
    for (const { url } of data.history) urls.add(url);
  }
  expect([...before.scanned].filter((url) => !urls.has(url))).toEqual([]);
  const secretIn = (folder: string) => readFileSync(path.join(folder, 'webhook.secret'), 'utf8');
  expect(secretIn(there.DATA_DIR)).toBe(secretIn(DATA_DIR));
}, 120_000);

test('restore keeps what was there aside, refuses what is damaged and touches nothing then', async () => {
  const env = { DATA_DIR: emptyFolder() };
  await flashscan(['user', 'create', 'kim@example.com'], env);
  const made = await flashscan(['backup'], env);
  const [, backup = ''] = /^backup: (.+)$/m.exec(made.out) ?? [];
  expect(path.dirname(backup)).toBe(path.join(env.DATA_DIR, 'backups'));
  await flashscan(['user', 'create', 'lee@example.com'], env);

  expect((await flashscan(['restore', backup], env)).code).toBe(0);
  expect((await flashscan(['user', 'role', 'lee', 'admin'], env)).err).toContain('there is no user "lee"');
  expect((await flashscan(['user', 'role', 'kim', 'admin'], env)).code).toBe(0);
  const aside = readdirSync(env.DATA_DIR).find((name) => name.startsWith('before-restore-')) ?? '';
  expect(readdirSync(path.join(env.DATA_DIR, aside))).toContain('flashscan.db');

  appendFileSync(path.join(backup, 'flashscan.db'), 'x');
  const damaged = await flashscan(['restore', backup], env);
  expect([damaged.code, damaged.err]).toEqual([
    1,
    expect.stringContaining(`${backup} is damaged: its flashscan.db is not the one that was written`),
  ]);
  expect((await flashscan(['restore', '--check', backup], env)).code).toBe(1);
  expect((await flashscan(['user', 'role', 'kim', 'user'], env)).err).not.toContain('there is no user');
  expect(readdirSync(env.DATA_DIR).filter((name) => name.startsWith('restoring-'))).toEqual([]);

  const nothing = await flashscan(['restore', emptyFolder()], env);
  expect([nothing.code, nothing.err]).toEqual([1, expect.stringContaining('no backup')]);
  const copy = await flashscan(['restore', path.join(backup, 'flashscan.db')], env);
  expect([copy.code, copy.err]).toEqual([1, expect.stringContaining('copy of the database alone')]);
  expect((await flashscan(['backup', backup], env)).err).toContain('exists already');
  writeFileSync(
    path.join(env.DATA_DIR, 'flashscan.db'),
    'this is no database at all, but long enough to be read',
  );
  const fresh = path.join(env.DATA_DIR, 'backups', 'second');
  const broken = await flashscan(['backup', fresh], env);
  expect([broken.code, existsSync(fresh)]).toEqual([1, false]);
}, 120_000);
