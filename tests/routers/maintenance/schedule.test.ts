import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { schedule_runs } from '../../../db/index.ts';
import {
  acquireLease,
  hasRun,
  releaseLease,
  renewLease,
} from '../../../routers/maintenance/schedule-leases.ts';
import { type ScheduledJob, startSchedule } from '../../../server/process/schedule.ts';
import { type TestApp, testApp } from '../../support/app.ts';

/** Two products on one database file. */
function two(): [TestApp, TestApp] {
  const file = path.join(tmpdir(), `flashscan-schedule-${randomUUID()}.db`);
  onTestFinished(() => {
    for (const end of ['', '-wal', '-shm']) rmSync(file + end, { force: true });
  });
  return [testApp({ file }), testApp({ file })];
}

const turn = (period: number, holder: string) => ({ job: 'sweep', period, holder });

test('of two processes that share a database, one runs a job at its time', async () => {
  const apps = two();
  const runs: string[] = [];
  const jobs = (who: string): ScheduledJob[] => [['count', '* * * * * *', () => void runs.push(who)]];
  const schedules = apps.map((app, n) => startSchedule(app.deps, jobs(`${n}`)));
  const began = Date.now();
  await expect.poll(() => runs.length, { timeout: 6000 }).toBeGreaterThanOrEqual(3);
  const seconds = (Date.now() - began) / 1000;
  for (const schedule of schedules) await schedule.stop();
  expect(runs.length).toBeLessThanOrEqual(seconds + 1);
  expect(apps[0].logged.filter(({ message }) => message === 'scheduled job').length).toBe(
    runs.filter((who) => who === '0').length,
  );
});

test('a lease for a period is acquired once, and again for the next period', () => {
  const [a, b] = two();
  const now = a.clock.now();
  expect(hasRun(a.deps, 'sweep')).toBe(false);
  expect(acquireLease(a.deps, turn(now - 10, 'a'))).toBe(true);
  expect(acquireLease(b.deps, turn(now - 10, 'b'))).toBe(false);
  expect(acquireLease(b.deps, turn(now - 5, 'b'))).toBe(false);
  releaseLease(a.deps, turn(now - 10, 'a'), null);
  expect(acquireLease(b.deps, turn(now - 10, 'b'))).toBe(false);
  expect(acquireLease(b.deps, turn(now - 5, 'b'))).toBe(true);
  expect(renewLease(a.deps, turn(now - 10, 'a'))).toBe(false);
});

test('the lease of a holder that died is acquired again after it expires, but not for ever', () => {
  const { deps, clock } = testApp();
  const period = clock.now();
  for (const holder of ['a', 'b', 'c']) {
    expect(acquireLease(deps, turn(period, holder)), holder).toBe(true);
    clock.advance('30s');
    expect(renewLease(deps, turn(period, holder))).toBe(true);
    clock.advance('40s');
    expect(acquireLease(deps, turn(period, 'x'))).toBe(false);
    clock.advance('21s');
  }
  expect(acquireLease(deps, turn(period, 'd'))).toBe(false);
  expect(acquireLease(deps, turn(clock.now(), 'd'))).toBe(true);
});

test('a clock that is set back or forward does not stop a job', () => {
  const { deps, clock } = testApp();
  const real = clock.now();
  clock.advance('3650d');
  const far = turn(clock.now(), 'a');
  expect(acquireLease(deps, far)).toBe(true);
  clock.advance('-3650d');
  // Neither its time nor its lease, ten years ahead, keeps anyone waiting.
  expect(acquireLease(deps, turn(real, 'b'))).toBe(true);
  releaseLease(deps, turn(real, 'b'), null);
  clock.advance('3650d');
  expect(acquireLease(deps, turn(clock.now(), 'c'))).toBe(true);
});

test('a failing job is logged and its lease released; a job with nothing to do is not logged', async () => {
  const { deps, logged } = testApp();
  let calls = 0;
  const fail = () => {
    calls++;
    throw new Error('the disk is full');
  };
  const schedule = startSchedule(deps, [['fail', '* * * * * *', fail]]);
  await expect.poll(() => calls, { timeout: 3000 }).toBeGreaterThan(0);
  await schedule.stop();
  expect(logged).toContainEqual(expect.objectContaining({ job: 'fail', message: 'a scheduled job failed' }));
  const row = deps.db.select().from(schedule_runs).get();
  expect(row).toMatchObject({ job: 'fail', held_until: null, error: 'the disk is full' });
});

test('stopping waits for a running job, and a job that still runs is not started again', async () => {
  const { deps } = testApp();
  let began = 0;
  let ended = 0;
  const slow = async () => {
    began++;
    await new Promise((resolve) => setTimeout(resolve, 1500));
    ended++;
  };
  const schedule = startSchedule(deps, [['slow', '* * * * * *', slow]]);
  await expect.poll(() => began, { timeout: 3000 }).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 1200));
  await schedule.stop();
  expect([began, ended]).toEqual([1, 1]);
});

test('a run that was missed while nothing ran is made up after the start, but never before the first run', async () => {
  const { deps, clock, logged } = testApp();
  const jobs: ScheduledJob[] = [['nightly', '10 3 * * *', () => 'done']];
  const runs = () => logged.filter(({ job }) => job === 'nightly').length;
  const startAndStop = async () => {
    const schedule = startSchedule(deps, jobs, 10);
    await new Promise((resolve) => setTimeout(resolve, 40));
    await schedule.stop();
  };
  await startAndStop();
  expect(runs()).toBe(0);
  const yesterday = { job: 'nightly', period: clock.now() - 86_400_000, holder: 'a' };
  expect(acquireLease(deps, yesterday)).toBe(true);
  releaseLease(deps, yesterday, null);
  clock.advance('1d');
  await startAndStop();
  expect(runs()).toBe(1);
  await startAndStop();
  expect(runs()).toBe(1);
});
