import type { z } from 'zod';
import { agent_metrics, transact } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import type { AgentMetricsInput, MetricsReceipt } from './agent-schemas.ts';
import { recordHeartbeat } from './agents.ts';

/** Stores the metrics that an agent reports. */
export function recordAgentMetrics(
  ctx: KeyContext,
  { agent_id, metrics }: z.infer<typeof AgentMetricsInput>,
): z.infer<typeof MetricsReceipt> {
  const row = { user_id: ctx.caller.principal_id, agent_id, created_at: ctx.clock.now() };
  transact(ctx.db, () => {
    recordHeartbeat(ctx, { agent_id });
    for (const metric of metrics) {
      ctx.db
        .insert(agent_metrics)
        .values({ ...metric, ...row })
        .run();
    }
  });
  return { accepted: metrics.length };
}
