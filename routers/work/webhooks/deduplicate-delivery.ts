import { and, eq, or } from 'drizzle-orm';
import { transact, webhook_deliveries } from '../../../db/index.ts';
import type { Context } from '../../core/context.ts';

/** Git servers resend deliveries for days; GitHub keeps them for three. */
const DEDUPLICATION_TTL_MS = 30 * 86_400_000;

export interface IncomingDelivery {
  source: typeof webhook_deliveries.$inferSelect.source;
  delivery_id: string;
  /** SHA-256 of the signed body */
  digest: string;
}

/**
 * Runs `work` once for a delivery: the same id, or the same body under another id, gets the first answer. The work and
 * its record are one transaction. What is not processed is not recorded, and runs again.
 */
export function processOnce<T extends Record<string, unknown>>(
  ctx: Pick<Context, 'db' | 'clock'>,
  { source, delivery_id, digest }: IncomingDelivery,
  work: () => T,
  isProcessed: (answer: T) => boolean = () => true,
): T {
  const row = { source, delivery_id, digest };
  const isSameDelivery = or(
    eq(webhook_deliveries.delivery_id, delivery_id),
    eq(webhook_deliveries.digest, digest),
  );
  return transact(ctx.db, () => {
    const previousDelivery = ctx.db
      .select()
      .from(webhook_deliveries)
      .where(and(eq(webhook_deliveries.source, source), isSameDelivery))
      .get();
    if (previousDelivery && isProcessed(previousDelivery.answer as T)) return previousDelivery.answer as T;
    const answer = work();
    if (!isProcessed(answer)) return answer;
    ctx.db
      .insert(webhook_deliveries)
      .values({ ...row, answer, expires_at: ctx.clock.now() + DEDUPLICATION_TTL_MS })
      .onConflictDoUpdate({
        target: [webhook_deliveries.source, webhook_deliveries.delivery_id],
        set: { digest, answer },
      })
      .run();
    return answer;
  });
}
