import { expect, test } from 'vitest';
import { loginAt, startWithAdmin } from './login.ts';

test('a stream opens at once and pings; it ends with its login, and when the product is told to stop', async () => {
  const { server, headers } = await startWithAdmin();
  const other = await loginAt(server);
  const listen = async (who: Record<string, string>) =>
    (await fetch(`${server.url}/events/stream`, { headers: who })).text();
  const [stays, leaves] = [listen(headers), listen(other)];
  await new Promise((resolve) => setTimeout(resolve, 300));
  await fetch(`${server.url}/events/broadcast`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify({ event_type: 'hello' }),
  });
  await fetch(`${server.url}/auth/logout`, { method: 'POST', headers: other });
  expect(await leaves).toMatch(/"event_type":"hello"[\s\S]*SESSION_EXPIRED/);

  await new Promise((resolve) => setTimeout(resolve, 1500));
  const began = performance.now();
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
  expect(performance.now() - began).toBeLessThan(5000);
  const heard = await stays;
  expect(heard).toMatch(/"event_type":"hello"[\s\S]*^: ping$/m);
  expect(heard).not.toContain('event: error');
}, 60_000);
