import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type TestClient, testApp } from '../support/app.ts';
import { type Disk, filesIn, smallDisk } from './disk.ts';

const MIB = 1024 * 1024;
const FULL = { status: 'error', code: 'STORAGE_FULL', retry_after: 60 };

/** The product on a disk of its own, and someone who uses it. */
async function onDisk(disk: Disk) {
  onTestFinished(disk.unmount);
  const app = testApp({
    file: path.join(disk.folder, 'flashscan.db'),
    data_dir: disk.folder,
    rate_limits: true,
  });
  const it = await app.user('kim');
  await it.post('/scan/analyze', { url: 'https://example.com/before' });
  return { app, it };
}

function upload(it: TestClient, bytes: number, name = 'a.bin') {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(bytes).fill(name.length)], name));
  return it.post('/files', form);
}

test('on a full disk writes are refused with what is wrong, reads go on, and room is enough to go on', async (context) => {
  const disk = smallDisk(8);
  if (!disk) return context.skip('mounting a small disk is not permitted here');
  const { app, it } = await onDisk(disk);
  disk.fill();
  // What is left of the write-ahead log's last page may take a few more.
  const acknowledged: string[] = [];
  let refused: Awaited<ReturnType<TestClient['post']>> | undefined;
  for (let i = 0; i < 500 && !refused; i++) {
    const url = `https://example.com/${i}/${'x'.repeat(500)}`;
    const answer = await it.post('/scan/analyze', { url }, { 'accept-language': 'en' });
    if (answer.status === 200) acknowledged.push(url);
    else refused = answer;
  }
  expect([refused?.status, refused?.headers.get('retry-after')]).toEqual([503, '60']);
  expect(refused?.body).toMatchObject({ ...FULL, message: expect.stringContaining('no space left') });
  const native = await it.mutate('scan.analyze', { url: 'https://example.com/native' });
  expect([native.status, native.body.error.data.code, native.headers.get('retry-after')]).toEqual([
    503,
    'STORAGE_FULL',
    '60',
  ]);
  for (const path of ['/history', '/me', '/settings', '/health/ready', '/auth/status'])
    expect((await it.get(path)).status, path).toBe(200);
  const seen = (await it.get('/history?limit=100')).body.data.history.map(({ url }: { url: string }) => url);
  expect(seen).toEqual(expect.arrayContaining(acknowledged.slice(-90)));

  disk.free();
  expect((await it.post('/scan/analyze', { url: 'https://example.com/after' })).status).toBe(200);
  expect((await it.get('/history')).body.data.total).toBe(acknowledged.length + 2);
  expect(app.deps.db.$client.pragma('integrity_check', { simple: true })).toBe('ok');
});

test('an upload that the disk has no room for is refused and leaves nothing; the same one goes in once there is', async (context) => {
  const disk = smallDisk(8);
  if (!disk) return context.skip('mounting a small disk is not permitted here');
  const { it, app } = await onDisk(disk);
  const kept = await upload(it, 100_000, 'kept');
  expect(kept.status).toBe(201);
  disk.fill(MIB);
  const before = filesIn(app.files_folder);
  const all = await Promise.all([upload(it, 2 * MIB), upload(it, 2 * MIB, 'bb'), upload(it, 2 * MIB, 'ccc')]);
  for (const { status, body } of all) expect([status, body]).toEqual([503, expect.objectContaining(FULL)]);
  expect(filesIn(app.files_folder)).toEqual(before);
  expect((await it.get(kept.body.download_url)).status).toBe(200);

  disk.free();
  const again = await upload(it, 2 * MIB);
  expect([again.status, (await it.get(again.body.download_url)).body.length]).toEqual([201, 2 * MIB]);
});

test('SQLite says the same where no disk can be mounted: a database that may not grow', async () => {
  const app = testApp();
  const it = await app.user('kim');
  const { $client } = app.deps.db;
  const pages = $client.pragma('page_count', { simple: true });
  $client.pragma(`max_page_count = ${pages}`);
  let refused: Awaited<ReturnType<TestClient['post']>> | undefined;
  for (let i = 0; i < 2000 && !refused; i++) {
    const answer = await it.post('/scan/analyze', { url: `https://example.com/${i}/${'x'.repeat(1500)}` });
    if (answer.status !== 200) refused = answer;
  }
  expect([refused?.status, refused?.body]).toEqual([503, expect.objectContaining(FULL)]);
  expect((await it.get('/history')).status).toBe(200);
  $client.pragma('max_page_count = 1000000');
  expect((await it.post('/scan/analyze', { url: 'https://example.com/after' })).status).toBe(200);
});
