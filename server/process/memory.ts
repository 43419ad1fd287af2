import { createCollector } from '../../ml/gc.ts';

/**
 * Frees the short-lived buffers of a stream, which takes about a millisecond. V8 lets twice its largest semi-space of
 * them gather before it does so by itself (`Heap::AllocateExternalBackingStore`), which can be more than an upload.
 */
export function createBufferCollector(): () => void {
  const collect = createCollector();
  return () => collect({ type: 'minor' });
}
