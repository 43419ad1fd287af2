import { expect, test } from 'vitest';
import { jobs } from '../../../db/index.ts';
import { testApp } from '../../support/app.ts';
import { agentOf, GUIDE, projectOf, workshop } from '../../support/queue.ts';

test('the same Idempotency-Key gets the first answer again, and one job, for 24 hours', async () => {
  const app = testApp();
  const { it, project } = await workshop(app);
  const key = { 'idempotency-key': 'one-and-the-same' };
  const send = (headers: Record<string, string>) => it.post(`/projects/${project}/jobs`, GUIDE, headers);
  const first = await send(key);
  await agentOf(it, 'a').request({ capabilities: ['code_generation'] });
  const again = await send(key);
  expect([again.status, again.body]).toEqual([201, first.body]);
  expect(again.headers.get('idempotency-replayed')).toBe('true');
  const many = await Promise.all(Array.from({ length: 10 }, () => send({ 'idempotency-key': 'at once' })));
  expect(new Set(many.map(({ body }) => body.id)).size).toBe(1);
  const trpc = await it.post('/trpc/projects.createJob', { project_id: project, ...GUIDE }, key);
  expect(trpc.body.result.data).toEqual(first.body);
  expect((await send({})).body.id).not.toBe(first.body.id);
  expect((await send({ 'idempotency-key': 'k'.repeat(200) })).status).toBe(201);
  const long = await send({ 'idempotency-key': 'k'.repeat(201) });
  expect([long.status, long.body.code]).toEqual([400, 'INVALID_INPUT']);
  const count = app.deps.db.select().from(jobs).all().length;
  expect(count).toBe(4);
  app.clock.advance('25h');
  const it2 = app.client();
  const { body } = await it2.post('/auth/login', {
    email: 'alice@example.com',
    password: 'correct horse battery staple',
  });
  it2.token = body.access_token;
  expect((await it2.post(`/projects/${project}/jobs`, GUIDE, key)).body.id).not.toBe(first.body.id);
});

test('a key of one caller is nothing to another, and a failed call may be tried again', async () => {
  const app = testApp();
  const { it, project } = await workshop(app);
  const bob = await app.user('bob');
  const theirs = await projectOf(bob);
  const key = { 'idempotency-key': 'shared' };
  expect((await it.post('/projects/999/jobs', GUIDE, key)).status).toBe(404);
  const mine = await it.post(`/projects/${project}/jobs`, GUIDE, key);
  expect(mine.status).toBe(201);
  expect((await bob.post(`/projects/${theirs}/jobs`, GUIDE, key)).body.project).toBe(theirs);
});

test('two jobs made in one batch with one key are two jobs, and two again when the batch is repeated', async () => {
  const { it, project } = await workshop(testApp());
  const inputs = { 0: { project_id: project, ...GUIDE }, 1: { project_id: project, ...GUIDE } };
  const send = async () => {
    const { body } = await it.post('/trpc/projects.createJob,projects.createJob?batch=1', inputs, {
      'idempotency-key': 'batch',
    });
    return body.map((one: { result: { data: { id: number } } }) => one.result.data.id);
  };
  const first = await send();
  expect(new Set(first).size).toBe(2);
  expect(await send()).toEqual(first);
});
