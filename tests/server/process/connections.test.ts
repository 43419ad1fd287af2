import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { emptyFolder, startServer } from './run.ts';

test('one connection more than MAX_CONNECTIONS is hung up on, and one is taken again when another has left', async () => {
  const server = await startServer({ DATA_DIR: emptyFolder(), MAX_CONNECTIONS: '3' });
  const { hostname, port } = new URL(server.url);
  const opened = async () => {
    const socket = connect(Number(port), hostname);
    socket.on('error', () => {});
    onTestFinished(() => void socket.destroy());
    await once(socket, 'connect');
    return socket;
  };
  /** The first line of the answer; empty for who was hung up on. */
  const asked = async (socket: Socket) => {
    socket.write('GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n');
    const hungUp = once(socket, 'close').then(() => ['']);
    const [chunk] = await Promise.race([once(socket, 'data'), hungUp]).catch(() => ['']);
    return String(chunk).split('\r\n', 1)[0];
  };
  const three = [await opened(), await opened(), await opened()];
  for (const socket of three) expect(await asked(socket)).toBe('HTTP/1.1 200 OK');
  expect(await asked(await opened())).toBe('');
  for (const socket of three) expect(await asked(socket)).toBe('HTTP/1.1 200 OK');
  three[0]?.destroy();
  await expect.poll(async () => asked(await opened()), { timeout: 5000 }).toBe('HTTP/1.1 200 OK');
}, 60_000);
