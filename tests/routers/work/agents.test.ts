import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { agent_metrics, events, tool_calls } from '../../../db/index.ts';
import { expireLeases } from '../../../routers/work/jobs/lease.ts';
import { testApp } from '../../support/app.ts';
import { agentOf, queue, workshop } from '../../support/queue.ts';

test('the bodies of the guide do what it says, at the root and under /api/v1', async () => {
  const app = testApp();
  const { it, project } = await workshop(app);
  for (const prefix of ['', '/api/v1']) {
    const { body: job } = await it.post(`${prefix}/projects/${project}/jobs`, { job_type: 'git_scan' });
    const offer = await it.post(`${prefix}/agent/jobs/request`, {
      agent_id: 'agent-uuid-12345',
      capabilities: ['git_scan', 'commit_generation', 'readme_update'],
      status: 'idle',
      max_jobs: 1,
    });
    expect(offer.status).toBe(200);
    expect(offer.body.jobs).toEqual([
      {
        job_id: job.id,
        job_type: 'git_scan',
        status: 'assigned',
        attempt: 1,
        payload: {
          description: 'git_scan',
          project: { id: project, name: 'MyProject', local_path: '/home/MyProject', remote_url: null },
        },
        project,
        created_at: job.created_at,
        started_at: null,
        completed_at: null,
        lease_expires_at: expect.any(String),
      },
    ]);
    expect(offer.body.poll_after_seconds).toEqual(expect.any(Number));
    const started = await it.post(`${prefix}/agent/jobs/${job.id}/start`, {
      agent_id: 'agent-uuid-12345',
      start_time: '2025-10-28T10:00:00Z',
    });
    expect(started.body).toEqual({
      job_id: job.id,
      status: 'running',
      started_at: expect.any(String),
      lease_expires_at: expect.any(String),
    });
    const progress = await it.post(`${prefix}/agent/jobs/${job.id}/progress`, {
      log_message: 'Scanning file: src/main.py...',
      percent_complete: 30,
      intermediate_artifact: { type: 'complexity_report', data: { average: 8.5 } },
    });
    expect(progress.status).toBe(202);
    const lease_expires_at = expect.any(String);
    expect(progress.body).toEqual({ job_id: job.id, status: 'running', lease_expires_at });
    const done = await it.post(`${prefix}/agent/jobs/${job.id}/complete`, {
      status: 'success',
      summary: 'Git scan completed. Found 5 issues.',
      final_result_url: 's3://bucket/results/result.json',
      error_message: null,
    });
    expect([done.status, done.body]).toEqual([200, { job_id: job.id, status: 'success' }]);
    const read = await it.get(`${prefix}/projects/${project}/jobs/${job.id}`);
    expect(read.body).toMatchObject({
      final_result_url: 's3://bucket/results/result.json',
      progress_log: [
        {
          percent_complete: 30,
          intermediate_artifact: { type: 'complexity_report', data: { average: 8.5 } },
        },
      ],
    });
    const tool = await it.post(`${prefix}/agent/callbacks/tool`, {
      run_id: 'run-abcde',
      tool_name: 'git_analyzer_tool',
      tool_input: { file_path: 'src/utils.py' },
      tool_output: { loc: 150, complexity: 12 },
    });
    expect(tool.status).toBe(202);
    expect(tool.body).toEqual({ run_id: 'run-abcde', job_id: null, status: null, lease_expires_at: null });
    const metrics = await it.post(`${prefix}/agent/telemetry`, {
      agent_id: 'agent-uuid-12345',
      metrics: [
        { name: 'llm_tokens_used', value: 1500, model: 'gpt-4o' },
        { name: 'tool_call_latency_ms', value: 1200, tool: 'git_analyzer' },
      ],
    });
    expect([metrics.status, metrics.body]).toEqual([202, { accepted: 2 }]);
    const beat = await it.post(`${prefix}/agent/heartbeat`, {
      agent_id: 'agent-uuid-12345',
      status: 'processing',
      agent_version: 'v1.0.1',
      current_job_id: 'job-xyz',
    });
    expect(beat.body).toEqual({ agent_id: 'agent-uuid-12345', status: 'processing', cancelled_jobs: [] });
  }
  expect(app.deps.db.select().from(agent_metrics).all()).toHaveLength(4);
  expect(app.deps.db.select().from(tool_calls).all()).toHaveLength(2);
});

test('the payload carries what the job was queued with, and its description', async () => {
  const { it, project, a } = await workshop(testApp());
  const ask = async (payload: object) => {
    await queue(it, project, { payload });
    return (await a.request()).body.jobs[0].payload;
  };
  expect(await ask({ prompt: 'a form', language: 'python' })).toMatchObject({
    prompt: 'a form',
    language: 'python',
    description: 'a form',
  });
  expect((await ask({ description: 'as it says', prompt: 'x' })).description).toBe('as it says');
  expect((await ask({ project: 'mine' })).project.id).toBe(project);
});

test('two hundred agents that ask at once get distinct jobs, and so do those that wait', async () => {
  const { it, project } = await workshop(testApp());
  const agents = Array.from({ length: 200 }, (_, n) => agentOf(it, `agent-${n}`));
  for (let n = 0; n < 150; n++) await queue(it, project);
  const asked = agents.map((agent) => agent.request({ wait_seconds: 20 }));
  const late = Array.from({ length: 50 }, () => queue(it, project));
  await Promise.all(late);
  const offers = await Promise.all(asked);
  const given = offers.flatMap(({ body }) => body.jobs.map((job: { job_id: number }) => job.job_id));
  expect(given).toHaveLength(200);
  expect(new Set(given).size).toBe(200);
});

test('an agent that waits gets a job as soon as there is one, and nothing when its time is over', async () => {
  const { it, project, a } = await workshop(testApp());
  const began = performance.now();
  const waiting = a.request({ wait_seconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const job = await queue(it, project);
  expect((await waiting).body.jobs).toMatchObject([{ job_id: job }]);
  expect(performance.now() - began).toBeLessThan(5000);
  const empty = await a.request({ wait_seconds: 1 });
  expect(empty.body).toEqual({ jobs: [], poll_after_seconds: 5 });
  for (const wrong of [{ wait_seconds: 31 }, { max_jobs: 0 }, { max_jobs: 21 }, { agent_id: '' }])
    expect((await a.request(wrong)).status).toBe(400);
});

test('an agent that waits gets a job that another process queued', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'shared.db');
  const { it, project } = await workshop(testApp({ file }));
  const elsewhere = testApp({ file }).client();
  elsewhere.token = it.token;
  const waiting = agentOf(elsewhere, 'elsewhere').request({ wait_seconds: 20 });
  await new Promise((resolve) => setTimeout(resolve, 50));
  const job = await queue(it, project);
  expect((await waiting).body.jobs).toMatchObject([{ job_id: job, attempt: 1 }]);
});

test('an agent that hangs up while it waits is given nothing', async () => {
  const app = testApp();
  const { it, project, b } = await workshop(app);
  const gone = new AbortController();
  const waiting = it.send('/agent/jobs/request', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ agent_id: 'gone', wait_seconds: 20 }),
    signal: gone.signal,
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  gone.abort();
  await waiting.catch(() => undefined);
  const job = await queue(it, project);
  expect((await b.request()).body.jobs).toMatchObject([{ job_id: job, attempt: 1 }]);
});

test('my agents are listed with what they hold, offline after 90 seconds of silence, and nobody else’s', async () => {
  const { it, project, a, clock, app } = await withClock();
  const job = await queue(it, project);
  await a.request({ capabilities: ['x'], agent_version: 'v1.0.1' });
  await a.start(job);
  await a.heartbeat({ current_job_id: job, status: 'processing' });
  const list = async () => (await it.get('/agents')).body;
  expect(await list()).toEqual([
    {
      agent_id: 'agent-a',
      status: 'processing',
      agent_version: 'v1.0.1',
      capabilities: ['x'],
      current_job_id: String(job),
      jobs: [job],
      last_seen_at: expect.any(String),
      created_at: expect.any(String),
    },
  ]);
  expect((await a.heartbeat({ status: 'idle' })).status).toBe(200);
  expect((await list())[0]).toMatchObject({ status: 'idle', current_job_id: null, jobs: [job] });
  await a.heartbeat({ current_job_id: job });
  clock.advance('89s');
  expect((await list())[0].status).toBe('processing');
  clock.advance('2s');
  expect((await list())[0].status).toBe('offline');
  await a.progress(job);
  expect((await list())[0].status).toBe('processing');
  expect((await (await app.user('bob')).get('/agents')).body).toEqual([]);
});

test('what befalls a job is an event of its owner', async () => {
  const { it, project, a, clock, app } = await withClock();
  await queue(it, project);
  await a.request();
  clock.advance('61s');
  expireLeases(app.deps);
  clock.advance('3s');
  const job = await queue(it, project);
  await a.request({ max_jobs: 2 });
  await a.start(job);
  await a.progress(job, { percent_complete: 50, log_message: 'half' });
  await a.complete(job, { status: 'failed', error_message: 'no' });
  await it.post(`/projects/${project}/jobs/${job - 1}/cancel`);
  const rows = app.deps.db.select().from(events).all();
  const told = rows.filter(({ type }) => type.startsWith('job.'));
  expect(told.every(({ principal_id }) => principal_id === it.id)).toBe(true);
  expect(told.map(({ type, payload }) => [type, payload.job_id, payload.attempt])).toEqual([
    ['job.queued', job - 1, 0],
    ['job.assigned', job - 1, 1],
    ['job.requeued', job - 1, 1],
    ['job.queued', job, 0],
    ['job.assigned', job - 1, 2],
    ['job.assigned', job, 1],
    ['job.started', job, 1],
    ['job.progress', job, 1],
    ['job.failed', job, 1],
    ['job.cancelled', job - 1, 2],
  ]);
});

test('a user, a key with the scope agent, and a tRPC client are agents; other keys are not', async () => {
  const app = testApp();
  const { it, project } = await workshop(app);
  const admin = await app.admin();
  const key = async (scopes: string[], user_id: unknown) => {
    const { body } = await admin.post('/admin/api-keys', { name: 'laptop', scopes, user_id });
    const client = app.client();
    client.token = body.key;
    return client;
  };
  const agent = await key(['agent'], it.id);
  const job = await queue(it, project);
  const offer = await agentOf(agent, 'k').request();
  expect(offer.body.jobs).toMatchObject([{ job_id: job }]);
  const started = await agent.mutate('agent.start', { job_id: job, agent_id: 'k' });
  expect(started.body.result.data).toMatchObject({ job_id: job, status: 'running' });
  expect((await agentOf(agent, 'k').complete(job)).status).toBe(200);
  expect((await agent.get('/projects')).status).toBe(403);
  const llm = await agentOf(await key(['llm'], it.id), 'k').request();
  expect([llm.status, llm.body.code]).toEqual([403, 'FORBIDDEN']);
  const other = await agentOf(await key(['agent'], null), 'k').start(job);
  expect(other.status).toBe(404);
});

test('agents on this machine need no credentials when that is switched on, and only there and then', async () => {
  const peer = (address: string) => ({ incoming: { socket: { remoteAddress: address } } });
  const ask = async (
    on: boolean,
    address: string,
    headers: Record<string, string> = {},
    path = '/agent/jobs/request',
  ) => {
    const app = testApp({ trust_loopback_agents: on });
    const admin = await app.admin();
    const { body: project } = await admin.post('/git/projects/register', { name: 'p', local_path: '/p' });
    await queue(admin, project.id);
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ agent_id: 'local', job_type: 'x' }),
    };
    const answer = await app.app.request(path, init, peer(address));
    return { status: answer.status, body: await answer.json() };
  };
  for (const address of ['127.0.0.1', '::1', '::ffff:127.0.0.1']) {
    const { status, body } = await ask(true, address);
    expect([status, body.jobs.length]).toEqual([200, 1]);
  }
  const refused = [
    await ask(false, '127.0.0.1'),
    await ask(true, '10.0.0.5'),
    await ask(true, '127.0.0.1', { 'x-forwarded-for': '203.0.113.9' }),
    await ask(true, '127.0.0.1', { origin: 'http://evil.example' }),
    await ask(true, '127.0.0.1', { 'sec-fetch-site': 'cross-site' }),
    await ask(true, '127.0.0.1', { authorization: 'Bearer fsk_wrong' }),
    await ask(true, '127.0.0.1', {}, '/projects/1/jobs'),
  ];
  for (const { status } of refused) expect(status).toBe(401);
});

async function withClock() {
  const app = testApp();
  return { ...(await workshop(app)), clock: app.clock, app };
}
