import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import type { Heartbeat, HeartbeatInput } from './agent-schemas.ts';
import { listAgentJobs, recordHeartbeat } from './heartbeats.ts';
import { expireLeases } from './lease.ts';
import { extendLease, findVisibleJob, isLeased } from './leased-job.ts';

/** A sign of life. It renews the lease of the job it names, and tells which of the agent's jobs were cancelled. */
export function extendJobLease(
  ctx: KeyContext,
  input: z.infer<typeof HeartbeatInput>,
): z.infer<typeof Heartbeat> {
  const { agent_id, status, current_job_id } = input;
  expireLeases(ctx);
  return transact(ctx.db, () => {
    const now = ctx.clock.now();
    recordHeartbeat(ctx, { ...input, current_job_id: current_job_id ?? null });
    const named = current_job_id && /^[1-9]\d{0,14}$/.test(current_job_id) ? Number(current_job_id) : null;
    const row = named === null ? null : findVisibleJob(ctx, named);
    if (row && isLeased(row) && row.agent_id === agent_id) extendLease(ctx.db, row, now);
    const { cancelled } = listAgentJobs(ctx.db, ctx.caller.principal_id, agent_id, now);
    return { agent_id, status, cancelled_jobs: cancelled };
  });
}
