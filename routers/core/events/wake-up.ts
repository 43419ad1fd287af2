import { gt, max, sql } from 'drizzle-orm';
import { type Db, events, preparedStatements } from '../../../db/index.ts';

/** How soon rows that another process wrote are noticed. */
const POLL_INTERVAL_MS = 500;
/** Streams one user may hold open in this process: many tabs, not many thousands. */
export const MAX_STREAMS = 20;

/** Whose events: a user's, or those that are nobody's in particular. */
type Owner = number | null;

/** The listeners of one database, by whose events they wait for. What they are told is only that there may be some. */
interface Subscriptions {
  wakers: Map<Owner, Set<() => void>>;
  timer: NodeJS.Timeout | null;
  /** SQLite's count of the commits of others, when it was last looked at */
  version: unknown;
  /** every row up to this one has been looked at */
  lastEventId: number;
}

const subscribersByDatabase = new WeakMap<Db, Subscriptions>();

const statements = preparedStatements((db) => ({
  last: db
    .select({ id: max(events.id) })
    .from(events)
    .prepare(),
  owners: db
    .selectDistinct({ principal_id: events.principal_id })
    .from(events)
    .where(gt(events.id, sql.placeholder('after')))
    .prepare(),
}));

/** The number of the newest event; 0 before the first. */
export function lastEventId(db: Db): number {
  return statements(db).last.get()?.id ?? 0;
}

/**
 * Tells those who listen that an event was written in a transaction of this process. It is called within it, and
 * they are woken after it: transactions are synchronous, so a microtask comes after the commit.
 */
export function wakeSubscribers(db: Db, owner: Owner): void {
  const waiting = subscribersByDatabase.get(db)?.wakers.get(owner);
  if (waiting) queueMicrotask(() => wakeAll(waiting));
}

/** How many listen for this user's events. */
export function countSubscribers(db: Db, owner: Owner): number {
  return subscribersByDatabase.get(db)?.wakers.get(owner)?.size ?? 0;
}

/**
 * Has `wake` called whenever there may be new events of this owner, of this process or another. Whatever the number of
 * listeners, one timer looks for the commits of other processes, and only while someone listens.
 */
export function subscribe(db: Db, owner: Owner, wake: () => void): () => void {
  const subscriptions = subscribersByDatabase.get(db) ?? {
    wakers: new Map(),
    timer: null,
    version: null,
    lastEventId: 0,
  };
  subscribersByDatabase.set(db, subscriptions);
  const waiting = subscriptions.wakers.get(owner) ?? new Set();
  subscriptions.wakers.set(owner, waiting.add(wake));
  if (!subscriptions.timer) {
    subscriptions.version = dataVersion(db);
    subscriptions.lastEventId = lastEventId(db);
    subscriptions.timer = setInterval(() => wakeOnChange(db, subscriptions), POLL_INTERVAL_MS).unref();
  }
  return () => {
    waiting.delete(wake);
    if (waiting.size === 0 && subscriptions.wakers.get(owner) === waiting) subscriptions.wakers.delete(owner);
    if (subscriptions.wakers.size > 0 || !subscriptions.timer) return;
    clearInterval(subscriptions.timer);
    subscriptions.timer = null;
  };
}

function wakeOnChange(db: Db, subscriptions: Subscriptions): void {
  if (!db.$client.open) return;
  try {
    const version = dataVersion(db);
    if (version === subscriptions.version) return;
    const previousId = subscriptions.lastEventId;
    const last = lastEventId(db);
    const owners = statements(db).owners.all({ after: previousId });
    Object.assign(subscriptions, { version, seen: last });
    for (const { principal_id } of owners) wakeAll(subscriptions.wakers.get(principal_id) ?? new Set());
  } catch {
    // Nobody stands above a timer: a database that does not answer is asked again at the next look.
  }
}

/** Changes when another connection commits (sqlite.org/pragma.html#pragma_data_version). */
function dataVersion(db: Db): unknown {
  return db.$client.pragma('data_version', { simple: true });
}

function wakeAll(waiting: ReadonlySet<() => void>): void {
  for (const wake of [...waiting]) wake();
}
