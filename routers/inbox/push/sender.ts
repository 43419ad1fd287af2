import type { Platform } from './enqueue.ts';

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

export type Sent =
  | { outcome: 'sent' }
  /** There is no such device any more; `since` (Unix milliseconds) when the platform says since when. */
  | { outcome: 'dead'; since?: number | undefined }
  /** Another try may do. `wait_ms`: not before, for this device; `pause_ms`: not before, for any. */
  | { outcome: 'later'; reason: string; wait_ms?: number | undefined; pause_ms?: number | undefined }
  /** No other try would do. */
  | { outcome: 'refused'; reason: string };

/** A way to the devices of one platform. What it throws counts as `later`. */
export interface Sender {
  send(message: PushMessage): Promise<Sent>;
  close(): void;
}

/** null where there are no credentials: notifications wait to be fetched. */
export type Push = Record<Platform, Sender | null>;
