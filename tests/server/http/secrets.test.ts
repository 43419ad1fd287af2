import { expect, test } from 'vitest';
import { createLog } from '../../../server/observability/log.ts';
import { PASSWORD, type TestApp, testApp } from '../../support/app.ts';

/** Every value of every column of every table. */
function everything({ deps }: TestApp): string {
  const db = deps.db.$client;
  const tables = db.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all() as string[];
  return tables.map((table) => JSON.stringify(db.prepare(`SELECT * FROM "${table}"`).all())).join('\n');
}

test('no secret that lets anyone in is in the database: not in a row, not in an index, not in what is left of one', async () => {
  const app = testApp();
  const secrets: Record<string, string> = { password: PASSWORD };
  const alice = await app.user('alice');
  const login = await app.client().post('/auth/login', { email: 'alice@example.com', password: PASSWORD });
  Object.assign(secrets, { access: login.body.access_token, refresh: login.body.refresh_token });
  secrets.cookie = /=([^;]+)/.exec(login.headers.get('set-cookie') as string)?.[1] as string;
  const next = await app.client().post('/auth/refresh', { refresh_token: secrets.refresh });
  Object.assign(secrets, { access2: next.body.access_token, refresh2: next.body.refresh_token });

  const admin = await app.admin();
  const key = await admin.post('/admin/api-keys', { name: 'k', scopes: ['agent'], user_id: alice.id });
  secrets.key = key.body.key;
  secrets.code = (await alice.post('/device/codes')).body.device_code;
  const grant = await app.client().post('/device/authorize', { client_id: 'tv' });
  Object.assign(secrets, { device_code: grant.body.device_code, user_code: grant.body.user_code });
  secrets.user_code_plain = (secrets.user_code as string).replace('-', '');
  const typed = (await alice.post('/device/codes')).body.device_code;
  const device = await app.client().post('/device/login', { client_id: 'desktop', device_code: typed });
  Object.assign(secrets, {
    typed,
    device_access: device.body.access_token,
    device_refresh: device.body.refresh_token,
  });

  const fresh = 'a quite different passphrase';
  secrets.fresh = fresh;
  await alice.post('/me', { old_password: PASSWORD, new_password: fresh });
  const reset = await admin.post(`/admin/users/${alice.id}/reset-password`);
  secrets.reset = reset.body.password;
  const made = await admin.post('/admin/users', { email: 'bob@example.com' });
  secrets.made = made.body.password;

  expect(
    Object.entries(secrets).filter(([, secret]) => typeof secret !== 'string' || secret.length < 8),
  ).toEqual([]);
  const [rows, bytes] = [everything(app), app.deps.db.$client.serialize()];
  const found = Object.entries(secrets).filter(
    ([, secret]) => rows.includes(secret) || bytes.includes(secret),
  );
  expect(found).toEqual([]);
});

/** What must not be read in a log, each easy to find. */
const MARKS = {
  password: 'hunter2-mark-password',
  email: 'mark-email@example.com',
  nickname: 'mark-nickname',
  host: 'mark-host.example.com',
  path: 'mark-path',
  query: 'mark-query',
  message: 'mark-message',
  phone: '010-8765-4321',
  file: 'mark-file.txt',
  bytes: 'mark-bytes',
  dataset: 'mark-dataset',
  commit: 'mark-commit',
  author: 'mark-author@example.com',
  remote: 'mark-remote',
  prompt: 'mark-prompt',
  payload: 'mark-payload',
  agent: 'Mark-User-Agent',
  token: 'fsa_mark-token',
  device: 'mark-device-token',
};
const URL = `https://${MARKS.host}/${MARKS.path}?q=${MARKS.query}`;

const BROKEN = ['scan_history', 'chat_logs', 'commits', 'datasets', 'files', 'jobs', 'push_tokens'];

/** A mix of everything, with a failing model and a database that lacks tables at the end. Returns what was given out. */
async function useEverything(app: TestApp): Promise<string[]> {
  const it = app.client();
  const headers = { 'user-agent': MARKS.agent };
  const account = { email: MARKS.email, password: MARKS.password };
  const login = await it.post('/auth/register', { ...account, nickname: MARKS.nickname }, headers);
  expect(login.status).toBe(201);
  it.token = login.body.access_token;
  const project = (
    await it.post('/git/projects/register', { name: 'p', remote_url: `git@${MARKS.remote}:a/b` })
  ).body.id;
  const commit = {
    commit_hash: 'a1b2c3d4e5f60718293a4b5c6d7e8f9012345678',
    author_email: MARKS.author,
    message: MARKS.commit,
    timestamp: '2026-11-26T00:00:00Z',
  };
  const form = new FormData();
  form.set('file', new File([MARKS.bytes], MARKS.file));
  const calls: [path: string, body: unknown][] = [
    ['/scan/analyze', { url: URL }],
    ['/scan/analyze', { url: `javascript:${MARKS.path}` }],
    ['/scan/batch', { urls: [URL, MARKS.message] }],
    ['/trpc/scan.analyze', { url: URL }],
    [`/trpc/${encodeURIComponent(URL)}`, {}],
    ['/trpc/scan.analyze', `{"url": "${MARKS.path}`],
    ['/chatbot/ask', { message: `${MARKS.message} ${MARKS.phone} ${URL}` }],
    ['/auth/login', { ...account, password: `${MARKS.password}!` }],
    ['/auth/login', account],
    ['/auth/refresh', { refresh_token: `fsr_${MARKS.password}` }],
    ['/device/login', { client_id: 'x', device_code: MARKS.password }],
    ['/files', form],
    ['/datasets', { dataset_name: MARKS.dataset, schema: [{ name: 'a', type: 'int' }] }],
    [`/git/${project}/commits`, commit],
    [`/projects/${project}/jobs`, { job_type: 'git_scan', payload: { x: MARKS.payload } }],
    ['/llm/traces', { run_id: 'r', prompt: MARKS.prompt, response: URL }],
    [
      '/activity/logs',
      { events: [{ timestamp: '2026-11-26T00:00:00Z', event_type: 'click', element_id: MARKS.payload }] },
    ],
    ['/notifications/token', { device_token: MARKS.device, platform: 'fcm' }],
    ['/webhooks/git', MARKS.payload],
    [`/${MARKS.path}/nothing`, {}],
  ];
  const all = async () => {
    for (const [path, body] of calls)
      await (path.startsWith('/auth') ? app.client() : it).post(path, body, headers);
    await it.get(`/scan/cache/${MARKS.path}`);
    await it.get(`/device?user_code=${MARKS.password}`);
    await it.get(`/chatbot/stream?message=${MARKS.message}`);
    await it.get('/me', { authorization: `Bearer ${MARKS.token}` });
    await it.get('/history', { cookie: `flask_auth_session=${MARKS.token}` });
  };
  await all();
  app.model.failing = true;
  await it.post('/scan/analyze', { url: `${URL}&again`, use_cache: false });
  const db = app.deps.db.$client;
  db.pragma('foreign_keys = off');
  for (const table of BROKEN) db.exec(`DROP TABLE ${table}`);
  await all();
  return [login.body.access_token, login.body.refresh_token, it.cookie as string];
}

test('the log tells of a mix of everything, failures too, and of no secret, person or scanned address', async () => {
  const app = testApp();
  const given = await useEverything(app);
  const lines: string[] = [];
  const log = createLog('trace', { write: (line) => void lines.push(line) });
  for (const { message, ...fields } of app.logged) log.info(fields, message as string);
  const failed = lines.filter((line) => line.includes('a request failed'));
  for (const table of BROKEN) expect(failed.join('')).toContain(`no such table: ${table}`);
  for (const [name, mark] of [...Object.entries(MARKS), ...given.map((one) => ['given', one] as const)]) {
    const [line] = lines.filter((one) => one.toLowerCase().includes(mark.toLowerCase()));
    expect(line, name).toBeUndefined();
  }
});
