import { and, asc, eq, lte, sql } from 'drizzle-orm';
import {
  notifications,
  preparedStatements,
  push_outbox,
  push_tokens,
  settings,
  transact,
} from '../../../db/index.ts';
import type { Deps, Random } from '../../core/context.ts';
import type { PushMessage, PushOutcome, PushPlatform, PushSender } from '../../core/push-senders.ts';
import { renderNotification } from '../notification-templates/render.ts';

/** Rows claimed at once, and how many of them are sent at the same time. */
const BATCH = 50;
const AT_ONCE = 10;
/** More than a batch can take when every try runs into its time limit. A deliverer that dies costs so much. */
const LEASE_MS = 180_000;
const FIRST_WAIT_MS = 10_000;
const LONGEST_WAIT_MS = 3_600_000;
/** With the waits between them, some three hours. */
const MAX_TRIES = 12;
/** A phone that was off for longer than this is not told any more. */
const KEPT_MS = 86_400_000;

export type DeliveryDeps = Pick<Deps, 'db' | 'clock' | 'random' | 'log' | 'push' | 'stopping'>;

/** What became of the tries of one run. `trouble` is the last reason why one did not do. */
export interface DeliverySummary {
  sent: number;
  /** devices that are no more */
  dead: number;
  later: number;
  given_up: number;
  trouble?: string;
}

const statements = preparedStatements((db) => {
  const this_one = eq(push_outbox.id, sql.placeholder('id'));
  return {
    due: db
      .select({
        id: push_outbox.id,
        attempts: push_outbox.attempts,
        token_id: push_tokens.id,
        device_token: push_tokens.device_token,
        registered_at: push_tokens.registered_at,
        device_language: push_tokens.language,
        language: settings.language,
        enabled: settings.notification_enabled,
        notification_id: notifications.id,
        type: notifications.type,
        payload: notifications.payload,
        read: notifications.read,
        created_at: notifications.created_at,
      })
      .from(push_outbox)
      .innerJoin(push_tokens, eq(push_tokens.id, push_outbox.token_id))
      .innerJoin(notifications, eq(notifications.id, push_outbox.notification_id))
      .leftJoin(settings, eq(settings.principal_id, notifications.principal_id))
      .where(
        and(
          eq(push_outbox.platform, sql.placeholder('platform')),
          lte(push_outbox.due_at, sql.placeholder('now')),
        ),
      )
      .orderBy(asc(push_outbox.due_at))
      .limit(BATCH)
      .prepare(),
    claim: db
      .update(push_outbox)
      .set({
        attempts: sql`${push_outbox.attempts} + 1`,
        due_at: sql`${sql.placeholder('until')}`,
      })
      .where(this_one)
      .prepare(),
    // Whoever has the row by now decides when it is tried again, and not one whose claim has run out.
    putBack: db
      .update(push_outbox)
      .set({ due_at: sql`${sql.placeholder('due_at')}`, attempts: sql`${sql.placeholder('tried')}` })
      .where(and(this_one, eq(push_outbox.attempts, sql.placeholder('attempts'))))
      .prepare(),
    drop: db.delete(push_outbox).where(this_one).prepare(),
    forget: db
      .delete(push_tokens)
      .where(
        and(
          eq(push_tokens.id, sql.placeholder('token_id')),
          lte(push_tokens.registered_at, sql.placeholder('since')),
        ),
      )
      .prepare(),
  };
});

type Row = ReturnType<ReturnType<typeof statements>['due']['all']>[number];

/** Until when a platform asked not to be bothered. It is known in one process only; another finds out by itself. */
const pauses = new WeakMap<PushSender, number>();

/**
 * Sends what is due in the outbox, outside of transactions. Any number of deliverers may run at once: a row is claimed
 * for as long as a try can take, and is due again when its deliverer dies. So each is sent at least once, and twice
 * when the death falls between the sending and the note of it. Returns null when nothing was due.
 */
export async function deliverPush(deps: DeliveryDeps): Promise<DeliverySummary | null> {
  const tally: DeliverySummary = { sent: 0, dead: 0, later: 0, given_up: 0 };
  const { fcm, apns } = deps.push;
  await Promise.all([
    fcm && deliverTo(deps, 'fcm', fcm, tally),
    apns && deliverTo(deps, 'apns', apns, tally),
  ]);
  return tally.sent + tally.dead + tally.later + tally.given_up > 0 ? tally : null;
}

async function deliverTo(
  deps: DeliveryDeps,
  platform: PushPlatform,
  sender: PushSender,
  tally: DeliverySummary,
) {
  const { clock, stopping } = deps;
  const resting = () => stopping.aborted || (pauses.get(sender) ?? 0) > clock.now();
  while (!resting()) {
    const claimed = claim(deps, platform);
    if (claimed.length === 0) return;
    const rows = claimed.values();
    const work = async () => {
      for (const row of rows) {
        if (resting()) hold(deps, row, pauses.get(sender) ?? 0);
        else await deliver(deps, sender, row, tally);
      }
    };
    await Promise.all(Array.from({ length: AT_ONCE }, work));
  }
}

/** Takes rows that are due, so that nobody else does. What its user has read meanwhile, or no longer wants, goes. */
function claim({ db, clock }: DeliveryDeps, platform: PushPlatform): Row[] {
  const { due, claim, drop } = statements(db);
  const now = clock.now();
  // Mostly nothing is due: that is found out without the write lock.
  if (due.all({ platform, now }).length === 0) return [];
  return transact(db, () => {
    const wanted: Row[] = [];
    for (const row of due.all({ platform, now })) {
      if (row.read || row.enabled === false) drop.run({ id: row.id });
      else {
        claim.run({ id: row.id, until: now + LEASE_MS });
        wanted.push({ ...row, attempts: row.attempts + 1 });
      }
    }
    return wanted;
  });
}

async function deliver(
  deps: DeliveryDeps,
  sender: PushSender,
  row: Row,
  tally: DeliverySummary,
): Promise<void> {
  let result: PushOutcome;
  try {
    result = await sender.send(messageOf(row));
  } catch (err) {
    // What fetch throws says why in its cause.
    result = { outcome: 'later', reason: String((err as Error).cause ?? err) };
  }
  settle(deps, sender, row, result, tally);
}

function messageOf(row: Row): PushMessage {
  const { device_token, notification_id, type, payload } = row;
  return {
    ...{ device_token, notification_id, type, payload },
    ...renderNotification(row, row.language ?? row.device_language),
    expires_at: row.created_at + KEPT_MS,
  };
}

/** Notes what became of a try. */
function settle(
  deps: DeliveryDeps,
  sender: PushSender,
  row: Row,
  result: PushOutcome,
  tally: DeliverySummary,
): void {
  const { db, clock, random, log } = deps;
  const { drop, forget, putBack } = statements(db);
  const now = clock.now();
  if (result.outcome === 'dead') {
    // Unless it was registered again since then. All that waits for it goes with it.
    forget.run({ token_id: row.token_id, since: result.since ?? now });
    drop.run({ id: row.id });
    tally.dead++;
    return;
  }
  if (result.outcome === 'sent') {
    drop.run({ id: row.id });
    tally.sent++;
    return;
  }
  tally.trouble = result.reason;
  if (result.outcome === 'refused' || row.attempts >= MAX_TRIES) {
    drop.run({ id: row.id });
    tally.given_up++;
    log.warn({ notification_id: row.notification_id, reason: result.reason }, 'a push was given up');
    return;
  }
  if (result.pause_ms) pauses.set(sender, Math.max(pauses.get(sender) ?? 0, now + result.pause_ms));
  const wait = Math.max(waitMs(row.attempts, random), result.wait_ms ?? 0, result.pause_ms ?? 0);
  putBack.run({ id: row.id, due_at: now + wait, tried: row.attempts, attempts: row.attempts });
  tally.later++;
}

/** Gives a row back that was claimed and not tried. */
function hold({ db, clock }: DeliveryDeps, { id, attempts }: Row, until: number): void {
  const due_at = Math.max(until, clock.now());
  statements(db).putBack.run({ id, due_at, tried: attempts - 1, attempts });
}

/** How long after its nth try the next one is: 10, 20, 40 … s, and up to half of that less, so that not all come at once. */
function waitMs(attempts: number, random: Random): number {
  const longest = Math.min(FIRST_WAIT_MS * 2 ** (attempts - 1), LONGEST_WAIT_MS);
  return Math.round(longest * (1 - random.bytes(4).readUInt32BE() / 2 ** 33));
}
