import { expect, test } from 'vitest';
import { emptyFolder, startServer } from './run.ts';

const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery staple' };

test('agents of this machine wait without credentials: one that hangs up gets nothing, one that stays is let go at the stop', async () => {
  const env = { DATA_DIR: emptyFolder(), TRUST_LOOPBACK_AGENTS: 'true', ...ADMIN };
  const server = await startServer(env);
  const send = async (path: string, body: object, more: RequestInit & { token?: string } = {}) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${more.token}` };
    if (!more.token) Reflect.deleteProperty(headers, 'authorization');
    const init = { method: 'POST', body: JSON.stringify(body), ...more, headers };
    return (await fetch(server.url + path, init)).json();
  };
  const ask = (agent_id: string, wait_seconds: number, signal?: AbortSignal) =>
    send('/agent/jobs/request', { agent_id, wait_seconds }, signal ? { signal } : {});

  const gone = new AbortController();
  const left = ask('gone', 20, gone.signal).catch((error: Error) => error.name);
  await new Promise((resolve) => setTimeout(resolve, 500));
  gone.abort();
  expect(await left).toBe('AbortError');
  // The server hears of it a moment later.
  await new Promise((resolve) => setTimeout(resolve, 1000));

  const { ADMIN_EMAIL: email, ADMIN_PASSWORD: password } = ADMIN;
  const { access_token: token } = await send('/auth/login', { email, password });
  const project = await send('/git/projects/register', { name: 'p', local_path: '/p' }, { token });
  const job = await send(`/projects/${project.id}/jobs`, { job_type: 'look' }, { token });
  expect((await ask('here', 0)).jobs).toMatchObject([{ job_id: job.id, attempt: 1 }]);

  const waiting = ask('patient', 30);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const began = performance.now();
  server.child.kill('SIGTERM');
  expect((await waiting).jobs).toEqual([]);
  expect(await server.ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(9000);
}, 60_000);
