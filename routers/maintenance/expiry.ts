import { and, eq, lt, notExists, sql } from 'drizzle-orm';
import {
  access_tokens,
  content_claims,
  device_codes,
  device_grants,
  idempotency_keys,
  principals,
  rate_limits,
  refresh_tokens,
  sessions,
  url_analysis_cache,
  webhook_deliveries,
} from '../../db/index.ts';
import type { Deps } from '../core/context.ts';
import { BATCH, deleteInBatches } from '../core/delete-in-batches.ts';

const GUEST_GRACE_MS = 86_400_000;

/** Deletes what nobody can use any more. Returns how many rows went, by table. */
export async function deleteExpired({
  db,
  clock,
  stopping,
}: Pick<Deps, 'db' | 'clock' | 'stopping'>): Promise<Record<string, number>> {
  const now = clock.now();
  const ends = {
    access_tokens: access_tokens.expires_at,
    refresh_tokens: refresh_tokens.expires_at,
    sessions: sessions.expires_at,
    url_analysis_cache: url_analysis_cache.expires_at,
    idempotency_keys: idempotency_keys.expires_at,
    webhook_deliveries: webhook_deliveries.expires_at,
    device_codes: device_codes.expires_at,
    device_grants: device_grants.expires_at,
    rate_limits: rate_limits.window_ends_at,
    content_claims: content_claims.expires_at,
  };
  const gone: Record<string, number> = {};
  for (const [name, end] of Object.entries(ends)) {
    // The cache has no row ids.
    const key = sql.raw(name === 'url_analysis_cache' ? 'url_hash, model_version' : 'rowid');
    const expired = sql`select ${key} from ${end.table} where ${lt(end, now)} limit ${BATCH}`;
    const step = () => db.delete(end.table).where(sql`(${key}) in (${expired})`).run().changes;
    gone[name] = await deleteInBatches(step, stopping);
  }
  // A guest whose session has ended cannot come back; one who has just been made may be about to do something.
  const left = db
    .select({ id: principals.id })
    .from(principals)
    .where(
      and(
        // As a literal, so that the index of guests serves.
        sql`${principals.kind} = 'guest'`,
        lt(principals.created_at, now - GUEST_GRACE_MS),
        notExists(
          db.select({ id: sessions.id }).from(sessions).where(eq(sessions.principal_id, principals.id)),
        ),
      ),
    )
    .limit(BATCH);
  const step = () => db.delete(principals).where(sql`${principals.id} in ${left}`).run().changes;
  gone.guests = await deleteInBatches(step, stopping);
  return gone;
}
