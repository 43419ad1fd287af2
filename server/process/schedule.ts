import { Cron } from 'croner';
import type { Deps } from '../../routers/core/context.ts';
import { deliverPush } from '../../routers/inbox/push/deliver.ts';
import { remindDueTasks } from '../../routers/inbox/tasks/due.ts';
import { deleteScoresBefore } from '../../routers/learning/gami/scores.ts';
import { expireSessions } from '../../routers/learning/quiz/expire-sessions.ts';
import { backUpNightly } from '../../routers/maintenance/backups/nightly.ts';
import { clampFutureTimestamps } from '../../routers/maintenance/clock-skew.ts';
import { deleteExpired } from '../../routers/maintenance/expiry.ts';
import { applyRetention } from '../../routers/maintenance/retention.ts';
import {
  acquireLease,
  hasRun,
  releaseLease,
  renewLease,
  SCHEDULE_LEASE_MS,
  type ScheduleLease,
} from '../../routers/maintenance/schedule-leases.ts';
import { collectGarbage } from '../../routers/storage/files/garbage-collect.ts';
import { expireLeases } from '../../routers/work/jobs/lease.ts';

/** Returned by a job that found nothing to do: no log line tells of it. */
const QUIET = Symbol('nothing to do');

export type ScheduledJob = [name: string, when: string, job: (deps: Deps) => unknown];

/** What runs when: one line a job. Times are UTC. A job may run twice for one time, and must not mind. */
const JOBS: ScheduledJob[] = [
  ['end leases that have run out', '*/3 * * * * *', (deps) => expireLeases(deps) || QUIET],
  ['send what is due to phones', '*/2 * * * * *', async (deps) => (await deliverPush(deps)) ?? QUIET],
  ['remind of tasks that are due', '23 * * * * *', (deps) => remindDueTasks(deps) || QUIET],
  [
    'put right what a clock that was set back left',
    '*/15 * * * * *',
    (deps) => clampFutureTimestamps(deps) || QUIET,
  ],
  ['finish quizzes whose time is over', '*/20 * * * * *', (deps) => expireSessions(deps) || QUIET],
  ['forget the scores of periods that are over', '47 3 * * *', deleteScoresBefore],
  ['forget what has expired', '7 * * * *', deleteExpired],
  ['delete files that nobody names', '37 * * * *', (deps) => collectGarbage(deps)],
  ['forget what is old', '40 3 * * *', applyRetention],
  ['back up', '10 3 * * *', (deps) => (deps.settings.backups.daily > 0 ? backUpNightly(deps) : QUIET)],
];

/** When turns are looked for that nobody took, because nothing ran then or it crashed: its lease has run out by now. */
const CATCH_UP_MS = SCHEDULE_LEASE_MS + 5000;

/**
 * Starts the schedule. Of several processes that share the database one runs a job at its time; a job that still runs
 * is not started again; one that fails is logged and tried next time. Stopping waits for what runs.
 */
export function startSchedule(
  deps: Deps,
  jobs: readonly ScheduledJob[] = JOBS,
  catchUpMs = CATCH_UP_MS,
): { stop(): Promise<void> } {
  const holder = deps.random.uuid();
  const running = new Set<Promise<void>>();
  const crons = jobs.map(([name, when, job]) => {
    const take = (cron: Cron) => {
      const turn = { job: name, period: lastTime(cron, deps.clock.now()), holder };
      const run = takeAndRun(deps, turn, job);
      running.add(run);
      return run.finally(() => running.delete(run));
    };
    const failed = (err: unknown) =>
      deps.log.error({ err, job: name }, 'a scheduled job could not be started');
    const cron = new Cron(when, { protect: true, catch: failed, timezone: 'UTC', unref: true }, take);
    return { name, cron };
  });
  const catchUp = setTimeout(() => {
    for (const { name, cron } of crons) if (hasRun(deps, name) && !cron.isBusy()) void cron.trigger();
  }, catchUpMs).unref();
  return {
    stop: async () => {
      clearTimeout(catchUp);
      for (const { cron } of crons) cron.stop();
      await Promise.allSettled(running);
    },
  };
}

/** The last time the job was due. Croner's times are whole seconds, and it answers those before the one it is given. */
function lastTime(cron: Cron, now: number): number {
  return cron.previousRuns(1, new Date(now + 1000 - (now % 1000)))[0]?.getTime() ?? now;
}

/** One that cannot be given, because the database is locked or full, is given the next time. */
function signOfLife(deps: Deps, turn: ScheduleLease): void {
  const { job } = turn;
  try {
    if (!renewLease(deps, turn)) deps.log.warn({ job }, 'a scheduled job lost its turn to another process');
  } catch (err) {
    deps.log.warn({ job, err }, 'a scheduled job could not say that it still runs');
  }
}

async function takeAndRun(deps: Deps, turn: ScheduleLease, job: ScheduledJob[2]): Promise<void> {
  if (!acquireLease(deps, turn)) return;
  const alive = setInterval(() => signOfLife(deps, turn), SCHEDULE_LEASE_MS / 3).unref();
  const began = performance.now();
  const facts = () => ({ job: turn.job, ms: Math.round(performance.now() - began) });
  try {
    const result = await job(deps);
    releaseLease(deps, turn, null);
    if (result !== QUIET) deps.log.info({ ...facts(), result }, 'scheduled job');
  } catch (err) {
    deps.log.error({ ...facts(), err }, 'a scheduled job failed');
    releaseLease(deps, turn, err instanceof Error ? err.message : String(err));
  } finally {
    clearInterval(alive);
  }
}
