import type { z } from 'zod';
import { agent_metrics } from '../../../db/index.ts';
import type { KeyContext } from '../../core/procedures.ts';
import type { Accepted, TelemetryInput } from './agent-schemas.ts';
import { recordHeartbeat } from './heartbeats.ts';

/** Keeps the figures an agent reports. */
export function recordAgentMetrics(
  ctx: KeyContext,
  { agent_id, metrics }: z.infer<typeof TelemetryInput>,
): z.infer<typeof Accepted> {
  const row = { user_id: ctx.caller.principal_id, agent_id, created_at: ctx.clock.now() };
  ctx.db.transaction(
    (tx) => {
      recordHeartbeat(ctx, { agent_id });
      for (const metric of metrics) {
        tx.insert(agent_metrics)
          .values({ ...metric, ...row })
          .run();
      }
    },
    { behavior: 'immediate' },
  );
  return { accepted: metrics.length };
}
