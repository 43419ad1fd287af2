import type { Worker } from 'node:worker_threads';
import { spawnThread } from '../../../ml/spawn-thread.ts';
import type { QrReader } from '../../core/context.ts';
import type { QrRequest, QrResponse } from './qr-thread.ts';

/** Longer sides are shrunk to this: a code that a phone can read stays readable. */
const MAX_SIDE = 2000;
const MAX_PIXELS = 100_000_000;
const FORMATS = new Set(['png', 'jpeg', 'webp']);

interface QrThread {
  worker: Worker;
  pending: Map<number, { resolve(texts: string[]): void; reject(error: Error): void }>;
}

/** The bytes are not an image in a supported format. */
export class NotAnImageError extends Error {}

/**
 * Reads the QR codes of PNG, JPEG and WebP images in a thread, which starts at the first image and again after it died.
 */
export class QrThreadReader implements QrReader {
  #thread: QrThread | null = null;
  #nextId = 1;

  /** The texts of all QR codes in an image, in the order they are found. Throws NotAnImageError. */
  async read(bytes: Uint8Array): Promise<string[]> {
    const { data, width, height } = await decodeImage(bytes);
    this.#thread ??= this.#start();
    const { worker, pending } = this.#thread;
    const id = this.#nextId++;
    const texts = new Promise<string[]>((resolve, reject) => pending.set(id, { resolve, reject }));
    worker.ref();
    worker.postMessage({ id, pixels: data, width, height } satisfies QrRequest, [data.buffer]);
    return texts;
  }

  /** Ends the thread, if it runs. */
  async close(): Promise<void> {
    await this.#thread?.worker.terminate();
  }

  #start(): QrThread {
    const worker = spawnThread(import.meta.url, 'qr-thread');
    const pending: QrThread['pending'] = new Map();
    worker.on('message', (response: QrResponse) => {
      const call = pending.get(response.id);
      pending.delete(response.id);
      // An idle thread does not keep the process alive.
      if (pending.size === 0) worker.unref();
      if ('error' in response) call?.reject(new Error(response.error));
      else call?.resolve(response.texts);
    });
    const onEnd = (error: Error) => {
      if (this.#thread?.worker === worker) this.#thread = null;
      for (const call of pending.values()) call.reject(error);
      pending.clear();
    };
    worker.on('error', onEnd);
    worker.on('exit', (code) => onEnd(new Error(`the QR reader ended with code ${code}`)));
    worker.unref();
    return { worker, pending };
  }
}

/** The RGBA pixels of an image, upright and on white. Throws NotAnImageError. */
async function decodeImage(bytes: Uint8Array) {
  // sharp throws at once for no bytes.
  if (bytes.length === 0) throw new NotAnImageError();
  // Loaded at the first image, since loading takes a tenth of the start.
  const { default: sharp } = await import('sharp');
  const image = sharp(bytes, { limitInputPixels: MAX_PIXELS, failOn: 'error' });
  const { format } = await image.metadata().catch(throwNotAnImage);
  if (!FORMATS.has(format)) throw new NotAnImageError();
  const { data, info } = await image
    .rotate()
    .flatten({ background: '#fff' })
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true })
    .catch(throwNotAnImage);
  // A copy with its own buffer, which can be transferred to the thread.
  return { data: new Uint8ClampedArray(data), width: info.width, height: info.height };
}

function throwNotAnImage(): never {
  throw new NotAnImageError();
}
