import type { push_tokens } from '../../db/index.ts';

export type PushPlatform = (typeof push_tokens.$inferSelect)['platform'];

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
