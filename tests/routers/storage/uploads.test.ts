import { expect, test } from 'vitest';
import { createApiKey } from '../../../routers/accounts/keys/api-keys.ts';
import { testApp } from '../../support/app.ts';
import { form, onDisk, sha256, upload } from '../../support/uploads.ts';

test('an upload has a description and a purpose', async () => {
  const alice = await testApp().user('alice');
  const sent = form('a,b\n1,2\n', 'sales.csv', {
    description: '10월 판매 실적 데이터',
    purpose: 'dataset_analysis',
  });
  const { status, body } = await alice.post('/uploads', sent);
  expect(status).toBe(201);
  expect(body).toMatchObject({
    file_name: 'sales.csv',
    description: '10월 판매 실적 데이터',
    purpose: 'dataset_analysis',
  });
});

test('too large a file is refused and leaves nothing, by its length and as it streams', async () => {
  const app = testApp({ max_upload_bytes: 100_000 });
  const alice = await app.user('alice');
  expect((await alice.post('/files', form(Buffer.alloc(100_000), 'x'))).status).toBe(201);
  for (const path of ['/files', '/uploads', '/trpc/files.upload'])
    for (const size of [100_001, 2_000_000]) {
      const { status, body } = await alice.post(path, form(Buffer.alloc(size, 1), 'x'));
      const code = path.startsWith('/trpc') ? body.error.data.code : body.code;
      expect([status, code], `${path} ${size}`).toEqual([413, 'PAYLOAD_TOO_LARGE']);
    }
  expect(onDisk(app)).toEqual([sha256(Buffer.alloc(100_000))]);
});

test("a user's files have a quota, also when uploads come at once", async () => {
  const app = testApp({ upload_quota_bytes: 1000 });
  const alice = await app.user('alice');
  const sent = await Promise.all(
    Array.from({ length: 5 }, (_, i) => alice.post('/files', form(Buffer.alloc(400, i), `${i}`))),
  );
  expect(sent.map(({ status }) => status).sort()).toEqual([201, 201, 413, 413, 413]);
  const refused = sent.find(({ status }) => status === 413);
  expect(refused?.body.message).toContain('200');
  expect(onDisk(app)).toHaveLength(2);
  expect((await alice.post('/files', form(Buffer.alloc(200, 9), 'x'))).status).toBe(201);
  expect((await alice.post('/files', form('y', 'y'))).status).toBe(413);
  expect((await (await app.user('bob')).post('/files', form('y', 'y'))).status).toBe(201);
});

test('a body that is no form, has no file, or breaks off is rejected and leaves nothing', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const type = { 'content-type': 'multipart/form-data; boundary=x' };
  const part = '--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n';
  for (const body of ['not a form', `${part}cut off`, part, ''])
    expect((await alice.post('/files', body, type)).body.code, body).toBe('INVALID_INPUT');
  const none = await alice.post('/files', body('context_id', 'x'), type);
  expect([none.status, none.body.issues[0].path]).toEqual([400, 'file']);
  const text = await alice.post('/files', body('file', 'text'), type);
  expect([text.status, text.body.issues[0].path]).toEqual([400, 'file']);
  const long = await alice.post('/files', form('x', 'x', { context_id: 'y'.repeat(201) }));
  expect([long.status, long.body.issues[0].path]).toEqual([400, 'context_id']);
  const huge = await alice.post('/files', form('x', 'x', { context_id: 'y'.repeat(70_000) }));
  expect(huge.status).toBe(400);
  expect((await alice.post('/files', '{}')).status).toBe(415);
  expect((await alice.post('/files', '', { 'content-type': 'multipart/form-data' })).status).toBe(400);
  expect(onDisk(app)).toEqual([]);
});

const body = (name: string, value: string) =>
  `--x\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n--x--\r\n`;

test('files of unknown names, and a second one of the same name, are skipped', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const multipart = form('the first', 'first.txt');
  multipart.append('file', new File(['the second'], 'second.txt'));
  multipart.set('preview', new File(['a preview'], 'p.png'));
  const { status, body } = await alice.post('/files', multipart);
  expect([status, body.file_name]).toEqual([201, 'first.txt']);
  expect(onDisk(app)).toEqual([sha256('the first')]);
});

test('an agent key uploads for the user who owns it; other keys may not', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { db, clock, random } = app.deps;
  const agent = app.client();
  agent.token = createApiKey(db, clock, random, { name: 'a', scopes: ['agent'], user: alice.id }).key;
  const { file_id } = await upload(agent, 'from the agent');
  expect((await alice.get(`/files/${file_id}/content`)).body).toBe('from the agent');
  const other = app.client();
  other.token = createApiKey(db, clock, random, { name: 'b', scopes: ['llm'], user: alice.id }).key;
  expect((await other.post('/files', form('x', 'x'))).status).toBe(403);
});

test('native tRPC takes the same form, and gives plain data', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { status, body } = await alice.post(
    '/trpc/files.upload',
    form('over tRPC', 'a.txt', { context_id: 'r' }),
  );
  expect(status).toBe(200);
  const { file_id, ...file } = body.result.data;
  expect(file).toMatchObject({ file_name: 'a.txt', context_id: 'r', sha256: sha256('over tRPC') });
  expect((await alice.query('files.get', { file_id })).body.result.data).toMatchObject(file);
  expect((await alice.mutate('files.remove', { file_id })).status).toBe(200);
  expect((await alice.mutate('files.upload', { file: 'no file' })).status).toBe(400);
  expect(onDisk(app)).toEqual([]);
});
