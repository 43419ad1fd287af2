import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import { closeDatabase, jobs } from '../../../db/index.ts';
import { expireLeases } from '../../../routers/work/jobs/lease.ts';
import { type TestApp, type TestClient, testApp } from '../../support/app.ts';
import { agentOf, projectOf } from '../../support/queue.ts';

/** The queue as the contract tells it, in as few lines as it takes. Times are milliseconds. */
interface ModelJob {
  status: 'pending' | 'assigned' | 'running' | 'success' | 'failed' | 'cancelled';
  priority: number;
  needs: string[];
  max: number;
  attempts: number;
  agent: string | null;
  beat: number | null;
  lease: number;
  available: number;
  ended: number;
  /** who handed it back */
  released: string[];
}

const held = (job: ModelJob) => job.status === 'assigned' || job.status === 'running';
const leaseOf = (job: ModelJob) =>
  job.beat === null ? (job.status === 'running' ? 900_000 : 60_000) : job.beat * 3000;

class Model {
  now = 0;
  jobs: ModelJob[] = [];

  pass(ms: number): void {
    this.now += ms;
    for (const job of this.jobs) {
      if (!held(job) || job.lease > this.now) continue;
      if (job.attempts >= job.max) Object.assign(job, { status: 'failed', ended: this.now });
      else {
        const available = job.lease + 1000 * 2 ** job.attempts;
        Object.assign(job, { status: 'pending', agent: null, beat: null, available });
      }
    }
  }

  request(agent: string, can: string[], count: number, beat: number | null): number[] {
    const open = this.jobs
      .map((job, index) => ({ job, index }))
      .filter(({ job }) => job.status === 'pending' && job.available <= this.now)
      .filter(({ job }) => !job.released.includes(agent) || job.available <= this.now - 600_000)
      .filter(({ job }) => job.needs.every((need) => can.includes(need)))
      .sort((a, b) => b.job.priority - a.job.priority || a.index - b.index)
      .slice(0, count);
    for (const { job } of open) {
      Object.assign(job, { status: 'assigned', agent, beat, attempts: job.attempts + 1 });
      job.lease = this.now + leaseOf(job);
    }
    return open.map(({ index }) => index);
  }

  refused(job: ModelJob, agent: string | undefined, attempt: number | undefined): boolean {
    const another = agent !== undefined && job.agent !== null && agent !== job.agent;
    return another || (attempt !== undefined && attempt !== job.attempts);
  }

  renew(job: ModelJob): void {
    job.lease = Math.max(job.lease, this.now + leaseOf(job));
  }
}

/** One step of a history. `job` picks one of those there are. */
const job = fc.nat({ max: 5 });
const agent = fc.constantFrom('a', 'b', 'c');
const maybe = fc.option(agent, { nil: undefined });
const attempt = fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined, freq: 3 });
const can = fc.subarray(['x', 'y']);
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      priority: fc.integer({ min: 0, max: 2 }),
      needs: can,
      max: fc.integer({ min: 1, max: 3 }),
      later: fc.constantFrom(null, null, null, 4, 300),
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('request' as const),
      agent,
      can,
      count: fc.integer({ min: 1, max: 3 }),
      beat: fc.option(fc.constantFrom(5, 100), { nil: null }),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('start' as const), job, agent, attempt }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('progress' as const), job, agent: maybe, attempt }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('complete' as const),
      job,
      agent: maybe,
      attempt,
      status: fc.constantFrom('success' as const, 'failed' as const),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('release' as const), job, agent, attempt }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('beat' as const), job, agent }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('tool' as const), job }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), job }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      seconds: fc.constantFrom(1, 2, 4, 8, 14, 15, 59, 60, 299, 300, 900),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reap' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('reopen' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** Every step but the one that makes a new product. */
type Done = Exclude<Step, { do: 'reopen' }>;

const EPOCH = Date.now();

test('the queue does what a simple model of it does, whatever agents, time and restarts do', async () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'flashscan-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'queue.db');
  let app: TestApp = testApp({ file });
  let it: TestClient = await app.user('alice');
  const project = await projectOf(it);
  let began = EPOCH;

  const history = fc.array(step, { minLength: 20, maxLength: 80 });
  await fc.assert(
    fc.asyncProperty(history, async (steps) => {
      app.deps.db.delete(jobs).run();
      const model = new Model();
      const ids: number[] = [];
      const freeze = () => {
        app.clock.now = () => began + model.now;
      };
      freeze();
      for (const one of steps) {
        if (one.do === 'reopen') {
          closeDatabase(app.deps.db);
          app = testApp({ file });
          it = Object.assign(app.client(), { cookie: it.cookie });
          freeze();
        } else await take(app, it, project, model, ids, one);
      }
      const { body } = await it.get(`/projects/${project}/jobs?limit=100`);
      const found = body.jobs.map((row: Record<string, unknown>) => [
        row.id,
        row.status,
        row.attempts,
        row.agent,
      ]);
      const expected = model.jobs.map((row, index) => [ids[index], row.status, row.attempts, row.agent]);
      expect(found).toEqual(expected.reverse());
      // The next history begins where this one ended: sessions and agents are older, never younger.
      began += model.now;
    }),
    { numRuns: 25, interruptAfterTimeLimit: 60_000, markInterruptAsFailure: false },
  );
}, 120_000);

/** Does one step to the product and to the model, and compares what they say. */
async function take(app: TestApp, it: TestClient, project: number, model: Model, ids: number[], one: Done) {
  if (one.do === 'wait') return model.pass(one.seconds * 1000);
  if (one.do === 'reap') return void expireLeases(app.deps);
  if (one.do === 'create') {
    if (ids.length >= 100) return;
    const { priority, needs, max, later } = one;
    const available = model.now + (later ?? 0) * 1000;
    const { body } = await it.post(`/projects/${project}/jobs`, {
      job_type: 'x',
      priority,
      required_capabilities: needs,
      max_attempts: max,
      run_at: later === null ? null : new Date(app.clock.now() + later * 1000).toISOString(),
    });
    ids.push(body.id);
    const fresh = { attempts: 0, agent: null, beat: null, lease: 0, ended: 0, released: [] };
    model.jobs.push({ status: 'pending', priority, needs, max, available, ...fresh });
    return;
  }
  if (one.do === 'request') {
    const { count, beat } = one;
    const { body } = await agentOf(it, one.agent).request({
      capabilities: one.can,
      max_jobs: count,
      heartbeat_seconds: beat,
    });
    const given = body.jobs.map((offer: { job_id: number; attempt: number }) => [
      offer.job_id,
      offer.attempt,
    ]);
    const expected = model.request(one.agent, one.can, count, beat);
    expect(given).toEqual(expected.map((index) => [ids[index], model.jobs[index]?.attempts]));
    return;
  }
  const known = model.jobs[one.job];
  const id = ids[one.job];
  if (known && id !== undefined) await touch(it, project, model, ids, known, id, one);
}

type Touch = Extract<Step, { job: number }>;

async function touch(
  it: TestClient,
  project: number,
  model: Model,
  ids: number[],
  known: ModelJob,
  id: number,
  one: Touch,
) {
  const says = (answer: { status: number; body: { code?: string } }, expected: number | string) =>
    expect([one.do, answer.status < 300 ? answer.status : answer.body.code]).toEqual([one.do, expected]);
  if (one.do === 'cancel') {
    const over = known.status === 'success' || known.status === 'failed';
    says(await it.post(`/projects/${project}/jobs/${id}/cancel`), over ? 'JOB_STATE' : 200);
    if (!over && known.status !== 'cancelled')
      Object.assign(known, { status: 'cancelled', ended: model.now });
    return;
  }
  if (one.do === 'release') {
    const answer = await it.post(`/agent/jobs/${id}/release`, { agent_id: one.agent, attempt: one.attempt });
    if (model.refused(known, one.agent, one.attempt)) return says(answer, 'JOB_NOT_YOURS');
    says(answer, held(known) || known.status === 'pending' ? 200 : 'JOB_STATE');
    if (!held(known)) return;
    const released = [...known.released, known.agent as string];
    const max = known.max + 1;
    Object.assign(known, { status: 'pending', agent: null, beat: null, max, released, available: model.now });
    return;
  }
  if (one.do === 'tool') {
    says(await it.post('/agent/callbacks/tool', { run_id: id, tool_name: 't', tool_input: {} }), 202);
    if (held(known)) model.renew(known);
    return;
  }
  if (one.do === 'beat') {
    const { body } = await agentOf(it, one.agent).heartbeat({ current_job_id: id });
    if (held(known) && known.agent === one.agent) model.renew(known);
    const dropped = model.jobs.flatMap((row, index) =>
      row.status === 'cancelled' && row.agent === one.agent && row.ended > model.now - 3_600_000
        ? [ids[index]]
        : [],
    );
    expect(body.cancelled_jobs).toEqual(dropped);
    return;
  }
  const refused = model.refused(known, one.agent, one.attempt);
  const claim = { agent_id: one.agent, attempt: one.attempt };
  if (one.do === 'start') {
    const answer = await it.post(`/agent/jobs/${id}/start`, claim);
    says(answer, refused ? 'JOB_NOT_YOURS' : held(known) ? 200 : 'JOB_STATE');
    if (refused || known.status !== 'assigned') return;
    known.status = 'running';
    known.lease = model.now + leaseOf(known);
  } else if (one.do === 'progress') {
    const answer = await it.post(`/agent/jobs/${id}/progress`, claim);
    says(answer, refused ? 'JOB_NOT_YOURS' : held(known) ? 202 : 'JOB_STATE');
    if (!refused && held(known)) model.renew(known);
  } else {
    const answer = await it.post(`/agent/jobs/${id}/complete`, { ...claim, status: one.status });
    const again = known.status === one.status;
    says(answer, refused ? 'JOB_NOT_YOURS' : held(known) || again ? 200 : 'JOB_STATE');
    if (!refused && held(known)) Object.assign(known, { status: one.status, ended: model.now });
  }
}
