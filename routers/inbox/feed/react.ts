import type { Happened, Scene } from '../../event-types.ts';

/** Puts what happened into the feed of whom it concerns. */
export function feed(_scene: Scene, _event: Happened): void {}
