import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { content_claims, files } from '../../../db/index.ts';
import { createContentLeases } from '../../../routers/storage/files/content-leases.ts';
import { collectFileGarbage } from '../../../routers/storage/files/garbage-collect.ts';
import { S3Files } from '../../../routers/storage/files/s3.ts';
import { toContentPath } from '../../../routers/storage/files/store.ts';
import { clock, random } from '../../../server/process/clock-and-random.ts';
import { PASSWORD, type TestClient, testApp } from '../../support/app.ts';
import { type TestBucket, testBucket } from '../../support/s3-server.ts';
import { sha256 } from '../../support/uploads.ts';

const toBucketKey = (bytes: Uint8Array | string) => `some/where/${toContentPath(sha256(bytes))}`;

function appOn(bucket: TestBucket, settings = bucket.settings) {
  return testApp({
    files: (db, folder) =>
      new S3Files(settings, {
        leases: createContentLeases({ db, clock, random }),
        uploadFolder: path.join(folder, 'arriving'),
      }),
  });
}

async function send(client: TestClient, bytes: Uint8Array | string) {
  const form = new FormData();
  form.set('file', new File([bytes as BlobPart], 'notes.txt'));
  return client.post('/files', form);
}

test('an upload is in the bucket once, is read whole and in parts, and leaves nothing on the local disk', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  for (const bytes of [Buffer.alloc(0), randomBytes(1), randomBytes(3_000_000)]) {
    const { status, body } = await send(alice, bytes);
    expect([status, body.sha256, body.size]).toEqual([201, sha256(bytes), bytes.length]);
    expect(bucket.objects.get(toBucketKey(bytes))?.equals(bytes)).toBe(true);
    const answer = await app.app.request(body.download_url, {
      headers: { authorization: `Bearer ${alice.token}` },
    });
    expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
  }
  const { body } = await send(bob, 'both of us');
  await send(alice, 'both of us');
  expect(bucket.objects.size).toBe(4);
  const part = await bob.get(body.download_url, { range: 'bytes=5-6' });
  expect([part.status, part.body, part.headers.get('content-range')]).toEqual([206, 'of', 'bytes 5-6/10']);
  expect(readdirSync(path.join(app.files_folder, 'arriving'))).toEqual([]);
  expect(app.deps.db.select().from(content_claims).all()).toEqual([]);
});

test('a content is deleted with the last row that references it', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const [mine, shared] = [await send(alice, 'mine'), await send(alice, 'ours')];
  await send(bob, 'ours');
  for (const { body } of [mine, shared])
    expect((await alice.delete(`/files/${body.file_id}`)).status).toBe(204);
  expect([...bucket.objects.keys()]).toEqual([toBucketKey('ours')]);
  const deletion = await bob.send('/me', {
    method: 'DELETE',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ password: PASSWORD }),
  });
  expect([deletion.status, bucket.objects.size]).toEqual([204, 0]);
});

test('a request to the store is retried; a store that keeps failing is a 503 and leaves no row', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const alice = await app.user('alice');
  bucket.failures = [503, 500];
  expect((await send(alice, 'patience')).status).toBe(201);
  bucket.failures = [503, 503, 503];
  const refused = await send(alice, 'in vain');
  expect([refused.status, refused.body.code]).toEqual([503, 'INTERNAL_ERROR']);
  expect(JSON.stringify(refused.body)).not.toMatch(/bucket|SlowDown|127\.0\.0\.1/);
  expect(app.deps.db.select().from(files).all()).toHaveLength(1);
  expect(app.deps.db.select().from(content_claims).all()).toEqual([]);
  expect(readdirSync(path.join(app.files_folder, 'arriving'))).toEqual([]);
});

test('wrong access keys fail at once, with the reason only in the log', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket, { ...bucket.settings, secret_access_key: 'another' });
  const { status, body } = await send(await app.user('alice'), 'x');
  expect([status, body.code, bucket.asked.length]).toEqual([503, 'INTERNAL_ERROR', 1]);
  const [{ err }] = app.logged.filter(({ message }) => message === 'a request failed') as [{ err: Error }];
  expect(String(err.cause ?? err)).toContain('SignatureDoesNotMatch');
  expect(String(err.cause ?? err)).not.toContain(bucket.settings.access_key_id);
});

test('a lost content is an error before the response begins', async () => {
  const bucket = await testBucket();
  const alice = await appOn(bucket).user('alice');
  const { body } = await send(alice, 'here today');
  bucket.objects.clear();
  expect((await alice.get(body.download_url)).status).toBe(503);
});

test('the garbage collection finds unreferenced contents on every page, and the remains of interrupted uploads', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const alice = await app.user('alice');
  for (const n of [1, 2, 3, 4]) await send(alice, `kept ${n}`);
  for (const n of [1, 2, 3, 4]) bucket.objects.set(toBucketKey(`orphan ${n}`), Buffer.from('x'));
  bucket.objects.set('some/where/else.txt', Buffer.from('not ours'));
  bucket.objects.set(`other/${toContentPath(sha256('theirs'))}`, Buffer.from('not ours'));
  expect(await collectFileGarbage(app.deps)).toEqual({ unfinished: 0, unreferenced: 4 });
  expect(bucket.objects.size).toBe(6);
});

test('a content that is uploaded while it is deleted as unreferenced is stored again', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const [alice, bob] = [await app.user('alice'), await app.user('bob')];
  const { body } = await send(alice, 'contested');
  let go = () => {};
  const held = new Promise<void>((resolve) => {
    go = resolve;
  });
  bucket.before = (method) => (method === 'DELETE' ? held : Promise.resolve());
  const removing = alice.delete(`/files/${body.file_id}`);
  await expect.poll(() => bucket.asked.some((line) => line.startsWith('DELETE'))).toBe(true);
  const uploading = send(bob, 'contested');
  // It waits: there is one PUT so far, Alice's.
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect(bucket.asked.filter((line) => line.startsWith('PUT'))).toHaveLength(1);
  go();
  expect((await removing).status).toBe(204);
  const his = await uploading;
  expect(his.status).toBe(201);
  expect((await bob.get(his.body.download_url)).body).toBe('contested');
});

test('a content that is being stored is not deleted, and a process that died holds it no longer than its lease', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const alice = await app.user('alice');
  await send(alice, 'so that some file is named');
  bucket.objects.set(toBucketKey('arriving'), Buffer.from('arriving'));
  const leases = createContentLeases(app.deps);
  expect(leases.acquire(sha256('arriving'))).not.toBeNull();
  expect(await collectFileGarbage(app.deps)).toEqual({ unfinished: 0, unreferenced: 0 });
  app.clock.advance('16m');
  const later = createContentLeases(app.deps).acquire(sha256('arriving'));
  expect(later).not.toBeNull();
  later?.release();
  expect(existsSync(app.files_folder)).toBe(true);
});

test('an unreachable store leaves no file open', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket, { ...bucket.settings, endpoint: 'http://127.0.0.1:1' });
  expect((await send(await app.user('alice'), randomBytes(300_000))).status).toBe(503);
  const open = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`).includes(app.files_folder);
      } catch {
        return false;
      }
    });
  if (process.platform === 'linux') await expect.poll(open).toEqual([]);
});

test('an upload whose response is lost is a 503 without a row, and a repetition succeeds', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const alice = await app.user('alice');
  bucket.mute.add('PUT');
  expect((await send(alice, 'lost on the way back')).status).toBe(503);
  expect(app.deps.db.select().from(files).all()).toEqual([]);
  bucket.mute.clear();
  expect((await send(alice, 'lost on the way back')).status).toBe(201);
});

test('a content whose lease was lost while its process was suspended gets no row', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const alice = await app.user('alice');
  await send(alice, 'so that some file is named');
  bucket.before = async (method) => {
    if (method !== 'PUT') return;
    bucket.before = async () => {};
    // A sweep of another process finds the claim run out, deletes the content, and lets it go.
    app.deps.db.delete(content_claims).run();
  };
  expect((await send(alice, 'slept over')).status).toBe(503);
  expect(app.deps.db.select().from(files).all()).toHaveLength(1);
  expect((await send(alice, 'slept over')).status).toBe(201);
});

test('a deletion without a response keeps the lease of its content, which may still be deleted later', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  const alice = await app.user('alice');
  const [one, two] = [await send(alice, 'one'), await send(alice, 'two')];
  bucket.mute.add('DELETE');
  expect((await alice.delete(`/files/${one.body.file_id}`)).status).toBe(204);
  expect(app.deps.db.select().from(content_claims).all()).toMatchObject([{ sha256: sha256('one') }]);
  bucket.mute.clear();
  bucket.failures = [403];
  expect((await alice.delete(`/files/${two.body.file_id}`)).status).toBe(204);
  expect(app.deps.db.select().from(content_claims).all()).toHaveLength(1);
});

test('a content that is shorter in the store than in its row is an error before the response begins', async () => {
  const bucket = await testBucket();
  const alice = await appOn(bucket).user('alice');
  const { body } = await send(alice, 'the whole of it');
  bucket.objects.set(toBucketKey('the whole of it'), Buffer.from('the'));
  expect((await alice.get(body.download_url)).status).toBe(503);
});

test('a lease that cannot be released does not undo an upload', async () => {
  const bucket = await testBucket();
  const app = testApp({
    files: (db, folder) => {
      const leases = createContentLeases({ db, clock, random });
      const stuck = (sha256: string) => {
        const lease = leases.acquire(sha256);
        const release = () => {
          throw new Error('database is locked');
        };
        return lease && { ...lease, release };
      };
      return new S3Files(bucket.settings, {
        leases: { acquire: stuck },
        uploadFolder: path.join(folder, 'arriving'),
      });
    },
  });
  expect((await send(await app.user('alice'), 'stored')).status).toBe(201);
});

test('a lease from before the clock was set back blocks nobody', async () => {
  const app = appOn(await testBucket());
  expect(createContentLeases(app.deps).acquire(sha256('x'))).not.toBeNull();
  app.clock.advance('-1d');
  expect(createContentLeases(app.deps).acquire(sha256('x'))).not.toBeNull();
});

test('the garbage collection ignores objects that only look like contents, and sends no needless request', async () => {
  const bucket = await testBucket();
  const app = appOn(bucket);
  await send(await app.user('alice'), 'mine');
  bucket.objects.set(`some/where/else/${sha256('theirs')}`, Buffer.from('not ours'));
  expect(await collectFileGarbage(app.deps)).toEqual({ unfinished: 0, unreferenced: 0 });
  expect(bucket.asked.some((line) => line.startsWith('DELETE'))).toBe(false);
});
