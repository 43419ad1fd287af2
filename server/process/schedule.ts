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
import { fetchFeeds } from '../../routers/safety/feeds/fetch.ts';
import { cleanFeeds, importWaitingFeeds } from '../../routers/safety/feeds/import-waiting.ts';
import { collectFileGarbage } from '../../routers/storage/files/garbage-collect.ts';
import { expireLeases } from '../../routers/work/jobs/lease.ts';

/** A job returns this when there was nothing to do; then no line is logged. */
const QUIET = Symbol('nothing to do');

export type ScheduledJob = [id: string, cron: string, run: (deps: Deps) => unknown];

/**
 * The schedule, one line a job, in UTC. Ids are stored in `schedule_runs.job`. A job may run twice for one time, so it
 * must be idempotent.
 */
const JOBS: ScheduledJob[] = [
  ['expire-leases', '*/3 * * * * *', (deps) => expireLeases(deps) || QUIET],
  ['deliver-push', '*/2 * * * * *', async (deps) => (await deliverPush(deps)) ?? QUIET],
  ['remind-due-tasks', '23 * * * * *', (deps) => remindDueTasks(deps) || QUIET],
  ['fix-clock-skew', '*/15 * * * * *', (deps) => clampFutureTimestamps(deps) || QUIET],
  ['finish-quizzes', '*/20 * * * * *', (deps) => expireSessions(deps) || QUIET],
  ['import-feeds', '*/5 * * * * *', async (deps) => (await importWaitingFeeds(deps)) ?? QUIET],
  ['fetch-feeds', '17 */6 * * *', async (deps) => (await fetchFeeds(deps)) ?? QUIET],
  ['clean-feeds', '27 3 * * *', (deps) => cleanFeeds(deps)],
  ['delete-old-scores', '47 3 * * *', deleteScoresBefore],
  ['delete-expired', '7 * * * *', deleteExpired],
  ['collect-files', '37 * * * *', (deps) => collectFileGarbage(deps)],
  ['apply-retention', '40 3 * * *', applyRetention],
  ['nightly-backup', '10 3 * * *', (deps) => (deps.settings.backups.daily > 0 ? backUpNightly(deps) : QUIET)],
];

/** Milliseconds after the start until jobs whose time passed while no process ran are run. By then the lease of a crashed process has expired. */
const CATCH_UP_MS = SCHEDULE_LEASE_MS + 5000;

/**
 * Starts the schedule. Of several processes that share the database, one runs a job at its time. A job that still runs
 * is not started again; one that fails is logged and runs again at its next time. `stop` waits for running jobs.
 */
export function startSchedule(
  deps: Deps,
  jobs: readonly ScheduledJob[] = JOBS,
  catchUpMs = CATCH_UP_MS,
): { stop(): Promise<void> } {
  const holder = deps.random.uuid();
  const running = new Set<Promise<void>>();
  const crons = jobs.map(([id, times, run]) => {
    const onTime = (cron: Cron) => {
      const lease = { job: id, period: previousTime(cron, deps.clock.now()), holder };
      const promise = runWithLease(deps, lease, run);
      running.add(promise);
      return promise.finally(() => running.delete(promise));
    };
    const onError = (err: unknown) =>
      deps.log.error({ err, job: id }, 'a scheduled job could not be started');
    const cron = new Cron(times, { protect: true, catch: onError, timezone: 'UTC', unref: true }, onTime);
    return { id, cron };
  });
  const catchUp = setTimeout(() => {
    for (const { id, cron } of crons) if (hasRun(deps, id) && !cron.isBusy()) void cron.trigger();
  }, catchUpMs).unref();
  return {
    stop: async () => {
      clearTimeout(catchUp);
      for (const { cron } of crons) cron.stop();
      await Promise.allSettled(running);
    },
  };
}

/** The last time the job was due. Croner's times are whole seconds, and it returns those before the given one. */
function previousTime(cron: Cron, now: number): number {
  return cron.previousRuns(1, new Date(now + 1000 - (now % 1000)))[0]?.getTime() ?? now;
}

/** A renewal that fails because the database is locked or full is tried again at the next interval. */
function tryRenewLease(deps: Deps, lease: ScheduleLease): void {
  const { job } = lease;
  try {
    if (!renewLease(deps, lease)) deps.log.warn({ job }, 'a scheduled job lost its lease to another process');
  } catch (err) {
    deps.log.warn({ job, err }, 'the lease of a scheduled job could not be renewed');
  }
}

async function runWithLease(deps: Deps, lease: ScheduleLease, run: ScheduledJob[2]): Promise<void> {
  if (!acquireLease(deps, lease)) return;
  const renewal = setInterval(() => tryRenewLease(deps, lease), SCHEDULE_LEASE_MS / 3).unref();
  const start = performance.now();
  const fields = () => ({ job: lease.job, ms: Math.round(performance.now() - start) });
  try {
    const result = await run(deps);
    releaseLease(deps, lease, null);
    if (result !== QUIET) deps.log.info({ ...fields(), result }, 'scheduled job');
  } catch (err) {
    deps.log.error({ ...fields(), err }, 'a scheduled job failed');
    releaseLease(deps, lease, err instanceof Error ? err.message : String(err));
  } finally {
    clearInterval(renewal);
  }
}
