import type { Happened, Scene } from '../../event-types.ts';

/** Notifies whom it concerns of what happened. */
export function notify(_scene: Scene, _event: Happened): void {}
