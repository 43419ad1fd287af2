import { and, eq, lt, notExists, or, sql } from 'drizzle-orm';
import {
  access_tokens,
  api_keys,
  content_claims,
  type Db,
  device_codes,
  device_grants,
  idempotency_keys,
  login_addresses,
  principals,
  rate_limits,
  redirect_targets,
  refresh_tokens,
  sessions,
  url_analysis_cache,
  webhook_deliveries,
} from '../../db/index.ts';
import type { Deps } from '../core/context.ts';
import { DAY_MS } from '../core/days.ts';
import { deleteInBatches } from '../core/delete-in-batches.ts';

/** A new guest without a session may be in the middle of its first request. */
const GUEST_GRACE_MS = DAY_MS;

/** Lists show a key that was revoked or has expired for so long. */
const ENDED_KEY_KEPT_MS = 90 * DAY_MS;

/** The column of each table that says when a row expires. */
const EXPIRY_COLUMNS = {
  access_tokens: access_tokens.expires_at,
  refresh_tokens: refresh_tokens.expires_at,
  sessions: sessions.expires_at,
  url_analysis_cache: url_analysis_cache.expires_at,
  redirect_targets: redirect_targets.expires_at,
  idempotency_keys: idempotency_keys.expires_at,
  login_addresses: login_addresses.expires_at,
  webhook_deliveries: webhook_deliveries.expires_at,
  device_codes: device_codes.expires_at,
  device_grants: device_grants.expires_at,
  rate_limits: rate_limits.window_ends_at,
  content_claims: content_claims.expires_at,
};
type ExpiringTable = keyof typeof EXPIRY_COLUMNS;

/** Deletes expired rows, and guests that cannot come back. Returns the deleted rows by table. */
export async function deleteExpired({
  db,
  clock,
  stopping,
}: Pick<Deps, 'db' | 'clock' | 'stopping'>): Promise<Record<string, number>> {
  const now = clock.now();
  const deleted: Record<string, number> = {};
  for (const table of Object.keys(EXPIRY_COLUMNS) as ExpiringTable[]) {
    deleted[table] = await deleteInBatches((limit) => deleteExpiredRows(db, table, now, limit), stopping);
  }
  deleted.api_keys = await deleteInBatches((limit) => deleteEndedKeys(db, now, limit), stopping);
  // After the sessions: a guest whose last session has ended cannot come back.
  deleted.guests = await deleteInBatches((limit) => deleteLeftGuests(db, now, limit), stopping);
  return deleted;
}

function deleteExpiredRows(db: Db, name: ExpiringTable, now: number, limit: number): number {
  const column = EXPIRY_COLUMNS[name];
  // The cache is a table without row ids.
  const key = sql.raw(name === 'url_analysis_cache' ? 'url_hash, model_version' : 'rowid');
  const expired = sql`select ${key} from ${column.table} where ${lt(column, now)} limit ${limit}`;
  return db.delete(column.table).where(sql`(${key}) in (${expired})`).run().changes;
}

function deleteEndedKeys(db: Db, now: number, limit: number): number {
  const longAgo = now - ENDED_KEY_KEPT_MS;
  const hasEnded = or(lt(api_keys.revoked_at, longAgo), lt(api_keys.expires_at, longAgo));
  const keys = db.select({ id: api_keys.id }).from(api_keys).where(hasEnded).limit(limit);
  return db.delete(api_keys).where(sql`${api_keys.id} in ${keys}`).run().changes;
}

function deleteLeftGuests(db: Db, now: number, limit: number): number {
  const ownSession = db
    .select({ id: sessions.id })
    .from(sessions)
    .where(eq(sessions.principal_id, principals.id));
  // The kind is a literal, so that SQLite uses the partial index of guests.
  const hasLeft = and(
    sql`${principals.kind} = 'guest'`,
    lt(principals.created_at, now - GUEST_GRACE_MS),
    notExists(ownSession),
  );
  const guests = db.select({ id: principals.id }).from(principals).where(hasLeft).limit(limit);
  return db.delete(principals).where(sql`${principals.id} in ${guests}`).run().changes;
}
