import type { PushPlatform } from './enqueue.ts';

/** What a device shows. */
export interface PushMessage {
  device_token: string;
  notification_id: number;
  type: string;
  title: string;
  body: string;
  payload: Record<string, unknown>;
  /** Unix milliseconds after which it is of no use */
  expires_at: number;
}

export type PushOutcome =
  | { outcome: 'sent' }
  /** There is no such device any more; `since` (Unix milliseconds) where the platform says since when. */
  | { outcome: 'dead'; since?: number | undefined }
  /** Another try may do. `wait_ms`: not sooner, to this device; `pause_ms`: not sooner, to any. */
  | { outcome: 'later'; reason: string; wait_ms?: number | undefined; pause_ms?: number | undefined }
  /** No other try would do. */
  | { outcome: 'refused'; reason: string };

/** A way to the devices of one platform. What `send` throws counts as `later`. */
export interface PushSender {
  send(message: PushMessage): Promise<PushOutcome>;
  close?(): void;
}

/** null where there are no credentials: notifications wait to be fetched. */
export type PushSenders = Record<PushPlatform, PushSender | null>;

/** How long a platform may take to answer. */
export const PUSH_TIMEOUT_MS = 10_000;
const MAX_RETRY_AFTER_MS = 86_400_000;
/** Both platforms take 4 KiB in all. */
const MAX_PAYLOAD_BYTES = 2000;

/** What a notification carries besides its sentences: enough to open what it is about. */
export function toPushData({ notification_id, type, payload }: PushMessage): Record<string, string> {
  const facts = JSON.stringify(payload);
  const fits = Buffer.byteLength(facts) <= MAX_PAYLOAD_BYTES;
  return { notification_id: String(notification_id), type, ...(fits ? { payload: facts } : {}) };
}

/** A name by which a device shows a notification once, should it come twice. */
export function toPushTag({ notification_id }: PushMessage): string {
  return `notification-${notification_id}`;
}

/** A `Retry-After` header (RFC 9110, section 10.2.3) as milliseconds from now. */
export function parseRetryAfter(header: string | null | undefined, now: number): number | undefined {
  if (!header) return undefined;
  const ms = /^\d+$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return ms > 0 ? Math.min(ms, MAX_RETRY_AFTER_MS) : undefined;
}
