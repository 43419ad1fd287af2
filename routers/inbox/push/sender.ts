import type { PushMessage } from '../../core/push-senders.ts';

export const PUSH_TIMEOUT_MS = 10_000;
const MAX_RETRY_AFTER_MS = 86_400_000;
/** Both platforms accept 4 KiB in all. */
const MAX_PAYLOAD_BYTES = 2000;

/** The data that a notification carries besides its texts, by which an app opens its subject. */
export function toPushData({ notification_id, type, payload }: PushMessage): Record<string, string> {
  const json = JSON.stringify(payload);
  const fits = Buffer.byteLength(json) <= MAX_PAYLOAD_BYTES;
  return { notification_id: String(notification_id), type, ...(fits ? { payload: json } : {}) };
}

/** The tag by which a device shows a notification once when it arrives twice. */
export function toPushTag({ notification_id }: PushMessage): string {
  return `notification-${notification_id}`;
}

/** A `Retry-After` header (RFC 9110, section 10.2.3) as milliseconds from now. */
export function parseRetryAfter(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined;
}
