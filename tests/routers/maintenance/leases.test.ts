import { expect, test } from 'vitest';
import { expireLeases } from '../../../routers/work/jobs/lease.ts';
import { testApp } from '../../support/app.ts';
import { queue, workshop } from '../../support/queue.ts';

const seconds = (iso: string) => Date.parse(iso) / 1000;

test('an offer lasts 60 seconds, a running job 15 minutes, and any heartbeat extends its lease', async () => {
  const { it: client, project, a, clock, app } = await withClock();
  const job = await queue(client, project);
  const now = () => Math.floor(clock.now() / 1000);
  const offer = await a.request();
  expect(seconds(offer.body.jobs[0].lease_expires_at) - now()).toBeCloseTo(60, -1);
  clock.advance('50s');
  const started = await a.start(job);
  expect(seconds(started.body.lease_expires_at) - now()).toBeCloseTo(900, -1);
  clock.advance('1m');
  expect((await a.start(job)).body).toEqual(started.body);
  for (const sign of [
    () => a.progress(job),
    () => a.heartbeat({ current_job_id: job }),
    () => a.heartbeat({ current_job_id: String(job) }),
    () => client.post('/agent/callbacks/tool', { run_id: job, tool_name: 't', tool_input: {} }),
    () => client.post('/agent/callbacks/tool', { run_id: String(job), tool_name: 't', tool_input: null }),
  ]) {
    clock.advance('8m');
    expect((await sign()).status).toBeLessThan(300);
  }
  await a.heartbeat();
  expireLeases(app.deps);
  const { body } = await client.get(`/projects/${project}/jobs/${job}`);
  expect(body.status).toBe('running');
  expect(body.tool_invocations).toMatchObject([{ tool_name: 't', tool_input: {} }, { tool_input: null }]);
  clock.advance('16m');
  expect((await client.get(`/projects/${project}/jobs/${job}`)).body.status).toBe('pending');
});

test('an agent that promises a heartbeat gets three times that as its lease', async () => {
  const { it: client, project, a, b, clock } = await withClock();
  const job = await queue(client, project);
  await a.request({ heartbeat_seconds: 5 });
  clock.advance('14s');
  await a.start(job);
  clock.advance('14s');
  await a.progress(job);
  clock.advance('14s');
  expect((await client.get(`/projects/${project}/jobs/${job}`)).body.status).toBe('running');
  clock.advance('2s');
  const { body } = await client.get(`/projects/${project}/jobs/${job}`);
  expect(body).toMatchObject({ status: 'pending', agent: null, lease_expires_at: null, percent_complete: 0 });
  expect(body.progress_log.at(-1).log_message).toContain('agent-a');
  clock.advance('10s');
  expect((await b.request()).body.jobs).toMatchObject([{ job_id: job, attempt: 2 }]);
  expect((await b.request({ heartbeat_seconds: 4 })).status).toBe(400);
  expect((await b.request({ heartbeat_seconds: 301 })).status).toBe(400);
});

test('a lost job is retried after 2, then 4 seconds, and fails with its last attempt', async () => {
  const { it: client, project, a, b, clock } = await withClock();
  const job = await queue(client, project);
  const has = async () => (await b.request()).body.jobs.length === 1;
  await a.request();
  clock.advance('61s');
  expect(await has()).toBe(false);
  clock.advance('2s');
  expect(await has()).toBe(true);
  clock.advance('63s');
  expect(await has()).toBe(false);
  clock.advance('2s');
  expect(await has()).toBe(true);
  clock.advance('61s');
  expect(await has()).toBe(false);
  const { body } = await client.get(`/projects/${project}/jobs/${job}`);
  expect(body).toMatchObject({ status: 'failed', attempts: 3, lease_expires_at: null });
  expect(body.error_message).toContain('ran out');
  expect(body.progress_log).toHaveLength(3);
  clock.advance('30m');
  expect(await has()).toBe(false);
});

test('a late agent is rejected by its name, and by its attempt when it is the same agent', async () => {
  const { it: client, project, a, b, clock } = await withClock();
  const job = await queue(client, project);
  await a.request();
  await a.start(job, { attempt: 1 });
  clock.advance('16m');
  for (const late of [await a.progress(job), await a.complete(job)]) {
    expect([late.status, late.body.code]).toEqual([409, 'JOB_STATE']);
  }
  await b.request();
  for (const late of [await a.start(job), await a.progress(job), await a.complete(job)]) {
    expect([late.status, late.body.code]).toEqual([409, 'JOB_NOT_YOURS']);
  }
  const tool = await client.post('/agent/callbacks/tool', {
    run_id: job,
    tool_name: 't',
    tool_input: {},
    agent_id: 'agent-a',
  });
  expect(tool.body.code).toBe('JOB_NOT_YOURS');
  for (const late of [
    await b.start(job, { attempt: 1 }),
    await b.progress(job, { attempt: 1 }),
    await b.complete(job, { attempt: 1 }),
  ]) {
    expect([late.status, late.body.code]).toEqual([409, 'JOB_NOT_YOURS']);
  }
  expect((await b.start(job, { attempt: 2 })).status).toBe(200);
  expect((await b.complete(job, { attempt: 2 })).body).toEqual({ job_id: job, status: 'success' });
});

test('completing a job again with the same result has the same response, and another result is rejected', async () => {
  const { it: client, project, a, b } = await withClock();
  const job = await queue(client, project);
  await a.request();
  await a.start(job);
  const first = await a.complete(job, { summary: 'first' });
  for (const status of ['success', 'completed']) {
    const again = await a.complete(job, { status, summary: 'second' });
    expect([again.status, again.body]).toEqual([200, first.body]);
  }
  const other = await a.complete(job, { status: 'failed' });
  expect([other.status, other.body.code]).toEqual([409, 'JOB_STATE']);
  expect((await b.complete(job)).body.code).toBe('JOB_NOT_YOURS');
  expect((await a.progress(job)).body.code).toBe('JOB_STATE');
  expect((await client.get(`/projects/${project}/jobs/${job}`)).body.summary).toBe('first');
});

async function withClock() {
  const app = testApp();
  return { ...(await workshop(app)), clock: app.clock, app };
}
