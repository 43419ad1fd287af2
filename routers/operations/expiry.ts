import { and, eq, lt, notInArray } from 'drizzle-orm';
import {
  access_tokens,
  idempotency_keys,
  principals,
  rate_limits,
  refresh_tokens,
  sessions,
  url_analysis_cache,
  webhook_deliveries,
} from '../../db/index.ts';
import type { Parts } from '../context.ts';

const GUEST_GRACE_MS = 86_400_000;

/** Deletes what nobody can use any more. Returns how many rows went, by table. */
export function forgetExpired({ db, clock }: Pick<Parts, 'db' | 'clock'>): Record<string, number> {
  const now = clock.now();
  const tables = {
    sessions,
    access_tokens,
    refresh_tokens,
    url_analysis_cache,
    idempotency_keys,
    webhook_deliveries,
  };
  const gone: Record<string, number> = {};
  for (const [name, table] of Object.entries(tables)) {
    gone[name] = db.delete(table).where(lt(table.expires_at, now)).run().changes;
  }
  gone.rate_limits = db.delete(rate_limits).where(lt(rate_limits.window_ends_at, now)).run().changes;
  // A guest whose session has ended cannot come back; one who has just been made may be about to do something.
  gone.guests = db
    .delete(principals)
    .where(
      and(
        eq(principals.kind, 'guest'),
        lt(principals.created_at, now - GUEST_GRACE_MS),
        notInArray(principals.id, db.select({ id: sessions.principal_id }).from(sessions)),
      ),
    )
    .run().changes;
  return gone;
}
