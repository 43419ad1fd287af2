import { createRequire } from 'node:module';
import { createCollector } from '../../ml/gc.ts';

/**
 * Frees the short-lived buffers of a stream: about a millisecond. V8 lets twice its largest semi-space of them gather
 * before it does so by itself (`Heap::AllocateExternalBackingStore`), which can be more than a whole upload.
 */
export function createBufferCollector(): () => void {
  const free = createCollector();
  return () => free({ type: 'minor' });
}

const M_MMAP_THRESHOLD = -3;
const M_ARENA_MAX = -8;
/** bytes */
const LARGE = 65_536;

/**
 * Has glibc give large buffers back to the system when they are freed. By itself it takes each as a sign that more of
 * its size will come, and keeps up to 64 MiB a thread of what loading models and building an index took: a hundred
 * and more (mallopt(3), M_MMAP_THRESHOLD). Elsewhere there is nothing to tell.
 */
export function limitMallocArenas(): void {
  if (process.platform !== 'linux') return;
  try {
    const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
    const mallopt = koffi.load(null).func('int mallopt(int, int)');
    mallopt(M_MMAP_THRESHOLD, LARGE);
    mallopt(M_ARENA_MAX, 2);
  } catch {
    // another C library than glibc has no mallopt, and there may be no build of koffi for it
  }
}
