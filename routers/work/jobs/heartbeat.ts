import type { z } from 'zod';
import { transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import type { AgentHeartbeatInput, HeartbeatReceipt } from './agent-schemas.ts';
import { listAgentJobs, recordHeartbeat } from './agents.ts';
import { expireLeases } from './lease.ts';
import { extendLease, findVisibleJob, isLeased } from './leased-job.ts';

/** Records a heartbeat, extends the lease of the job it names, and lists the agent's cancelled jobs. */
export function receiveHeartbeat(
  ctx: KeyContext,
  input: z.infer<typeof AgentHeartbeatInput>,
): z.infer<typeof HeartbeatReceipt> {
  const { agent_id, status, current_job_id } = input;
  expireLeases(ctx);
  return transact(ctx.db, () => {
    const now = ctx.clock.now();
    recordHeartbeat(ctx, { ...input, current_job_id: current_job_id ?? null });
    const jobId = current_job_id && /^[1-9]\d{0,14}$/.test(current_job_id) ? Number(current_job_id) : null;
    const row = jobId === null ? null : findVisibleJob(ctx, jobId);
    if (row && isLeased(row) && row.agent_id === agent_id) extendLease(ctx.db, row, now);
    const { cancelled } = listAgentJobs(ctx.db, ctx.caller.principal_id, agent_id, now);
    return { agent_id, status, cancelled_jobs: cancelled };
  });
}
