import { expect, test } from 'vitest';
import { createLog } from '../../../server/observability/log.ts';
import { emptyFolder, startServer } from './run.ts';

const MARKS = {
  email: 'mark-email@example.com',
  password: 'mark-password-1',
  wrong: 'mark-wrong-2',
  url: 'https://mark-host.example.com/mark-path?q=mark-query',
  question: 'mark-question 010-8765-4321',
  agent: 'Mark-Agent/1.0',
  token: 'fsa_mark-token',
};

test('the lines of the real log hold no secret, no person and no scanned address', async () => {
  const ADMIN = { ADMIN_EMAIL: 'mark-admin@example.com', ADMIN_PASSWORD: 'mark-admin-password' };
  const WEBHOOK_SECRET = 'mark-webhook-secret';
  const server = await startServer({ DATA_DIR: emptyFolder(), LOG_LEVEL: 'trace', WEBHOOK_SECRET, ...ADMIN });
  const send = async (path: string, body?: object, more: Record<string, string> = {}) => {
    const headers = { 'content-type': 'application/json', 'user-agent': MARKS.agent, ...more };
    const init = body ? { method: 'POST', headers, body: JSON.stringify(body) } : { headers };
    const answer = await fetch(server.url + path, init);
    return answer.json().catch(() => ({}));
  };
  const login = await send('/auth/register', { email: MARKS.email, password: MARKS.password });
  const authorization = `Bearer ${login.access_token}`;
  await send('/auth/login', { email: MARKS.email, password: MARKS.wrong });
  const boss = await send('/auth/login', { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD });
  const key = await send(
    '/admin/api-keys',
    { name: 'k', scopes: ['agent'] },
    { authorization: `Bearer ${boss.access_token}` },
  );
  for (const path of ['/scan/analyze', '/trpc/scan.analyze'])
    await send(path, { url: MARKS.url }, { authorization });
  await send(`/trpc/${encodeURIComponent(MARKS.url)}`, {}, { authorization });
  await send('/chatbot/ask', { message: MARKS.question }, { authorization });
  await send(`/history?limit=5&${new URLSearchParams({ q: MARKS.url })}`, undefined, { authorization });
  await send(`/mark-path/${encodeURIComponent(MARKS.url)}`, undefined, {
    authorization: `Bearer ${MARKS.token}`,
  });
  await send('/webhooks/git', { ref: MARKS.url }, { 'x-gitlab-token': MARKS.wrong });
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  const text = server.output().toLowerCase();
  expect(text.match(/"route":/g)?.length).toBeGreaterThan(10);
  const given = [login.access_token, login.refresh_token, boss.access_token, key.key, WEBHOOK_SECRET];
  const secrets = [
    ...Object.values(MARKS),
    ...Object.values(ADMIN),
    ...given,
    'mark-host',
    'mark-path',
    '8765',
  ];
  expect(secrets.filter((one) => text.includes(one.toLowerCase()))).toEqual([]);
}, 60_000);

test('what a line should not have been given is taken out by its name', () => {
  const lines: string[] = [];
  const log = createLog('info', { write: (line: string) => void lines.push(line) });
  log.info({ password: 'p1', cookie: 'c1', count: 3, caller: { token: 't1' }, ids: [1, 2] }, 'first');
  log.error({ err: new Error('broken'), email: 'a@example.com' }, 'second');
  log.info({ count: 4 }, 'third');
  const [first, second, third] = lines.map((line) => JSON.parse(line));
  expect(first).toEqual({ level: 'info', time: expect.any(String), count: 3, ids: [1, 2], msg: 'first' });
  expect(second).toMatchObject({ level: 'error', err: { message: 'broken' }, msg: 'second' });
  expect(second).not.toHaveProperty('email');
  expect(third).toMatchObject({ count: 4, msg: 'third' });
});
