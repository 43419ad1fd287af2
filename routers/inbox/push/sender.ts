import type { PushPlatform } from './enqueue.ts';

/** A notification for one device. */
export interface PushMessage {
  device_token: string;
  notification_id: number;
  type: string;
  title: string;
  body: string;
  payload: Record<string, unknown>;
  /** Unix milliseconds after which it must not be shown */
  expires_at: number;
}

export type PushOutcome =
  | { outcome: 'sent' }
  /** The device does not exist; `since` (Unix milliseconds) if the platform says since when. */
  | { outcome: 'unregistered'; since?: number | undefined }
  /** Another attempt may succeed: after `wait_ms` to this device, after `pause_ms` to any device. */
  | { outcome: 'retry'; reason: string; wait_ms?: number | undefined; pause_ms?: number | undefined }
  /** No other attempt can succeed. */
  | { outcome: 'rejected'; reason: string };

/** Sends to the devices of one platform. An error of `send` counts as `retry`. */
export interface PushSender {
  send(message: PushMessage): Promise<PushOutcome>;
  close?(): void;
}

/** The sender of each platform; null without credentials, when notifications are only listed. */
export type PushSenders = Record<PushPlatform, PushSender | null>;

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
