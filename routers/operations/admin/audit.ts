import { audit_log } from '../../../db/index.ts';
import type { Context, Tx } from '../../context.ts';

/** Notes what an administrator changed, in the transaction that changes it. */
export function audit(
  ctx: Context,
  tx: Tx,
  action: string,
  target: string,
  detail: Record<string, unknown>,
): void {
  const { caller } = ctx.who;
  const actor_id = caller.kind === 'user' ? caller.principal_id : null;
  tx.insert(audit_log).values({ actor_id, action, target, detail, created_at: ctx.clock.now() }).run();
}
