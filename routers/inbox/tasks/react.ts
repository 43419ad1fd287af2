import type { Happened, Scene } from '../../event-types.ts';

/** Completes the tasks that a finished quiz was. */
export function finishTasks(_scene: Scene, _event: Happened<'quiz.finished'>): void {}
