import { Cron } from 'croner';
import type { Parts } from '../routers/context.ts';
import { finishOverdue } from '../routers/learning/quiz/overdue.ts';
import { forgetExpired } from '../routers/operations/expiry.ts';
import { sweepFiles } from '../routers/storage/files/sweep.ts';
import { reapLapsed } from '../routers/work/projects/lease.ts';

/** Returned by a job that found nothing to do: no log line tells of it. */
const QUIET = Symbol('nothing to do');

/** What runs when: one line a job. Times are UTC. */
const JOBS: [name: string, when: string, job: (parts: Parts) => unknown][] = [
  ['end leases that have run out', '*/3 * * * * *', (parts) => reapLapsed(parts) || QUIET],
  ['finish quizzes whose time is over', '*/20 * * * * *', (parts) => finishOverdue(parts) || QUIET],
  ['forget what has expired', '7 * * * *', forgetExpired],
  ['delete files that nobody names', '37 * * * *', (parts) => sweepFiles(parts)],
];

/** Starts the schedule. A job that still runs is not started again; one that fails is logged and tried next time. */
export function startSchedule(parts: Parts): { stop(): void } {
  const crons = JOBS.map(([name, when, job]) => {
    const failed = (err: unknown) => parts.log.error({ err, job: name }, 'a scheduled job failed');
    return new Cron(when, { name, protect: true, catch: failed, timezone: 'UTC', unref: true }, async () => {
      const began = performance.now();
      const result = await job(parts);
      if (result !== QUIET)
        parts.log.info({ job: name, ms: Math.round(performance.now() - began), result }, 'scheduled job');
    });
  });
  return {
    stop: () => {
      for (const cron of crons) cron.stop();
    },
  };
}
