import { expect, test } from 'vitest';
import { events, job_log, jobs, notifications } from '../../../db/index.ts';
import { applyRetention } from '../../../routers/maintenance/retention.ts';
import { testApp } from '../../support/app.ts';

test('old rows are deleted in batches, newer and unread ones stay, and ids are never reused', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { clock } = app;
  const { db } = app.deps;
  const principal_id = alice.id;
  const old = clock.now() - 91 * 86_400_000;
  const young = clock.now() - 89 * 86_400_000;
  db.delete(events).run();
  const event = (created_at: number) => ({ type: 'broadcast', principal_id, payload: {}, created_at });
  const eventsAt = (n: number, at: number) => Array.from({ length: n }, () => event(at));
  for (const part of [eventsAt(2000, old), eventsAt(500, old), eventsAt(3, young)])
    db.insert(events).values(part).run();
  const note = (read: boolean, created_at: number) => ({
    principal_id,
    type: 'x',
    payload: {},
    read,
    created_at,
  });
  db.insert(notifications)
    .values([note(true, old), note(false, old), note(true, old), note(true, young)])
    .run();
  const deleted = await applyRetention(app.deps);
  expect(deleted).toMatchObject({
    events: 2500,
    notifications: 2,
    job_log: 0,
    activity: 0,
    prompts: 0,
    feed_items: 0,
  });
  expect(
    db
      .select()
      .from(events)
      .all()
      .map(({ created_at }) => created_at),
  ).toEqual([young, young, young]);
  expect(db.select().from(notifications).all()).toMatchObject([{ read: false }, { created_at: young }]);

  const last = Math.max(
    ...db
      .select()
      .from(events)
      .all()
      .map(({ id }) => id),
  );
  clock.advance('2d');
  expect((await applyRetention(app.deps)).events).toBe(3);
  expect(app.deps.emit({ type: 'user.registered', principal_id, payload: { user_id: 'x' } })).toBe(last + 1);
});

test('job logs are deleted and jobs stay; 0 days keep everything, and nothing is deleted once the product stops', async () => {
  const app = testApp();
  const alice = await app.user('alice');
  const { body } = await alice.post('/git/projects/register', { name: 'p', local_path: '/p' });
  const job = await alice.post(`/projects/${body.id}/jobs`, { job_type: 'git_scan' });
  app.deps.db
    .insert(job_log)
    .values({ job_id: job.body.id, log_message: 'x', created_at: app.clock.now() })
    .run();
  app.clock.advance('100d');
  const forever = {
    ...app.deps.settings,
    retention_days: { events: 0, job_logs: 0, notifications: 0, inbox: 0, activity: 0, prompts: 0 },
  };
  expect(await applyRetention({ ...app.deps, settings: forever })).toEqual({});
  app.stop();
  expect((await applyRetention(app.deps)).job_log).toBe(0);
  expect((await applyRetention({ ...app.deps, stopping: new AbortController().signal })).job_log).toBe(1);
  expect(await app.deps.db.$count(jobs)).toBe(1);
});
