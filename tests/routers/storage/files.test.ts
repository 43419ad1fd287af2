import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { collectFileGarbage } from '../../../routers/storage/files/garbage-collect.ts';
import { toContentPath } from '../../../routers/storage/files/store.ts';
import { testApp } from '../../support/app.ts';
import { type Fields, form, onDisk, sha256, upload } from '../../support/uploads.ts';

test('a file is stored with its metadata, at the root and under /api/v1, and read back', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (const root of ['', '/api/v1']) {
    const sent = form('line 1\nline 2\n', 'a.png', { context_id: 'job-xyz', file_name: 'debug_log.txt' });
    const { status, body } = await alice.post(`${root}/files`, sent);
    expect([status, body]).toEqual([
      201,
      {
        file_id: expect.any(Number),
        file_name: 'debug_log.txt',
        size: 14,
        sha256: sha256('line 1\nline 2\n'),
        mime_type: 'text/plain',
        context_id: 'job-xyz',
        created_at: expect.stringMatching(/Z$/),
        download_url: `/files/${body.file_id}/content`,
      },
    ]);
    expect((await alice.get(`${root}/files/${body.file_id}`)).body).toMatchObject(body);
    for (const place of [`/files/${body.file_id}?download=true`, body.download_url]) {
      const bytes = await alice.get(root + place);
      expect([bytes.status, bytes.body]).toEqual([200, 'line 1\nline 2\n']);
      expect(bytes.headers.get('content-type')).toBe('text/plain');
      expect(bytes.headers.get('x-content-type-options')).toBe('nosniff');
    }
  }
  expect(onDisk(app)).toEqual([sha256('line 1\nline 2\n')]);
});

test('the stored bytes are the sent bytes, whatever they are and however many', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  for (const bytes of [
    Buffer.alloc(0),
    randomBytes(1),
    randomBytes(3_000_000),
    Buffer.from('\r\n--\r\n--x'),
  ]) {
    const { file_id, ...file } = await upload(alice, bytes, 'x.bin');
    expect(file).toMatchObject({ size: bytes.length, sha256: sha256(bytes) });
    expect(readFileSync(path.join(app.files_folder, toContentPath(sha256(bytes)))).equals(bytes)).toBe(true);
    const answer = await app.app.request(`/files/${file_id}/content`, {
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    expect(answer.headers.get('content-length')).toBe(String(bytes.length));
  }
});

test('names are data: they come back whole, and none of them becomes a path', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const names: [string, string][] = [
    ["보고서 (최종)'s.pdf", "UTF-8''%EB%B3%B4%EA%B3%A0%EC%84%9C%20%28%EC%B5%9C%EC%A2%85%29%27s.pdf"],
    ['../../etc/passwd', "UTF-8''.._.._etc_passwd"],
    ['a"b\\c.txt', "UTF-8''a%22b_c.txt"],
  ];
  for (const [name, encoded] of names) {
    const { download_url, file_name } = await upload(alice, name, 'x', { file_name: name });
    expect(file_name).toBe(name);
    const disposition = (await alice.get(download_url)).headers.get('content-disposition');
    expect(disposition).toMatch(/^attachment; filename="[\x20-\x7e]+"; filename\*=/);
    expect(disposition).toContain(`filename*=${encoded}`);
  }
  expect((await upload(alice, '1', '한글 이름.txt')).file_name).toBe('한글 이름.txt');
  expect((await upload(alice, '2', 'x', { file_name: 'two\r\nlines' })).file_name).toBe('two lines');
  expect(readdirSync(app.files_folder).every((name) => /^([0-9a-f]{2}|arriving)$/.test(name))).toBe(true);
});

test('an interrupted download continues, and a client that has the file gets a 304', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { download_url } = await upload(alice, '0123456789');
  const part = async (headers: Fields) => {
    const answer = await alice.get(download_url, headers);
    return [answer.status, answer.body, answer.headers.get('content-range')];
  };
  expect(await part({ range: 'bytes=2-4' })).toEqual([206, '234', 'bytes 2-4/10']);
  expect(await part({ range: 'bytes=7-' })).toEqual([206, '789', 'bytes 7-9/10']);
  expect(await part({ range: 'bytes=-3' })).toEqual([206, '789', 'bytes 7-9/10']);
  expect(await part({ range: 'bytes=5-99' })).toEqual([206, '56789', 'bytes 5-9/10']);
  expect(await part({ range: 'bytes=-99' })).toEqual([206, '0123456789', 'bytes 0-9/10']);
  const all = [200, '0123456789', null];
  for (const range of ['bytes=4-2', 'bytes=a-b', 'lines=1-2', 'bytes=0-1,4-5', 'bytes=-'])
    expect(await part({ range }), range).toEqual(all);
  for (const range of ['bytes=10-', 'bytes=-0']) {
    const beyond = await alice.get(download_url, { range });
    expect([beyond.status, beyond.body.code, beyond.headers.get('content-range')], range).toEqual([
      416,
      'INVALID_INPUT',
      'bytes */10',
    ]);
  }

  const etag = `"${sha256('0123456789')}"`;
  expect((await alice.get(download_url)).headers.get('etag')).toBe(etag);
  expect(await part({ range: 'bytes=2-4', 'if-range': etag })).toEqual([206, '234', 'bytes 2-4/10']);
  expect(await part({ range: 'bytes=2-4', 'if-range': '"another"' })).toEqual(all);
  for (const header of [etag, `W/${etag}`, `"x", ${etag}`, '*'])
    expect(await part({ 'if-none-match': header }), header).toEqual([304, '', null]);
  expect(await part({ 'if-none-match': '"another"' })).toEqual(all);

  const head = await alice.send(download_url, { method: 'HEAD' });
  expect([head.status, head.body, head.headers.get('content-length')]).toEqual([200, '', '10']);
});

const OFFICE = 'application/vnd.openxmlformats-officedocument';

/** The local headers of a zip, each with three bytes of content (APPNOTE 4.3.7). */
const zip = (...names: string[]) =>
  Buffer.concat(
    names.flatMap((name) => {
      const header = Buffer.alloc(30);
      header.writeUInt32LE(0x04034b50, 0);
      header.writeUInt32LE(3, 18);
      header.writeUInt32LE(3, 22);
      header.writeUInt16LE(name.length, 26);
      return [header, Buffer.from(name), Buffer.from('abc')];
    }),
  );

test('the content type is detected from the bytes, not from the name or the sender', async () => {
  const alice = await testApp().user('alice');
  const types: [Uint8Array | string, string][] = [
    [Buffer.from('89504e470d0a1a0a0000', 'hex'), 'image/png'],
    [Buffer.from('ffd8ffe000104a464946', 'hex'), 'image/jpeg'],
    ['%PDF-1.7\n', 'application/pdf'],
    [zip('[Content_Types].xml', '_rels/.rels', 'word/document.xml'), `${OFFICE}.wordprocessingml.document`],
    [zip('_rels/.rels', 'docProps/app.xml', 'xl/workbook.xml'), `${OFFICE}.spreadsheetml.sheet`],
    [zip('[Content_Types].xml', 'ppt/slides/slide1.xml'), `${OFFICE}.presentationml.presentation`],
    [zip('META-INF/', 'META-INF/MANIFEST.MF', 'A.class'), 'application/java-archive'],
    [zip('password/readme.txt'), 'application/zip'],
    [zip('word/notes.txt', 'xl/a.csv'), 'application/zip'],
    [zip('backup/word/document.xml'), 'application/zip'],
    ['PK\x03\x04 something', 'application/zip'],
    ['MZ세대 설문 결과\n20대,31\n', 'text/plain'],
    ['BMI,height,weight\n21,170,60\n', 'text/plain'],
    // MZ세대 in CP949, which is no UTF-8
    [Buffer.from('4d5abcbcb4eb', 'hex'), 'application/octet-stream'],
    ['ID3 is a decision tree', 'text/plain'],
    ['BZhang wrote this', 'text/plain'],
    ['OTTO, 31', 'text/plain'],
    ['GIF89a is a format', 'text/plain'],
    ['RIFF and WAVE', 'text/plain'],
    ['The ftypes of a file', 'text/plain'],
    [Buffer.from('MZ\x90\0\x03\0\0\0'), 'application/vnd.microsoft.portable-executable'],
    [Buffer.from('BM\x46\0\0\0\0\0\0\0', 'latin1'), 'image/bmp'],
    [Buffer.from('BZh91AY&SY\x01\0', 'latin1'), 'application/x-bzip2'],
    ['{\\rtf1\\ansi hello}', 'application/rtf'],
    ['<!DOCTYPE html><script>alert(1)</script>', 'text/html'],
    ['<?xml version="1.0"?><svg xmlns="x"/>', 'image/svg+xml'],
    ['{"a": 1}', 'application/json'],
    ['{"a": ', 'text/plain'],
    ['나이,성별\n31,여\n', 'text/plain'],
    [Buffer.from([0, 1, 2, 3, 4]), 'application/octet-stream'],
    ['', 'application/octet-stream'],
  ];
  for (const [bytes, type] of types)
    expect((await upload(alice, bytes, 'x.png')).mime_type, String(bytes)).toBe(type);
});

test("another user's file is not found", async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const { file_id } = await upload(alice, 'mine');
  for (const place of [`/files/${file_id}`, `/files/${file_id}?download=true`, `/files/${file_id}/content`]) {
    const { status, body } = await bob.get(place);
    expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
  }
  expect((await bob.delete(`/files/${file_id}`)).status).toBe(404);
  expect((await bob.query('files.get', { file_id })).status).toBe(404);
  expect((await app.client().get(`/files/${file_id}`)).status).toBe(401);
  expect((await app.client().post('/files', form('x', 'x'))).status).toBe(401);
  expect((await alice.get(`/files/${file_id}`)).status).toBe(200);
  expect((await (await app.admin()).get(`/files/${file_id}`)).status).toBe(200);
});

test('a content is on disk once, and is deleted with the last row that references it', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const first = await upload(alice, 'the same');
  const second = await upload(bob, 'the same');
  expect(onDisk(app)).toEqual([sha256('the same')]);
  expect((await alice.delete(`/files/${first.file_id}`)).status).toBe(204);
  expect((await alice.get(`/files/${first.file_id}`)).status).toBe(404);
  expect((await bob.get(second.download_url)).body).toBe('the same');
  expect((await bob.delete(`/files/${second.file_id}`)).status).toBe(204);
  expect(onDisk(app)).toEqual([]);
  expect((await bob.delete(`/files/${second.file_id}`)).status).toBe(404);
});

test('the same content uploaded and removed many times at once is never referenced and missing', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const rounds = Array.from({ length: 40 }, async (_, i) => {
    const { file_id } = await upload(alice, 'contended');
    if (i % 2) await alice.delete(`/files/${file_id}`);
    return i % 2 ? null : file_id;
  });
  for (const file_id of await Promise.all(rounds)) {
    if (file_id) expect((await alice.get(`/files/${file_id}/content`)).body).toBe('contended');
  }
  expect(onDisk(app)).toEqual([sha256('contended')]);
});

test('the garbage collection deletes contents that no row references and nothing else', async () => {
  const app = testApp();
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  await upload(alice, 'stays');
  await upload(bob, 'goes');
  app.deps.db.$client.prepare('DELETE FROM principals WHERE id = ?').run(bob.id);
  expect(onDisk(app)).toHaveLength(2);
  expect(await collectFileGarbage(app.deps)).toEqual({ unfinished: 0, unreferenced: 1 });
  expect(onDisk(app)).toEqual([sha256('stays')]);
});
