import { expect, test } from 'vitest';
import { testApp } from '../../support/app.ts';
import { plansOf } from '../../support/plans.ts';
import { agentOf, GUIDE, projectOf, queue, workshop } from '../../support/queue.ts';

test('a job is queued as pending and can be looked at, at the root and under /api/v1', async () => {
  const { it, project } = await workshop(testApp());
  for (const prefix of ['', '/api/v1']) {
    const made = await it.post(`${prefix}/projects/${project}/jobs`, GUIDE);
    expect(made.status).toBe(201);
    expect(made.body).toEqual({
      id: expect.any(Number),
      job_id: made.body.id,
      project,
      agent: null,
      status: 'pending',
      ...GUIDE,
      required_capabilities: ['code_generation'],
      priority: 0,
      attempts: 0,
      max_attempts: 3,
      run_at: null,
      progress_log: [],
      percent_complete: 0,
      tool_invocations: [],
      summary: null,
      final_result_url: null,
      error_message: null,
      lease_expires_at: null,
      created_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
      assigned_at: null,
      started_at: null,
      completed_at: null,
    });
    const read = await it.get(`${prefix}/projects/${project}/jobs/${made.body.id}`);
    expect([read.status, read.body]).toEqual([200, made.body]);
  }
});

test('projects are listed newest first, bare, and one can be read', async () => {
  const app = testApp();
  const { it, project } = await workshop(app);
  const second = await projectOf(it, 'Second');
  const { body } = await it.get('/projects');
  expect(body.map(({ id }: { id: number }) => id)).toEqual([second, project]);
  expect(body[1]).toMatchObject({ name: 'MyProject', local_path: '/home/MyProject', open_issues: 0 });
  expect((await it.get(`/projects/${project}`)).body).toEqual(body[1]);
  expect((await it.get('/api/v1/projects')).body).toEqual(body);
  expect((await it.query('projects.list')).body.result.data).toEqual(body);
  expect((await (await app.user('bob')).get('/projects')).body).toEqual([]);
});

test('the Streamlit way: queue, poll, and find the code in the summary', async () => {
  const { it, project, a } = await workshop(testApp());
  const { body: job } = await it.post(`/projects/${project}/jobs`, GUIDE);
  await a.request({ capabilities: ['code_generation'] });
  await a.start(job.id);
  await a.progress(job.id, { log_message: 'Writing login.py', percent_complete: 60 });
  const half = await it.get(`/projects/${project}/jobs/${job.id}`);
  expect(half.body).toMatchObject({
    status: 'running',
    agent: 'agent-a',
    percent_complete: 60,
    progress_log: [{ log_message: 'Writing login.py', percent_complete: 60 }],
  });
  await a.complete(job.id, { summary: 'def login(): ...', error_message: null, final_result_url: null });
  const done = await it.get(`/projects/${project}/jobs/${job.id}`);
  expect(done.body).toMatchObject({
    status: 'success',
    summary: 'def login(): ...',
    percent_complete: 100,
    lease_expires_at: null,
    error_message: null,
  });
  expect(done.body.completed_at).not.toBeNull();
});

test('what a job requires is its own list, or its tool, or its type when that is a speciality', async () => {
  const { it, project } = await workshop(testApp());
  const required = async (job: object) => {
    const { body } = await it.post(`/projects/${project}/jobs`, job);
    return body.required_capabilities;
  };
  expect(await required({ job_type: 'git_scan', required_capabilities: ['x', 'y'] })).toEqual(['x', 'y']);
  expect(await required({ job_type: 'git_scan', required_capabilities: [] })).toEqual([]);
  const tool = { job_type: 'repository_analysis', payload: { tool_name: 'get_diff' } };
  expect(await required(tool)).toEqual(['get_diff']);
  for (const type of ['git_scan', 'commit_generation', 'readme_update', 'code_generation']) {
    expect(await required({ job_type: type })).toEqual([type]);
  }
  expect(await required({ job_type: 'repository_analysis' })).toEqual([]);
  expect(await required({ job_type: 'anything', payload: null })).toEqual([]);
});

test('an agent gets the highest priority first, the oldest within it, and only what it can do', async () => {
  const { it, project, a } = await workshop(testApp());
  const scan = await queue(it, project, { job_type: 'git_scan', priority: 9 });
  const low = await queue(it, project, { priority: -1 });
  const first = await queue(it, project);
  const second = await queue(it, project);
  const both = await queue(it, project, { priority: 5, required_capabilities: ['x', 'y'] });
  const ids = async (more: object) =>
    (await a.request(more)).body.jobs.map((j: { job_id: number }) => j.job_id);
  expect(await ids({ capabilities: ['x'], max_jobs: 2 })).toEqual([first, second]);
  expect(await ids({ capabilities: ['y', 'z', 'x'] })).toEqual([both]);
  expect(await ids({})).toEqual([low]);
  expect(await ids({})).toEqual([]);
  expect(await ids({ capabilities: ['git_scan'], max_jobs: 20 })).toEqual([scan]);
});

test('jobs are listed newest first, by status under either name, page by page', async () => {
  const { it, project, a } = await workshop(testApp());
  const made = [];
  for (let n = 0; n < 5; n++) made.push(await queue(it, project));
  await a.request({ max_jobs: 2 });
  await a.complete(made[0] as number, { status: 'completed' });
  await a.complete(made[1] as number, { status: 'error', error_message: 'no luck' });
  const list = async (query: string) => {
    const { body } = await it.get(`/projects/${project}/jobs${query}`);
    return [body.total, body.jobs.map(({ id }: { id: number }) => id)];
  };
  expect(await list('')).toEqual([5, made.toReversed()]);
  expect(await list('?limit=2&offset=1')).toEqual([5, [made[3], made[2]]]);
  for (const name of ['success', 'completed']) expect(await list(`?status=${name}`)).toEqual([1, [made[0]]]);
  for (const name of ['failed', 'error']) expect(await list(`?status=${name}`)).toEqual([1, [made[1]]]);
  expect(await list('?status=pending')).toEqual([3, made.slice(2).toReversed()]);
  for (const query of ['?limit=0', '?limit=101', '?status=odd', '?offset=-1'])
    expect((await it.get(`/projects/${project}/jobs${query}`)).status).toBe(400);
});

test('a pending job that is cancelled is given to nobody; cancelling twice is fine, a finished one is not', async () => {
  const { it, project, a } = await workshop(testApp());
  const job = await queue(it, project);
  const cancel = () => it.post(`/projects/${project}/jobs/${job}/cancel`);
  const first = await cancel();
  expect([first.status, first.body.status]).toEqual([200, 'cancelled']);
  expect(first.body.progress_log).toMatchObject([{ log_message: 'cancelled' }]);
  expect((await cancel()).body).toEqual(first.body);
  expect((await a.request()).body.jobs).toEqual([]);
  const start = await a.start(job);
  expect([start.status, start.body.code]).toEqual([409, 'JOB_STATE']);
  const done = await queue(it, project);
  await a.request();
  await a.complete(done);
  const late = await it.post(`/projects/${project}/jobs/${done}/cancel`);
  expect([late.status, late.body.code]).toEqual([409, 'JOB_STATE']);
});

test('an agent learns of a cancelled job at its next progress, completion and heartbeat', async () => {
  const { it, project, a, b } = await workshop(testApp());
  const job = await queue(it, project);
  await a.request();
  await a.start(job);
  await it.post(`/projects/${project}/jobs/${job}/cancel`);
  for (const answer of [await a.progress(job), await a.complete(job), await a.start(job)]) {
    expect([answer.status, answer.body.code]).toEqual([409, 'JOB_STATE']);
  }
  const beat = await a.heartbeat({ current_job_id: job });
  expect(beat.body).toEqual({ agent_id: 'agent-a', status: 'processing', cancelled_jobs: [job] });
  expect((await b.heartbeat()).body.cancelled_jobs).toEqual([]);
});

test("someone else's project and jobs answer as missing ones do", async () => {
  const app = testApp();
  const { it, project, a } = await workshop(app);
  const job = await queue(it, project);
  await a.request();
  const bob = await app.user('bob');
  const theirs = agentOf(bob, 'agent-a');
  const other = await projectOf(bob);
  const answers = [
    await bob.get(`/projects/${project}`),
    await bob.get(`/projects/${project}/jobs`),
    await bob.post(`/projects/${project}/jobs`, GUIDE),
    await bob.get(`/projects/${project}/jobs/${job}`),
    await bob.get(`/projects/${other}/jobs/${job}`),
    await bob.post(`/projects/${project}/jobs/${job}/cancel`),
    await theirs.start(job),
    await theirs.progress(job),
    await theirs.complete(job),
    await it.get('/projects/999'),
    await it.get(`/projects/${project}/jobs/999`),
    await it.post('/projects/999/jobs', GUIDE),
    await a.start(999),
  ];
  for (const { status, body } of answers) expect([status, body.code]).toEqual([404, 'NOT_FOUND']);
  expect((await theirs.request()).body.jobs).toEqual([]);
  const beat = await theirs.heartbeat({ current_job_id: job });
  expect(beat.body.cancelled_jobs).toEqual([]);
});

test('an administrator sees every project, but their agents do not', async () => {
  const app = testApp();
  const { it, project } = await workshop(app);
  const job = await queue(it, project);
  const admin = await app.admin();
  expect((await admin.get(`/projects/${project}/jobs/${job}`)).status).toBe(200);
  expect((await agentOf(admin, 'agent-a').request()).body.jobs).toEqual([]);
  expect((await agentOf(admin, 'agent-a').start(job)).status).toBe(404);
});

test('guests and keys without the right scope do not get in', async () => {
  const { client } = testApp();
  for (const answer of [
    await client().get('/projects'),
    await client().post('/projects/1/jobs', GUIDE),
    await client().post('/agent/jobs/request', { agent_id: 'x' }),
    await client().get('/agents'),
  ]) {
    expect([answer.status, answer.body.code]).toEqual([401, 'AUTH_REQUIRED']);
  }
});

test('wrong input is refused with what is wrong, and unknown fields are not', async () => {
  const { it, project } = await workshop(testApp());
  const send = (body: unknown) => it.post(`/projects/${project}/jobs`, body);
  for (const body of [
    {},
    { job_type: '' },
    { job_type: 7 },
    { job_type: 'x', payload: [] },
    { job_type: 'x', payload: 'text' },
    { job_type: 'x', priority: 1001 },
    { job_type: 'x', priority: 0.5 },
    { job_type: 'x', max_attempts: 0 },
    { job_type: 'x', required_capabilities: 'all' },
  ]) {
    const { status, body: answer } = await send(body);
    expect([status, answer.code], JSON.stringify(body)).toEqual([400, 'INVALID_INPUT']);
    expect(answer.issues.length).toBeGreaterThan(0);
  }
  expect((await send({ job_type: 'x', status: 'success', id: 99 })).body.status).toBe('pending');
  expect((await send({ job_type: 'x', payload: { text: 'a'.repeat(1_100_000) } })).status).toBe(413);
  expect((await it.get('/projects/abc')).status).toBe(400);
});

test('what is said of jobs is found in an index, however many are listed', async () => {
  const app = testApp({ alone: true });
  const { it, project } = await workshop(app);
  // It is prepared once, for one job and a page of them alike.
  const plans = await plansOf(app.deps.db, 'job_log', () => queue(it, project));
  expect(plans).toHaveLength(1);
  expect(plans[0]).toContain('SEARCH entry USING INDEX job_log_job (job_id=? AND id>?)');
  expect(plans[0]).not.toContain('SCAN job_log');
  expect(await plansOf(app.deps.db, 'job_log', () => it.get(`/projects/${project}/jobs`))).toEqual([]);
});
