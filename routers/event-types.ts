import type { Tx } from '../db/index.ts';

/** Everything that can happen, and what is told of it. */
export interface EventPayloads {
  'guest.became_user': { guest_principal_id: number };
  'user.registered': { user_id: string };
  'scan.dangerous': { url_hash: string; host: string; risk_score: number };
  'scan.reported': { url_hash: string; verdict: 'safe' | 'dangerous' };
}

export type EventType = keyof EventPayloads;

export type Happening = {
  [T in EventType]: { type: T; principal_id: number | null; payload: EventPayloads[T] };
}[EventType];

/** Writes one row and runs what follows from it, in the transaction that made it happen. */
export type Emit = (tx: Tx, event: Happening) => void;
