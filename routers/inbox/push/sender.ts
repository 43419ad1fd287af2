import type { PushMessage } from '../../core/push-senders.ts';

/** How long a platform may take to answer. */
export const PUSH_TIMEOUT_MS = 10_000;
const MAX_RETRY_AFTER_MS = 86_400_000;
/** Both platforms take 4 KiB in all. */
const PAYLOAD_BYTES = 2000;

/** What a notification carries besides its sentences: enough to open what it is about. */
export function toPushData({ notification_id, type, payload }: PushMessage): Record<string, string> {
  const facts = JSON.stringify(payload);
  const fits = Buffer.byteLength(facts) <= PAYLOAD_BYTES;
  return { notification_id: String(notification_id), type, ...(fits ? { payload: facts } : {}) };
}

/** A name by which a device shows a notification once, should it come twice. */
export function toPushTag({ notification_id }: PushMessage): string {
  return `notification-${notification_id}`;
}

/** A `Retry-After` header (RFC 9110, section 10.2.3) as milliseconds from now. */
export function retryAfterMs(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined;
}
