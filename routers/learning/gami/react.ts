import type { Happened, Scene } from '../../event-types.ts';

/** Rewards what happened, by the table of rules. */
export function reward(_scene: Scene, _event: Happened): void {}
