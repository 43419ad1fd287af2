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
const CONCURRENCY = 10;
/** Longer than a batch takes when every attempt times out. After a crash a push is delayed by this. */
const CLAIM_TTL_MS = 180_000;
const INITIAL_BACKOFF_MS = 10_000;
const MAX_BACKOFF_MS = 3_600_000;
/** With the backoff between them, about three hours. */
const MAX_ATTEMPTS = 12;
/** A phone that was off for longer does not show the notification. */
const PUSH_TTL_MS = 86_400_000;

export type DeliveryDeps = Pick<Deps, 'db' | 'clock' | 'random' | 'log' | 'push' | 'stopping'>;

/** The outcomes of the attempts of one run. */
export interface DeliverySummary {
  sent: number;
  /** devices that do not exist any more */
  unregistered: number;
  retried: number;
  given_up: number;
  /** why the last unsuccessful attempt failed */
  last_error?: string;
}

const statements = preparedStatements((db) => {
  const hasId = eq(push_outbox.id, sql.placeholder('id'));
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
      .where(hasId)
      .prepare(),
    // Not when the claim has expired: then the next claimant decides when it is tried again.
    reschedule: db
      .update(push_outbox)
      .set({ due_at: sql`${sql.placeholder('due_at')}`, attempts: sql`${sql.placeholder('next_attempts')}` })
      .where(and(hasId, eq(push_outbox.attempts, sql.placeholder('attempts'))))
      .prepare(),
    drop: db.delete(push_outbox).where(hasId).prepare(),
    unregister: db
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

type DuePush = ReturnType<ReturnType<typeof statements>['due']['all']>[number];

/** When a platform that asked for a pause may be tried again. Each process learns it from the platform. */
const pauses = new WeakMap<PushSender, number>();

/**
 * Sends the due pushes of the outbox, outside of transactions. Any number of processes may deliver at once: a row is
 * claimed for as long as an attempt can take, and is due again after a crash. So each push is sent at least once, and
 * twice after a crash between the sending and its record. Returns null when nothing was due.
 */
export async function deliverPush(deps: DeliveryDeps): Promise<DeliverySummary | null> {
  const summary: DeliverySummary = { sent: 0, unregistered: 0, retried: 0, given_up: 0 };
  const { fcm, apns } = deps.push;
  await Promise.all([
    fcm && deliverToPlatform(deps, 'fcm', fcm, summary),
    apns && deliverToPlatform(deps, 'apns', apns, summary),
  ]);
  return summary.sent + summary.unregistered + summary.retried + summary.given_up > 0 ? summary : null;
}

async function deliverToPlatform(
  deps: DeliveryDeps,
  platform: PushPlatform,
  sender: PushSender,
  summary: DeliverySummary,
) {
  const { clock, stopping } = deps;
  const isPaused = () => stopping.aborted || (pauses.get(sender) ?? 0) > clock.now();
  while (!isPaused()) {
    const claimedPushes = claimDue(deps, platform);
    if (claimedPushes.length === 0) return;
    const rows = claimedPushes.values();
    const sendRows = async () => {
      for (const row of rows) {
        if (isPaused()) returnUnsent(deps, row, pauses.get(sender) ?? 0);
        else await sendOne(deps, sender, row, summary);
      }
    };
    await Promise.all(Array.from({ length: CONCURRENCY }, sendRows));
  }
}

/** Claims due rows. Those whose notification is read, or whose user has turned pushes off, are deleted. */
function claimDue({ db, clock }: DeliveryDeps, platform: PushPlatform): DuePush[] {
  const { due, claim, drop } = statements(db);
  const now = clock.now();
  // Mostly nothing is due, which is checked without the write lock.
  if (due.all({ platform, now }).length === 0) return [];
  return transact(db, () => {
    const claimedPushes: DuePush[] = [];
    for (const row of due.all({ platform, now })) {
      if (row.read || row.enabled === false) drop.run({ id: row.id });
      else {
        claim.run({ id: row.id, until: now + CLAIM_TTL_MS });
        claimedPushes.push({ ...row, attempts: row.attempts + 1 });
      }
    }
    return claimedPushes;
  });
}

async function sendOne(
  deps: DeliveryDeps,
  sender: PushSender,
  row: DuePush,
  summary: DeliverySummary,
): Promise<void> {
  let outcome: PushOutcome;
  try {
    outcome = await sender.send(toPushMessage(row));
  } catch (err) {
    // The cause of an error of fetch has the reason.
    outcome = { outcome: 'retry', reason: String((err as Error).cause ?? err) };
  }
  recordOutcome(deps, sender, row, outcome, summary);
}

function toPushMessage(row: DuePush): PushMessage {
  const { device_token, notification_id, type, payload } = row;
  return {
    ...{ device_token, notification_id, type, payload },
    ...renderNotification(row, row.language ?? row.device_language),
    expires_at: row.created_at + PUSH_TTL_MS,
  };
}

/** Records the outcome of an attempt. */
function recordOutcome(
  deps: DeliveryDeps,
  sender: PushSender,
  row: DuePush,
  result: PushOutcome,
  summary: DeliverySummary,
): void {
  const { db, clock, random, log } = deps;
  const { drop, unregister, reschedule } = statements(db);
  const now = clock.now();
  if (result.outcome === 'unregistered') {
    // The device stays if it was registered again since then; otherwise its pushes are deleted with it.
    unregister.run({ token_id: row.token_id, since: result.since ?? now });
    drop.run({ id: row.id });
    summary.unregistered++;
    return;
  }
  if (result.outcome === 'sent') {
    drop.run({ id: row.id });
    summary.sent++;
    return;
  }
  summary.last_error = result.reason;
  if (result.outcome === 'rejected' || row.attempts >= MAX_ATTEMPTS) {
    drop.run({ id: row.id });
    summary.given_up++;
    log.warn({ notification_id: row.notification_id, reason: result.reason }, 'a push was given up');
    return;
  }
  if (result.pause_ms) pauses.set(sender, Math.max(pauses.get(sender) ?? 0, now + result.pause_ms));
  const backoff = Math.max(toBackoffMs(row.attempts, random), result.wait_ms ?? 0, result.pause_ms ?? 0);
  const { id, attempts } = row;
  reschedule.run({ id, due_at: now + backoff, next_attempts: attempts, attempts });
  summary.retried++;
}

/** Returns a claimed row that was not tried. */
function returnUnsent({ db, clock }: DeliveryDeps, { id, attempts }: DuePush, until: number): void {
  const due_at = Math.max(until, clock.now());
  statements(db).reschedule.run({ id, due_at, next_attempts: attempts - 1, attempts });
}

/** The backoff after the nth attempt: 10, 20, 40 … seconds, less a random part of up to a half. */
function toBackoffMs(attempts: number, random: Random): number {
  const max = Math.min(INITIAL_BACKOFF_MS * 2 ** (attempts - 1), MAX_BACKOFF_MS);
  return Math.round(max * (1 - random.bytes(4).readUInt32BE() / 2 ** 33));
}
