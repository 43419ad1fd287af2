import { eq, sql } from 'drizzle-orm';
import { type Db, preparedStatements, rate_limits } from '../../db/index.ts';

/** What one call takes from a window. */
export interface Charge {
  key: string;
  cost: number;
  /** of one window */
  limit: number;
  maxCost: number;
  window_ms: number;
  /** Unix milliseconds */
  now: number;
}

export interface Spending {
  /** there was enough left */
  taken: boolean;
  left: number;
  limit: number;
  /** Unix milliseconds */
  ends_at: number;
}

/** When a window that this charge opens ends: one that costs more than a window makes it longer. */
export function toWindowEnd({ now, window_ms, cost, limit }: Charge): number {
  return now + window_ms * Math.ceil(cost / limit);
}

/** The furthest end of any window; one that ends later is from before the clock was set back. */
export function toLastWindowEnd({ now, window_ms, cost, maxCost, limit }: Charge): number {
  return now + window_ms * Math.ceil(Math.max(cost, maxCost) / limit);
}

/** Its end is past, or further ahead than that of any window: the clock was set back since. */
const over = sql`(${rate_limits.window_ends_at} <= ${sql.placeholder('now')} or ${rate_limits.window_ends_at} > ${sql.placeholder('lastEnd')})`;
/**
 * Fixed windows in the database: they survive a restart and hold for every process that shares it. Two statements of
 * our own instead of a library's, because they are on the path of logins and their clock is the context's.
 */
const statements = preparedStatements((db) => ({
  /** Answers the row when there was enough left, and nothing when there was not. */
  take: db
    .insert(rate_limits)
    .values({
      key: sql.placeholder('key'),
      window_ends_at: sql.placeholder('ends'),
      spent: sql.placeholder('cost'),
    })
    .onConflictDoUpdate({
      target: rate_limits.key,
      set: {
        window_ends_at: sql`iif(${over}, excluded.window_ends_at, ${rate_limits.window_ends_at})`,
        spent: sql`iif(${over}, excluded.spent, ${rate_limits.spent} + excluded.spent)`,
      },
      setWhere: sql`${over} or ${rate_limits.spent} + excluded.spent <= ${sql.placeholder('limit')}`,
    })
    .returning({ window_ends_at: rate_limits.window_ends_at, spent: rate_limits.spent })
    .prepare(),
  refund: db
    .update(rate_limits)
    .set({ spent: sql`max(0, ${rate_limits.spent} - ${sql.placeholder('cost')})` })
    .where(eq(rate_limits.key, sql.placeholder('key')))
    .prepare(),
  read: db
    .select()
    .from(rate_limits)
    .where(eq(rate_limits.key, sql.placeholder('key')))
    .prepare(),
}));

/** Takes a charge from its window in the database, if there is enough left. */
export function spendStored(db: Db, charge: Charge): Spending {
  const { key, cost, limit, now } = charge;
  const ends = toWindowEnd(charge);
  const taken = statements(db).take.get({ key, ends, cost, now, limit, lastEnd: toLastWindowEnd(charge) });
  const row = taken ?? statements(db).read.get({ key });
  const left = Math.max(0, limit - (row?.spent ?? 0));
  return { taken: taken !== undefined, left, limit, ends_at: row?.window_ends_at ?? ends };
}

/** Gives a charge back. */
export function refundStored(db: Db, { key, cost }: Charge): void {
  statements(db).refund.run({ key, cost });
}

/** Adds what was spent in memory to the window in the database, and returns what all processes have spent in it. */
export function addStored(db: Db, charge: Charge, ends: number): number {
  const { key, cost, now } = charge;
  const limit = Number.MAX_SAFE_INTEGER;
  const row = statements(db).take.get({ key, ends, cost, now, limit, lastEnd: toLastWindowEnd(charge) });
  return row?.spent ?? cost;
}

/** What all processes have written of a window; undefined when none has. */
export function readStored(db: Db, key: string) {
  return statements(db).read.get({ key });
}
