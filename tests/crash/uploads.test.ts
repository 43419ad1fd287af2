import { createHash, randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Readable } from 'node:stream';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { emptyFolder, type Server, startServer } from '../server/process/run.ts';

const KILLS = 4;
const UPLOADERS = 6;
/** How many uploads are acknowledged before the next kill. */
const BETWEEN = 12;
const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery staple' };

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

/** A form that takes its time, so that a kill finds it half sent. */
function slowly(bytes: Uint8Array): RequestInit {
  async function* parts() {
    yield Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n');
    for (let at = 0; at < bytes.length; at += 50_000) {
      yield bytes.subarray(at, at + 50_000);
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
    yield Buffer.from('\r\n--x--\r\n');
  }
  return {
    method: 'POST',
    body: Readable.toWeb(Readable.from(parts())) as never,
    duplex: 'half',
  } as RequestInit;
}

/** What the disk holds and what the rows say. */
function look(DATA_DIR: string) {
  const folder = path.join(DATA_DIR, 'files');
  const on = (name: string): string[] => readdirSync(path.join(folder, name));
  const folders = existsSync(folder) ? readdirSync(folder) : [];
  const db = new Sqlite(path.join(DATA_DIR, 'flashscan.db'), { readonly: true });
  const rows = db.prepare('SELECT id, sha256, size FROM files').all() as { id: number; sha256: string }[];
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  db.close();
  return {
    arriving: folders.includes('arriving') ? on('arriving') : [],
    contents: folders.filter((name) => name !== 'arriving').flatMap(on),
    rows,
    hashOnDisk: (sha: string) => sha256(readFileSync(path.join(folder, sha.slice(0, 2), sha))),
  };
}

test('killed in mid-upload again and again, it keeps what it acknowledged and leaves nothing else', async () => {
  const DATA_DIR = emptyFolder();
  const env = { DATA_DIR, RATE_LIMITS: 'off', ...ADMIN };
  const shared = randomBytes(300_000);
  const kept = new Map<number, string>();
  let cutOff = 0;
  let authorization = '';

  /** Uploads until the server dies. */
  const work = async (server: Server) => {
    for (let turn = 0; ; turn++) {
      // Now and then all send the same content.
      const bytes = turn % 4 === 3 ? shared : randomBytes(20_000 + Math.floor(Math.random() * 800_000));
      const headers = { authorization, 'content-type': 'multipart/form-data; boundary=x' };
      try {
        const answer = await fetch(`${server.url}/files`, { ...slowly(bytes), headers });
        const { file_id } = await answer.json();
        expect(answer.status).toBe(201);
        kept.set(file_id, sha256(bytes));
        if (turn % 5 === 4) {
          // From here on it may be there or not: the answer can be lost.
          kept.delete(file_id);
          const gone = await fetch(`${server.url}/files/${file_id}`, { method: 'DELETE', headers });
          expect(gone.status).toBe(204);
        }
      } catch (error) {
        if (error instanceof TypeError || (error as Error).name === 'SyntaxError') return;
        throw error;
      }
    }
  };

  for (let kill = 0; kill <= KILLS; kill++) {
    const server = await startServer(env);
    const { arriving, contents, rows, hashOnDisk } = look(DATA_DIR);
    expect(arriving).toEqual([]);
    expect(new Set(contents)).toEqual(new Set(rows.map((row) => row.sha256)));
    for (const row of rows) expect(hashOnDisk(row.sha256)).toBe(row.sha256);
    const known = new Map(rows.map((row) => [row.id, row.sha256]));
    for (const [id, sha] of kept) expect(known.get(id)).toBe(sha);
    for (const row of rows) kept.set(row.id, row.sha256);
    if (kill === KILLS) {
      server.child.kill('SIGTERM');
      expect(await server.ended).toBe(0);
      break;
    }
    if (authorization === '') {
      const login = await fetch(`${server.url}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD }),
      });
      authorization = `Bearer ${(await login.json()).access_token}`;
    }
    const before = kept.size;
    const workers = Array.from({ length: UPLOADERS }, () => work(server));
    await expect.poll(() => kept.size - before, { timeout: 60_000, interval: 5 }).toBeGreaterThan(BETWEEN);
    server.child.kill('SIGKILL');
    await Promise.all([...workers, server.ended]);
    cutOff += look(DATA_DIR).arriving.length;
  }
  expect(cutOff).toBeGreaterThan(0);
  expect(kept.size).toBeGreaterThan(KILLS * BETWEEN);
  console.log(`${KILLS} kills: ${kept.size} files kept, ${cutOff} uploads cut off`);
}, 240_000);
