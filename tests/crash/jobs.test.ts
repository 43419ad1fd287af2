import path from 'node:path';
import { asc } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { closeDatabase, events, openDatabase } from '../../db/index.ts';
import { emptyFolder, startServer } from '../server/process/run.ts';

const JOBS = 500;
const AGENTS = 8;
const KILLS = [40, 120, 200, 300, 400];
const ADMIN = { ADMIN_EMAIL: 'admin@example.com', ADMIN_PASSWORD: 'correct horse battery staple' };

test('a server that is killed again and again keeps every job and completion it acknowledged', async () => {
  const DATA_DIR = emptyFolder();
  const env = { DATA_DIR, RATE_LIMITS: 'off', ...ADMIN };
  let server = await startServer(env);
  let token = '';

  /** One call, repeated through as many crashes as it takes. */
  const call = async (route: string, body: unknown, headers: Record<string, string> = {}) => {
    for (;;) {
      try {
        const answer = await fetch(server.url + route, {
          method: body === undefined ? 'GET' : 'POST',
          headers: { 'content-type': 'application/json', authorization: `Bearer ${token}`, ...headers },
          body: body === undefined ? null : JSON.stringify(body),
          signal: AbortSignal.timeout(20_000),
        });
        return { status: answer.status, body: await answer.json() };
      } catch {
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    }
  };
  const login = await call('/auth/login', { email: ADMIN.ADMIN_EMAIL, password: ADMIN.ADMIN_PASSWORD });
  token = login.body.access_token;
  const { body: project } = await call('/git/projects/register', { name: 'p', local_path: '/p' });

  const queued = new Set<number>();
  const completed = new Map<number, { status: string; summary: string }>();
  const offers: string[] = [];
  let finished = false;

  const queueAll = async (from: number) => {
    for (let n = from; n < JOBS; n += 4) {
      const made = await call(
        `/projects/${project.id}/jobs`,
        { job_type: 'look', payload: { n }, max_attempts: 20 },
        { 'idempotency-key': `job ${n}` },
      );
      expect(made.status).toBe(201);
      queued.add(made.body.id);
    }
  };

  const work = async (agent_id: string) => {
    let turn = 0;
    while (!finished) {
      const asked = { agent_id, max_jobs: 2, heartbeat_seconds: 5, wait_seconds: 1 };
      const { body: offer } = await call('/agent/jobs/request', asked);
      for (const { job_id, attempt } of offer.jobs) {
        offers.push(`${job_id}/${attempt}`);
        // Now and then an agent dies with a job in its hands.
        if (++turn % 23 === 0) continue;
        const claim = { agent_id, attempt };
        const started = await call(`/agent/jobs/${job_id}/start`, claim);
        if (started.status === 409) continue;
        await call(`/agent/jobs/${job_id}/progress`, { ...claim, percent_complete: 50 });
        const report = {
          status: job_id % 10 === 0 ? 'failed' : 'success',
          summary: `${agent_id} ${attempt}`,
        };
        const done = await call(`/agent/jobs/${job_id}/complete`, { ...claim, ...report });
        if (done.status !== 200) {
          expect(done.status).toBe(409);
          continue;
        }
        expect(completed.has(job_id), `job ${job_id} was completed by two`).toBe(false);
        completed.set(job_id, report);
      }
    }
  };

  const killer = async () => {
    for (const after of KILLS) {
      while (completed.size < after) await new Promise((resolve) => setTimeout(resolve, 20));
      server.child.kill('SIGKILL');
      await server.ended;
      // It listens on another port now; agents find it by themselves.
      server = await startServer(env);
    }
    while (completed.size < JOBS) await new Promise((resolve) => setTimeout(resolve, 50));
    finished = true;
  };

  const agents = Array.from({ length: AGENTS }, (_, n) => work(`agent-${n}`));
  await Promise.all([killer(), ...[0, 1, 2, 3].map(queueAll), ...agents]);

  expect(queued.size).toBe(JOBS);
  expect(new Set(offers).size, 'no holding of a job was given to two agents').toBe(offers.length);
  const found = new Map<number, { status: string; summary: string }>();
  for (let offset = 0; offset < JOBS; offset += 100) {
    const { body: page } = await call(`/projects/${project.id}/jobs?limit=100&offset=${offset}`, undefined);
    expect(page.total).toBe(JOBS);
    for (const { id, status, summary } of page.jobs) found.set(id, { status, summary });
  }
  expect(new Set(found.keys())).toEqual(queued);
  for (const [id, report] of completed) expect(found.get(id)).toEqual(report);
  server.child.kill('SIGKILL');
  await server.ended;
  checkHistory(path.join(DATA_DIR, 'flashscan.db'));
}, 300_000);

/** Every job by its events: one holder at a time, attempts that count up by one, one end, and nothing after it. */
function checkHistory(file: string): void {
  const db = openDatabase({ file, migrations: null });
  const rows = db.select().from(events).orderBy(asc(events.id)).all();
  closeDatabase(db);
  const states = new Map<unknown, { state: string; attempt: number; lease: number }>();
  for (const { type, payload, created_at } of rows) {
    if (!type.startsWith('job.')) continue;
    const { job_id, attempt, lease_expires_at } = payload as Record<string, number>;
    const before = states.get(job_id) ?? { state: 'none', attempt: 0, lease: 0 };
    const told = `job ${job_id}: ${type} after ${before.state}`;
    const allowed: Record<string, string[]> = {
      'job.queued': ['none'],
      'job.assigned': ['job.queued', 'job.requeued'],
      'job.started': ['job.assigned'],
      'job.progress': ['job.started', 'job.progress'],
      'job.requeued': ['job.assigned', 'job.started', 'job.progress'],
      'job.completed': ['job.started', 'job.progress'],
      'job.failed': ['job.started', 'job.progress'],
    };
    expect(allowed[type], told).toContain(before.state);
    expect(attempt, told).toBe(before.attempt + (type === 'job.assigned' ? 1 : 0));
    if (type === 'job.requeued') expect(created_at, told).toBeGreaterThanOrEqual(before.lease);
    states.set(job_id, { state: type, attempt: attempt ?? 0, lease: lease_expires_at ?? before.lease });
  }
  expect(states.size).toBe(JOBS);
  for (const { state } of states.values()) expect(['job.completed', 'job.failed']).toContain(state);
}
