import { readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { toContentPath } from '../../../routers/storage/files/store.ts';
import { type TestClient, testApp } from '../../support/app.ts';

const JSON_TYPE = { 'content-type': 'application/json' };
const BOUNDARY = 'x-boundary';

/** A form as it goes over the wire: each part is its header and its bytes. */
const sendForm = (it: TestClient, address: string, parts: [header: string, bytes: string | Buffer][]) => {
  const body = new Uint8Array(
    Buffer.concat([
      ...parts.flatMap(([header, bytes]) => [
        Buffer.from(`--${BOUNDARY}\r\nContent-Disposition: form-data; ${header}\r\n\r\n`),
        Buffer.from(bytes),
        Buffer.from('\r\n'),
      ]),
      Buffer.from(`--${BOUNDARY}--\r\n`),
    ]),
  );
  const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
  return it.send(address, { method: 'POST', headers, body });
};

test('a compressed body is 415, over REST, tRPC, forms and webhooks', async () => {
  const it = await testApp().user('alice');
  const body = gzipSync(JSON.stringify({ display_name: 'x' }));
  for (const address of ['/me', '/trpc/me.update', '/scan/qr', '/webhooks/git'])
    for (const encoding of ['gzip', 'br', 'GZIP', 'deflate, gzip']) {
      const headers = { ...JSON_TYPE, 'content-encoding': encoding };
      const answer = await it.send(address, { method: 'POST', headers, body });
      expect([address, answer.status, answer.headers.get('accept-encoding')]).toEqual([
        address,
        415,
        'identity',
      ]);
    }
  const plain = { ...JSON_TYPE, 'content-encoding': 'identity' };
  expect((await it.post('/me', { display_name: 'x' }, plain)).status).toBe(200);
});

test('a byte order mark does no harm, and bytes that are not UTF-8 are refused instead of stored', async () => {
  const it = await testApp().user('alice');
  const json = Buffer.from(JSON.stringify({ display_name: '김철수' }));
  const marked = Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), json]);
  // 김철수 in CP949
  const korean = Buffer.from([0xb1, 0xe8, 0xc3, 0xb6, 0xbc, 0xf6]);
  const wrong = Buffer.concat([Buffer.from('{"display_name":"'), korean, Buffer.from('"}')]);
  for (const address of ['/me', '/trpc/me.update']) {
    const send = (bytes: Buffer) =>
      it.send(address, { method: 'POST', headers: JSON_TYPE, body: new Uint8Array(bytes) });
    expect([address, (await send(marked)).status]).toEqual([address, 200]);
    expect([address, (await send(wrong)).status]).toEqual([address, 400]);
  }
  expect((await it.get('/me')).body.display_name).toBe('김철수');
});

test('a form is read as clients write it: names without quotes, extended file names alone', async () => {
  const it = testApp().client();
  const headers = [
    'name=file; filename=a.png',
    `name="file"; filename*=UTF-8''%ED%95%9C.png`,
    'name="file"; filename="a.png"',
  ];
  const missing = await sendForm(it, '/scan/qr', [['name="other"', 'x']]);
  expect(missing.body.issues[0].path).toBe('file');
  const seen = [];
  for (const header of headers) {
    const { status, body } = await sendForm(it, '/scan/qr', [[header, 'no picture']]);
    seen.push(JSON.stringify([status, body.code, body.message, body.issues]));
  }
  // The bytes are no picture, but the file has arrived, each time as by the usual header.
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).not.toBe(
    JSON.stringify([400, missing.body.code, missing.body.message, missing.body.issues]),
  );
  const { status, body } = await sendForm(it, '/scan/qr', [['name="fi\u0001le"; filename="a"', 'x']]);
  expect([status, body.issues]).toEqual([
    400,
    [{ path: 'fi\\x01le', message: '이름에 제어 문자가 있습니다' }],
  ]);
});

test('files that a form brings and no operation keeps are gone', async () => {
  const app = testApp();
  const it = await app.user('alice');
  const staged = () => readdirSync(path.join(app.files_folder, 'arriving'));
  const file: [string, string] = ['name="file"; filename="a.bin"', 'b'.repeat(100_000)];
  const forms: [string, string][][] = [
    [['name="file"', 'text'], file],
    [['name="context_id"', 'x'], ['name="context_id"; filename="big"', 'b'.repeat(100_000)], file],
    [['name="file_name"; filename="big"', 'b'.repeat(100_000)], ['name="file_name"', 'x'], file],
    [file, ['name="file"', 'text']],
    [['name="other"; filename="big"', 'b'.repeat(100_000)], file],
  ];
  for (const address of ['/files', '/trpc/files.upload'])
    for (const [n, form] of forms.entries()) {
      const { status } = await sendForm(it, address, form);
      expect([address, n, status < 500, staged()]).toEqual([address, n, true, []]);
    }
});

test('a download that fails has the framing of its error, HEAD ignores Range, and 304 has no body', async () => {
  const app = testApp();
  const it = await app.user('alice');
  const form = new FormData();
  form.set('file', new File(['hello, world'], 'exe.\u202egpj.txt'));
  const { file_id, file_name, sha256 } = (await it.send('/files', { method: 'POST', body: form })).body;
  expect(file_name).toBe('exe.gpj.txt');
  const address = `/files/${file_id}/content`;
  const head = await it.send(address, { method: 'HEAD', headers: { range: 'bytes=0-3' } });
  expect([head.status, head.headers.get('content-length')]).toEqual([200, '12']);
  const part = await it.get(address, { range: 'bytes=0-3' });
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 0-3/12']);
  const same = await it.get(address, { 'if-none-match': `"${sha256}"` });
  expect([same.status, same.headers.get('content-length'), same.headers.get('etag')]).toEqual([
    304,
    null,
    `"${sha256}"`,
  ]);
  rmSync(path.join(app.files_folder, toContentPath(sha256)));
  const lost = await it.get(address);
  expect(lost.status).toBeGreaterThanOrEqual(500);
  expect(lost.headers.get('content-type')).toContain('json');
  for (const name of ['content-length', 'content-disposition', 'etag', 'last-modified'])
    expect([name, lost.headers.get(name)]).toEqual([name, null]);
});

test('the address of the product is its own, with its port or without; other credentials excuse no other site', async () => {
  const { user, client, admin } = testApp();
  const alice = await user('alice');
  const browser = client();
  browser.cookie = alice.cookie;
  const post = (headers: Record<string, string>) =>
    browser.post('/me', { display_name: 'x' }, headers).then(({ status }) => status);
  const origin = 'https://app.example.com';
  expect(await post({ host: 'app.example.com:443', origin })).toBe(200);
  expect(await post({ host: 'app.example.com', origin })).toBe(200);
  expect(await post({ host: 'app.example.com:8443', origin })).toBe(403);
  const elsewhere = { host: 'app.example.com', origin: 'https://evil.test' };
  expect(await post(elsewhere)).toBe(403);
  for (const authorization of ['Basic YTpi', 'x', 'Bearer', 'Bearer x', 'Digest username="a"'])
    expect([authorization, await post({ ...elsewhere, authorization })]).toEqual([authorization, 403]);
  expect(await post({ ...elsewhere, authorization: `Bearer ${alice.token}` })).toBe(200);
  const root = await admin();
  const nothing = await root.put('/admin/config/new_scanner', { value: null }, { 'accept-language': 'en' });
  expect([nothing.status, nothing.body.issues[0].message]).toEqual([
    400,
    'A value is needed: anything in JSON but null',
  ]);
});

test('HEAD of a stream is for those who may open it', async () => {
  const { user, client } = testApp();
  expect((await client().send('/events/stream', { method: 'HEAD' })).status).toBe(401);
  const alice = await user('alice');
  expect((await alice.send('/events/stream', { method: 'HEAD' })).status).toBe(200);
});
