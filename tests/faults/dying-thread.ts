import { Worker } from 'node:worker_threads';
import { vi } from 'vitest';

type Send = Worker['postMessage'];

/**
 * Has the thread of the models die of an exception before each of the next `times` questions; ending one from outside
 * in the middle of a native call can take the process along. Returns how often it has.
 */
export function dieAtQuestions(times: number): () => number {
  const send: Send = Worker.prototype.postMessage;
  let deaths = 0;
  const spy = vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (
    this: Worker,
    ...sent: Parameters<Send>
  ) {
    if (typeof sent[0] === 'object' && 'input' in sent[0] && deaths < times) {
      deaths++;
      send.call(this, null);
    }
    send.apply(this, sent);
    if (deaths === times) spy.mockRestore();
  });
  return () => deaths;
}
