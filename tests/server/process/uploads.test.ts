import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import path from 'node:path';
import { Readable } from 'node:stream';
import { expect, test } from 'vitest';
import { startWithAdmin } from './login.ts';
import { emptyFolder, flashscan, type Server } from './run.ts';

const MIB = 1024 * 1024;
/** A form whose file is made as it is sent, so that the sender's memory is no matter either. */
function form(block: Uint8Array, times: number, pause = 0): RequestInit {
  async function* parts() {
    yield Buffer.from('--x\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n');
    for (let n = 0; n < times; n++) {
      if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
      yield block;
    }
    yield Buffer.from('\r\n--x--\r\n');
  }
  return {
    method: 'POST',
    headers: { 'content-type': 'multipart/form-data; boundary=x' },
    body: Readable.toWeb(Readable.from(parts())) as never,
    duplex: 'half',
  } as RequestInit;
}

/** Bytes of memory a process takes, and the most it has taken since it was last asked. */
function memoryOf({ child }: Server) {
  const rss = () =>
    Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024;
  const before = rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, rss());
  }, 10);
  return () => {
    clearInterval(timer);
    return most - before;
  };
}

/** The chatbot reads its documents after the start; its memory is not the upload's. */
async function chatIsReady({ url }: Server): Promise<void> {
  for (let health = { checks: { embedder: '' } }; health.checks.embedder !== 'ok'; ) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    health = await (await fetch(`${url}/health`)).json();
  }
}

function linkOf({ child }: Server, fd: string): string {
  try {
    return readlinkSync(`/proc/${child.pid}/fd/${fd}`);
  } catch {
    // It was closed while we looked.
    return '';
  }
}

test('a 45 MiB upload and its download take less than 20 MiB of memory, and both give every byte', async () => {
  const { server, headers } = await startWithAdmin();
  const send = async (block: Uint8Array, times: number, place = '/files') => {
    const { headers: type, ...sent } = form(block, times);
    const answer = await fetch(server.url + place, { ...sent, headers: { ...headers, ...type } });
    expect(answer.ok).toBe(true);
    return answer.json();
  };
  const receive = async (place: string) => {
    const hash = createHash('sha256');
    const answer = await fetch(server.url + place, { headers });
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) hash.update(chunk);
    return hash.digest('hex');
  };
  await chatIsReady(server);
  const block = randomBytes(64 * 1024);
  await receive((await send(block, 16)).download_url);
  const up = memoryOf(server);
  const { size, sha256, download_url } = await send(block, 45 * 16);
  const raised = up();
  expect(size).toBe(45 * MIB);
  const down = memoryOf(server);
  expect(await receive(download_url)).toBe(sha256);
  const raisedDown = down();
  const native = memoryOf(server);
  const over = await send(block, 45 * 16, '/trpc/files.upload');
  const raisedNative = native();
  expect(over.result.data.sha256).toBe(sha256);
  const told = Object.entries({ up: raised, down: raisedDown, trpc: raisedNative });
  console.log(told.map(([what, bytes]) => `45 MiB ${what}: +${(bytes / MIB).toFixed(1)} MiB`).join(', '));
  for (const [what, bytes] of told) expect(bytes, what).toBeLessThan(20 * MIB);

  const head = await fetch(server.url + download_url, { method: 'HEAD', headers });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, String(45 * MIB)]);

  const cut = new AbortController();
  const broken = await fetch(server.url + download_url, { headers, signal: cut.signal });
  const etag = broken.headers.get('etag') as string;
  const got: Uint8Array[] = [];
  for await (const chunk of broken.body as unknown as AsyncIterable<Uint8Array>) {
    got.push(chunk);
    if (Buffer.concat(got).length > 3 * MIB) break;
  }
  const begun = Buffer.concat(got);
  const openFiles = () => readdirSync(`/proc/${server.child.pid}/fd`).map((fd) => linkOf(server, fd));
  await expect.poll(() => openFiles().filter((name) => name.endsWith(sha256))).toEqual([]);
  const rest = await fetch(server.url + download_url, {
    headers: { ...headers, range: `bytes=${begun.length}-`, 'if-range': etag },
  });
  expect([rest.status, rest.headers.get('content-length')]).toEqual([206, String(45 * MIB - begun.length)]);
  const whole = Buffer.concat([begun, Buffer.from(await rest.arrayBuffer())]);
  expect(createHash('sha256').update(whole).digest('hex')).toBe(sha256);
}, 120_000);

test('too much is refused while it streams, with an answer that arrives; who leaves leaves nothing', async () => {
  const { DATA_DIR, server, headers } = await startWithAdmin({ MAX_UPLOAD_BYTES: String(MIB) });
  const { headers: type, ...sent } = form(randomBytes(64 * 1024), 60, 2);
  const answer = await fetch(`${server.url}/files`, { ...sent, headers: { ...headers, ...type } });
  expect([answer.status, (await answer.json()).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);
  const announced = await fetch(`${server.url}/files`, {
    method: 'POST',
    headers: { ...headers, ...type },
    body: randomBytes(10 * MIB),
  });
  expect([announced.status, (await announced.json()).code]).toEqual([413, 'PAYLOAD_TOO_LARGE']);

  const { port, hostname } = new URL(server.url);
  const leaver = connect(Number(port), hostname);
  leaver.on('error', () => {});
  leaver.write(
    `POST /files HTTP/1.1\r\nHost: h\r\nAuthorization: ${headers.authorization}\r\nContent-Length: 900000\r\n` +
      'Content-Type: multipart/form-data; boundary=x\r\n\r\n' +
      `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${'y'.repeat(200_000)}`,
  );
  const arriving = path.join(DATA_DIR, 'files', 'arriving');
  await expect.poll(() => readdirSync(arriving).length).toBe(1);
  leaver.destroy();
  await expect.poll(() => readdirSync(arriving).length).toBe(0);
  expect(readdirSync(path.join(DATA_DIR, 'files'))).toEqual(['arriving']);
  server.child.kill('SIGTERM');
  expect(await server.ended).toBe(0);
}, 60_000);

test('the secret of webhooks is made once, kept from others, and printed', async () => {
  const DATA_DIR = emptyFolder();
  expect((await flashscan(['secret'], { DATA_DIR })).code).toBe(2);
  await flashscan(['migrate'], { DATA_DIR });
  const first = await flashscan(['secret'], { DATA_DIR });
  expect(first.out).toMatch(/^[0-9a-f]{64}\n$/);
  expect(statSync(path.join(DATA_DIR, 'webhook.secret')).mode & 0o777).toBe(0o600);
  expect((await flashscan(['secret'], { DATA_DIR })).out).toBe(first.out);
  expect((await flashscan(['secret'], { DATA_DIR, WEBHOOK_SECRET: 'our own secret' })).out).toBe(
    'our own secret\n',
  );
  expect((await flashscan(['secret'], { DATA_DIR, WEBHOOK_SECRET: 'short' })).code).toBe(2);
}, 60_000);
