import type { Worker } from 'node:worker_threads';
import { spawnThread } from '../../../ml/spawn-thread.ts';
import type { QrRequest, QrResponse } from './qr-thread.ts';

/** Longer sides are shrunk to this: a code that a phone can read is still readable. */
const MAX_SIDE = 2000;
const MAX_PIXELS = 100_000_000;
const FORMATS = new Set(['png', 'jpeg', 'webp']);

interface Thread {
  worker: Worker;
  waiting: Map<number, { resolve(texts: string[]): void; reject(error: Error): void }>;
}
let thread: Thread | null = null;
let next = 1;

/** Thrown when the bytes are no picture of a kind that is read. */
export class NotAnImageError extends Error {}

/**
 * The texts of all QR codes in a PNG, JPEG or WebP picture, in the order they are found; none is an empty list.
 * Throws NotAPicture. The thread is started at the first picture and again after it died.
 */
export async function readQrCodes(bytes: Uint8Array): Promise<string[]> {
  const { data, width, height } = await pixelsOf(bytes);
  thread ??= startThread();
  const { worker, waiting } = thread;
  const id = next++;
  const answer = new Promise<string[]>((resolve, reject) => waiting.set(id, { resolve, reject }));
  worker.ref();
  worker.postMessage({ id, pixels: data, width, height } satisfies QrRequest, [data.buffer]);
  return answer;
}

/** Ends the thread, if there is one. */
export async function closeQrReader(): Promise<void> {
  await thread?.worker.terminate();
}

async function pixelsOf(bytes: Uint8Array) {
  // sharp throws at once for no bytes at all.
  if (bytes.length === 0) throw new NotAnImageError();
  // Loaded at the first picture: it costs a tenth of the start.
  const { default: sharp } = await import('sharp');
  const picture = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
  const { format } = await picture.metadata().catch(notAPicture);
  if (!FORMATS.has(format)) throw new NotAnImageError();
  const { data, info } = await picture
    .rotate()
    .flatten({ background: '#fff' })
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(notAPicture);
  // A copy of its own, so that it can be handed over to the thread.
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
}

function notAPicture(): never {
  throw new NotAnImageError();
}

function startThread(): Thread {
  const worker = spawnThread(import.meta.url, 'qr-thread');
  const waiting: Thread['waiting'] = new Map();
  worker.on('message', (answer: QrResponse) => {
    const call = waiting.get(answer.id);
    waiting.delete(answer.id);
    // An idle thread does not keep the process alive.
    if (waiting.size === 0) worker.unref();
    if ('error' in answer) call?.reject(new Error(answer.error));
    else call?.resolve(answer.texts);
  });
  const ended = (error: Error) => {
    if (thread?.worker === worker) thread = null;
    for (const call of waiting.values()) call.reject(error);
    waiting.clear();
  };
  worker.on('error', ended);
  worker.on('exit', (code) => ended(new Error(`the QR reader ended with code ${code}`)));
  worker.unref();
  return { worker, waiting };
}
