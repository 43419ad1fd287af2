import type { push_tokens } from '../../db/index.ts';

export type PushPlatform = (typeof push_tokens.$inferSelect)['platform'];

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
