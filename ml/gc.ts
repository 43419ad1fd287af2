import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** With no options everything is collected; `major` is a name V8 takes and then does nothing for. */
type Collect = (options?: { type: 'minor' }) => void;

/** V8's garbage collector, to be called by hand: of the calling thread. */
export function createCollector(): Collect {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as Collect;
  setFlagsFromString('--no-expose-gc');
  return collect;
}

/** Frees what a large piece of work has left behind, in some 50 ms; V8 keeps it until as much again is asked for. */
export function collectV8Garbage(): void {
  createCollector()();
}
