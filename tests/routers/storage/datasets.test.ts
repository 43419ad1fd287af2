import { expect, test } from 'vitest';
import { type TestClient, testApp } from '../../support/app.ts';

/** The guide's example. */
const CHURN = {
  dataset_name: '고객 이탈 데이터',
  source_url: 's3://bucket/datasets/churn.csv',
  schema: [
    { name: 'age', type: 'int' },
    { name: 'gender', type: 'string' },
  ],
  row_count: 10000,
};

async function register(client: TestClient, more: object = {}) {
  const { status, body } = await client.post('/datasets', { ...CHURN, ...more });
  expect(status).toBe(201);
  return body as { dataset_id: number; version: number };
}

test('a dataset is registered and read back, at the root, under /api/v1 and over tRPC', async () => {
  const alice = await testApp().user('alice');
  const { status, body } = await alice.post('/api/v1/datasets', CHURN);
  expect([status, body]).toEqual([
    201,
    { ...CHURN, dataset_id: expect.any(Number), version: 1, file_id: null, created_at: expect.any(String) },
  ]);
  const got = await alice.get(`/datasets/${body.dataset_id}`);
  const versions = [{ version: 1, row_count: 10000, created_at: body.created_at }];
  expect(got.body).toEqual({ ...body, versions });
  const native = await alice.query('datasets.get', { dataset_id: body.dataset_id });
  expect(native.body.result.data).toEqual(got.body);
});

test('the same name again is the next version, and each version stays', async () => {
  const alice = await testApp().user('alice');
  const { dataset_id } = await register(alice);
  expect(await register(alice, { row_count: 20000 })).toMatchObject({ dataset_id, version: 2 });
  expect(await register(alice, { dataset_name: 'another' })).toMatchObject({ version: 1 });
  const newest = (await alice.get(`/datasets/${dataset_id}`)).body;
  expect(newest).toMatchObject({ version: 2, row_count: 20000, versions: [{ version: 2 }, { version: 1 }] });
  const first = (await alice.get(`/datasets/${dataset_id}?version=1`)).body;
  expect(first).toMatchObject({ version: 1, row_count: 10000 });
  expect((await alice.get(`/datasets/${dataset_id}?version=3`)).status).toBe(404);
  expect((await alice.get(`/datasets/${dataset_id}?version=0`)).status).toBe(400);
});

test('registered many times at once, every version has a number of its own', async () => {
  const alice = await testApp().user('alice');
  const responses = await Promise.all(Array.from({ length: 10 }, () => register(alice)));
  expect(responses.map(({ version }) => version).sort((a, b) => a - b)).toEqual([
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10,
  ]);
  expect(new Set(responses.map(({ dataset_id }) => dataset_id)).size).toBe(1);
});

test('the list has each dataset of the caller once, as its newest version, page by page', async () => {
  const { user } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  for (const dataset_name of ['a', 'b', 'c', 'b']) await register(alice, { dataset_name });
  await register(bob, { dataset_name: 'not hers' });
  const { body } = await alice.get('/datasets');
  expect(body.total).toBe(3);
  const seen = body.datasets.map((one: { dataset_name: string; version: number }) => [
    one.dataset_name,
    one.version,
  ]);
  expect(Object.fromEntries(seen)).toEqual({ a: 1, b: 2, c: 1 });
  const page = await alice.get('/datasets?limit=1&offset=2');
  expect([page.body.total, page.body.datasets.length]).toEqual([3, 1]);
  expect((await alice.get('/datasets?limit=101')).status).toBe(400);
});

test("another user's dataset is not found, and neither is another user's file", async () => {
  const { user } = testApp();
  const [alice, bob] = [await user('alice'), await user('bob')];
  const { dataset_id } = await register(alice);
  expect((await bob.get(`/datasets/${dataset_id}`)).status).toBe(404);
  expect((await register(bob)).dataset_id).not.toBe(dataset_id);
  const form = new FormData();
  form.set('file', new File(['age\n31\n'], 'churn.csv'));
  const { file_id } = (await alice.post('/uploads', form)).body;
  expect((await bob.post('/datasets', { ...CHURN, file_id })).status).toBe(404);
  expect(await register(alice, { file_id })).toMatchObject({ file_id, version: 2 });
  await alice.delete(`/files/${file_id}`);
  expect((await alice.get(`/datasets/${dataset_id}`)).body).toMatchObject({ version: 2, file_id: null });
});

test('an input that does not match its schema is rejected with the field', async () => {
  const alice = await testApp().user('alice');
  const wrong: [object, string][] = [
    [{ dataset_name: '  ' }, 'dataset_name'],
    [{ schema: [{ name: 'age' }] }, 'schema.0.type'],
    [{ row_count: -1 }, 'row_count'],
    [{ row_count: '10' }, 'row_count'],
    [{ schema: undefined }, 'schema'],
  ];
  for (const [more, path] of wrong) {
    const { status, body } = await alice.post('/datasets', { ...CHURN, ...more });
    expect([status, body.issues?.[0]?.path]).toEqual([400, path]);
  }
});
