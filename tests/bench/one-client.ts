import { once } from 'node:events';
import { connect } from 'node:net';

/**
 * Sends requests one after the other over one connection, and gives what each took: milliseconds from the first byte
 * sent to the last one that came. A client library's own work would be measured with it (autocannon's is a tenth of an
 * uncached scan, fetch's nearly half), so this one does no more than see that the answer is whole, and a 200.
 */
export async function oneByOne(
  origin: string,
  requests: Iterable<{ method: string; path: string; headers: Record<string, string>; body: string }>,
): Promise<number[]> {
  const { hostname, port, host } = new URL(origin);
  const socket = connect({ host: hostname, port: Number(port), noDelay: true });
  await once(socket, 'connect');
  const times: number[] = [];
  try {
    for (const { method, path, headers, body } of requests) {
      const all = { host, ...headers, 'content-length': `${Buffer.byteLength(body)}` };
      const head = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
      const text = `${method} ${path} HTTP/1.1\r\n${head.join('')}\r\n${body}`;
      times.push(await exchange(socket, text));
    }
  } finally {
    socket.destroy();
  }
  return times;
}

function exchange(socket: ReturnType<typeof connect>, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const listen = (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (!isWhole(answer)) return;
      const took = performance.now() - began;
      done();
      if (answer.startsWith('HTTP/1.1 200 ')) resolve(took);
      else reject(new Error(`an answer under load: ${answer}`));
    };
    const fail = () => {
      done();
      reject(new Error('the connection ended under load'));
    };
    const done = () => socket.off('data', listen).off('close', fail);
    socket.on('data', listen).on('close', fail);
    const began = performance.now();
    socket.write(request);
  });
}

/** Of an answer whose length is told. */
function isWhole(answer: string): boolean {
  const end = answer.indexOf('\r\n\r\n');
  const length = /^content-length: *(\d+)/im.exec(answer.slice(0, end + 2))?.[1];
  return end !== -1 && length !== undefined && answer.length - end - 4 >= Number(length);
}
