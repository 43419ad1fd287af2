import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkFiles } from '../../../server/cli/doctor/files.ts';
import { readEnv } from '../../../server/process/env.ts';
import { testBucket } from '../../support/s3-server.ts';
import { startWithAdmin } from './login.ts';
import { emptyFolder, flashscan } from './run.ts';

test('DATABASE_URL takes a file alone and refuses the rest by its name, without its value', async () => {
  for (const DATABASE_URL of [
    ...[
      'libsql://db.example.com?authToken=secret',
      'https://me:secret@db.example.com',
      'http://127.0.0.1:8080',
    ],
    ...['postgres://me:secret@x', 'mysql://secret', 'data/secret.db', 'file:', 'file://host/secret.db'],
  ]) {
    expect(() => readEnv({ DATABASE_URL }), DATABASE_URL).toThrow(/^DATABASE_URL (?!.*secret).*file:/);
  }
  for (const [DATABASE_URL, file] of [
    ['file:x.db', 'x.db'],
    ['file:/srv/x.db', '/srv/x.db'],
    ['file::memory:', ':memory:'],
  ])
    expect(readEnv({ DATABASE_URL }).database_file).toBe(file);
  const { code, err } = await flashscan(['migrate'], { DATABASE_URL: 'libsql://127.0.0.1:1' });
  expect([code, err]).toEqual([2, expect.stringMatching(/^flashscan: DATABASE_URL /)]);
}, 60_000);

test('a bucket without keys, and an address that is none, are told by the variable’s name', () => {
  for (const [env, name] of [
    [{ FILES_URL: 's3://bucket' }, 'S3_ACCESS_KEY_ID'],
    [{ FILES_URL: 'https://bucket' }, 'FILES_URL'],
    [{ DATABASE_URL: 'postgres://me:secret@x' }, 'DATABASE_URL'],
    [{ S3_ENDPOINT: 'minio:9000' }, 'S3_ENDPOINT'],
  ] as const) {
    expect(() => readEnv(env)).toThrow(new RegExp(`^${name}(?!.*secret)`));
  }
});

test('files lie in the bucket, a backup holds the database alone and says so, the doctor looks into the bucket', async () => {
  const bucket = await testBucket();
  const { settings } = bucket;
  const env = {
    DATA_DIR: emptyFolder(),
    FILES_URL: `s3://${settings.bucket}/${settings.prefix}`,
    S3_ENDPOINT: settings.endpoint,
    S3_REGION: settings.region,
    S3_ACCESS_KEY_ID: settings.access_key_id,
    S3_SECRET_ACCESS_KEY: settings.secret_access_key,
  };
  const { server, headers } = await startWithAdmin(env);
  const form = new FormData();
  form.set('file', new Blob(['far away']), 'note.txt');
  const sent = await fetch(`${server.url}/files`, { method: 'POST', headers, body: form });
  expect([sent.status, bucket.objects.size]).toEqual([201, 1]);
  const { download_url } = await sent.json();
  expect(await (await fetch(server.url + download_url, { headers })).text()).toBe('far away');
  server.child.kill();
  await once(server.child, 'exit');
  expect(readdirSync(path.join(env.DATA_DIR, 'files', 'arriving'))).toEqual([]);

  const made = JSON.parse((await flashscan(['backup', '--json'], env)).out);
  expect(made).toMatchObject({ files: 0, files_elsewhere: true, lacking: 0 });
  const restored = await flashscan(['restore', made.backup, '--json'], env);
  expect([restored.code, JSON.parse(restored.out)]).toMatchObject([0, { files: 0 }]);
  expect(await checkFiles(readEnv(env))).toMatchObject([{ state: 'ok' }]);
  bucket.objects.clear();
  expect(await checkFiles(readEnv(env))).toMatchObject([{ state: 'fail' }]);
}, 120_000);
