import { audit_log } from '../../db/index.ts';
import type { Context } from './context.ts';

/** What a verb of administration needs: it is called from REST, tRPC and the command line alike. */
export type AdminContext = Pick<Context, 'db' | 'clock' | 'random' | 'auth' | 'emit'>;

/** Notes what an administrator changed, in the transaction that changes it. The product itself is no one's id. */
export function audit(
  { db, auth: { caller }, clock }: Pick<Context, 'db' | 'auth' | 'clock'>,
  action: string,
  target: string,
  detail: Record<string, unknown>,
): void {
  const actor_id = caller.kind === 'user' ? caller.principal_id : null;
  const detailWithActor = caller.kind === 'system' ? { ...detail, by: caller.name } : detail;
  db.insert(audit_log)
    .values({ actor_id, action, target, detail: detailWithActor, created_at: clock.now() })
    .run();
}
