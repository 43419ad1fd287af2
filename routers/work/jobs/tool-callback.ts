import type { z } from 'zod';
import { tool_calls, transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import { toIso } from '../../core/wire-types.ts';
import type { ToolCallInput, ToolCallReceipt } from './agent-schemas.ts';
import { recordHeartbeat } from './agents.ts';
import { expireLeases } from './lease.ts';
import { assertHolder, extendLease, findVisibleJob, isLeased } from './leased-job.ts';

/**
 * Stores a tool call of the job whose id is `run_id`, and extends its lease, or of a run with that name. Throws
 * JOB_NOT_YOURS for an agent that does not hold the job.
 */
export function recordToolCall(
  ctx: KeyContext,
  input: z.infer<typeof ToolCallInput>,
): z.infer<typeof ToolCallReceipt> {
  const { run_id, tool_name, tool_input = null, tool_output = null, agent_id, attempt } = input;
  if (agent_id) recordHeartbeat(ctx, { agent_id });
  expireLeases(ctx);
  return transact(ctx.db, () => {
    const now = ctx.clock.now();
    const row = /^[1-9]\d{0,14}$/.test(run_id) ? findVisibleJob(ctx, Number(run_id)) : null;
    if (row) assertHolder(row, { job_id: row.id, agent_id, attempt });
    const job_id = row?.id ?? null;
    const call = { run_id, job_id, tool_name, tool_input, tool_output, created_at: now };
    ctx.db
      .insert(tool_calls)
      .values({ user_id: ctx.caller.principal_id, ...call })
      .run();
    const lease = row && isLeased(row) ? extendLease(ctx.db, row, now) : null;
    return {
      run_id,
      job_id,
      status: row?.status ?? null,
      lease_expires_at: lease === null ? null : toIso(lease),
    };
  });
}
