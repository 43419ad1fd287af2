import { once } from 'node:events';
import { connect } from 'node:net';
import path from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, test } from 'vitest';
import { emptyFolder, flashscan, startServer } from './run.ts';

const scan = (url: string, target: string) =>
  fetch(`${url}/scan/analyze`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url: target }),
  });

test('an empty folder becomes a whole product: tables, administrator, and a first scan by the real model', async () => {
  const DATA_DIR = path.join(emptyFolder(), 'data');
  const server = await startServer({ DATA_DIR });
  const [, password] = /Password \(shown this once\): (\S+)/.exec(server.output()) ?? [];
  const answer = await scan(server.url, 'https://example.com');
  expect((await answer.json()).data).toMatchObject({ analysis_result: 'safe', cached: false });
  const login = await fetch(`${server.url}/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username: 'admin', password }),
  });
  const { access_token } = await login.json();
  const lists = await fetch(`${server.url}/admin/lists`, {
    headers: { authorization: `Bearer ${access_token}` },
  });
  expect(lists.status).toBe(200);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);

  const again = await startServer({ DATA_DIR });
  expect(again.output()).not.toContain('Password');
  const cached = await scan(again.url, 'https://example.com');
  expect((await cached.json()).data.cached).toBe(true);
});

test('told to stop, it finishes what runs, refuses what is new, and leaves a whole database', async () => {
  const DATA_DIR = emptyFolder();
  const server = await startServer({ DATA_DIR });
  const { port, hostname } = new URL(server.url);
  const slow = connect(Number(port), hostname);
  await once(slow, 'connect');
  const body = JSON.stringify({ url: 'https://example.com/slow' });
  slow.write(
    `POST /scan/analyze HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  server.child.kill('SIGTERM');
  // On a busy machine it takes its time to hear of it.
  await expect
    .poll(
      () =>
        fetch(`${server.url}/health/live`).then(
          () => 'taken',
          () => 'refused',
        ),
      { timeout: 8000, interval: 100 },
    )
    .toBe('refused');
  await expect(scan(server.url, 'https://example.com/late')).rejects.toThrow();
  slow.write(body);
  const [answer] = await once(slow, 'data');
  expect(String(answer)).toContain('HTTP/1.1 200 OK');
  slow.destroy();
  expect(await server.ended).toBe(0);
  const db = new Sqlite(path.join(DATA_DIR, 'flashscan.db'), { readonly: true });
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.prepare('SELECT url FROM scan_history').all()).toEqual([{ url: 'https://example.com/slow' }]);
  db.close();
});

test('told to stop, it first says that it is not ready, and takes requests until the delay is over', async () => {
  const server = await startServer({ DATA_DIR: emptyFolder(), STOP_DELAY_MS: '1500' });
  const ask = async (path: string) => (await fetch(`${server.url}${path}`)).status;
  expect(await ask('/health/ready')).toBe(200);
  server.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await ask('/health/ready')).toBe(503);
  expect(await ask('/health/live')).toBe(200);
  expect((await scan(server.url, 'https://example.com')).status).toBe(200);
  expect(await server.ended).toBe(0);
});

test('its figures are read by programs on the same machine, and not through a proxy', async () => {
  const server = await startServer({ DATA_DIR: emptyFolder() });
  await scan(server.url, 'https://example.com');
  const read = (headers = {}) => fetch(`${server.url}/metrics`, { headers });
  const text = await (await read()).text();
  expect(text).toContain('flashscan_requests_total{operation="scan.analyze",status="200"} 1');
  expect(text).toContain('flashscan_url_model_run_urls_count 1');
  expect(text).toMatch(/flashscan_build_info\{version="\d+\.\d+\.\d+",node="\d+/);
  expect(text).toMatch(/nodejs_eventloop_lag_p99_seconds \d/);
  expect((await read({ 'x-forwarded-for': '198.51.100.7' })).status).toBe(401);
  expect((await read({ origin: 'https://evil.example' })).status).toBe(401);
});

test('a second signal ends it at once', async () => {
  const server = await startServer({ DATA_DIR: emptyFolder() });
  const { port, hostname } = new URL(server.url);
  const stalled = connect(Number(port), hostname);
  stalled.on('error', () => {});
  await once(stalled, 'connect');
  stalled.write(
    `POST /scan/analyze HTTP/1.1\r\nHost: ${hostname}\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n`,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  server.child.kill('SIGTERM');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(server.child.exitCode).toBeNull();
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(1);
});

test('what was acknowledged is there after a kill', async () => {
  const DATA_DIR = emptyFolder();
  const server = await startServer({ DATA_DIR });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, i) => scan(server.url, `https://example.com/${i}`)),
  );
  expect(answers.every(({ status }) => status === 200)).toBe(true);
  server.child.kill('SIGKILL');
  await server.ended;
  const db = new Sqlite(path.join(DATA_DIR, 'flashscan.db'));
  expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
  expect(db.prepare('SELECT count(*) AS n FROM scan_history').get()).toEqual({ n: 20 });
  db.close();
});

test('a wrong variable stops the start with a sentence that names it', async () => {
  const DATA_DIR = emptyFolder();
  for (const [name, value] of Object.entries({
    PORT: 'ninety',
    TRUST_PROXY: 'maybe',
    CORS_ORIGINS: 'app.example.com',
    DATABASE_URL: 'postgres://x',
    RATE_LIMITS: 'perhaps',
  })) {
    const { code, err } = await flashscan(['serve'], { DATA_DIR, PORT: '0', [name]: value });
    // An address of a database may hold a password, so its value is not printed.
    expect([code, err], name).toEqual([
      2,
      expect.stringMatching(new RegExp(`^flashscan: ${name}(="| must be )`)),
    ]);
  }
  const missing = await flashscan(['serve'], { DATA_DIR, PORT: '0', URL_MODEL_DIR: '/nowhere' });
  expect(missing.code).toBe(2);
  expect(missing.err).toContain('/nowhere');
}, 60_000);
