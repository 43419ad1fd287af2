import { expect, test } from 'vitest';
import { clampFutureTimestamps } from '../../../routers/maintenance/clock-skew.ts';
import { testApp } from '../../support/app.ts';
import { agentOf, projectOf, queue, workshop } from '../../support/queue.ts';

const idsOf = (answer: { body: { jobs: { job_id: number }[] } }) =>
  answer.body.jobs.map(({ job_id }) => job_id);

test('an agent that names its projects is given their jobs alone', async () => {
  const app = testApp();
  const { it, project, a } = await workshop(app);
  const [second, third] = [await projectOf(it, 'second'), await projectOf(it, 'third')];
  const [first, inSecond] = [await queue(it, project), await queue(it, second)];
  expect(idsOf(await a.request({ project_ids: [third] }))).toEqual([]);
  expect(idsOf(await a.request({ project_ids: [second, third], max_jobs: 5 }))).toEqual([inSecond]);
  expect(idsOf(await a.request({ project_ids: [], max_jobs: 5 }))).toEqual([]);
  expect(idsOf(await a.request({ max_jobs: 5 }))).toEqual([first]);
  const bob = await app.user('bob');
  const theirs = agentOf(bob, 'agent-b');
  await queue(it, project);
  expect(idsOf(await theirs.request({ project_ids: [project], max_jobs: 5 }))).toEqual([]);
  const { body } = await a.request({ project_ids: ['x'] });
  expect([body.code, body.issues[0].path]).toEqual(['INVALID_INPUT', 'project_ids.0']);
});

test('a job that is handed back goes to another agent at once, and the attempt does not count', async () => {
  const app = testApp();
  const { it, project, a, b } = await workshop(app);
  const id = await queue(it, project, { max_attempts: 1 });
  await a.request();
  await a.start(id);
  expect((await b.release(id)).body.code).toBe('JOB_NOT_YOURS');
  const released = await a.release(id, { attempt: 1, reason: 'no such repository' });
  expect([released.status, released.body]).toEqual([200, { job_id: id, status: 'pending' }]);
  // The answer may be lost, so it may be said again.
  expect((await a.release(id, { attempt: 1 })).status).toBe(200);
  const job = (await it.get(`/projects/${project}/jobs/${id}`)).body;
  expect(job).toMatchObject({ status: 'pending', agent: null, lease_expires_at: null, started_at: null });
  expect(job.progress_log.at(-1).log_message).toBe('agent-a handed it back: no such repository');
  expect(idsOf(await a.request())).toEqual([]);
  const offer = await b.request();
  expect([idsOf(offer), offer.body.jobs[0].attempt]).toEqual([[id], 2]);
  expect((await b.complete(id)).status).toBe(200);
  expect((await b.release(id)).body.code).toBe('JOB_STATE');
});

test('where no other agent wants it, the one that handed it back is given it again after 10 minutes', async () => {
  const app = testApp();
  const { it, project, a } = await workshop(app);
  const id = await queue(it, project);
  await a.request();
  await a.release(id);
  app.clock.advance('599s');
  expect(idsOf(await a.request())).toEqual([]);
  app.clock.advance('1s');
  expect(idsOf(await a.request())).toEqual([id]);
});

test('a job for later is given to nobody before, and a time that is over means at once', async () => {
  const app = testApp();
  const { it, project, a } = await workshop(app);
  const run_at = new Date(Math.ceil(app.clock.now() / 1000) * 1000 + 2_400_000).toISOString();
  const id = await queue(it, project, { run_at });
  const { body: job } = await it.get(`/projects/${project}/jobs/${id}`);
  expect(Date.parse(job.run_at)).toBe(Date.parse(run_at));
  expect(idsOf(await a.request())).toEqual([]);
  expect(clampFutureTimestamps(app.deps)).toBe(0);
  app.clock.advance('39m');
  expect(idsOf(await a.request())).toEqual([]);
  app.clock.advance('2m');
  expect(idsOf(await a.request())).toEqual([id]);
  const past = await queue(it, project, { run_at: '2020-01-01T00:00:00Z' });
  expect(idsOf(await a.request())).toEqual([past]);
  const wrong = await it.post(`/projects/${project}/jobs`, { job_type: 'x', run_at: 'tomorrow' });
  expect(wrong.body.issues[0].path).toBe('run_at');
});
