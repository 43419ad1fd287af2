import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { FileStore, RunIfUnreferenced, StagedFile } from '../../core/file-store.ts';
import { listFolder, Staging } from './staging.ts';

/** Bytes of one read. */
const READ_CHUNK_BYTES = 64 * 1024;
/** `collectBuffers` is called each time this many bytes have passed through. */
const COLLECT_INTERVAL_BYTES = 4 * 1024 * 1024;
const SHA256_HEX = /^[0-9a-f]{64}$/;

export const isSha256 = (name: string) => SHA256_HEX.test(name);

/** `ab/abcdef…` for the content of this SHA-256. */
export function toContentPath(sha256: string): string {
  if (!SHA256_HEX.test(sha256)) throw new Error('not a SHA-256');
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/** Contents on disk. Uploads are written to `arriving/`, synced, and renamed, so a content is always complete. */
export class LocalFiles implements FileStore {
  readonly #folder: string;
  readonly #collectBuffers: () => void;
  readonly #staging: Staging;
  #bytesSinceCollect = 0;

  /**
   * @param folder created when it is first needed
   * @param collectBuffers called regularly while bytes pass through, to free the memory of their buffers
   */
  constructor(folder: string, collectBuffers: () => void = () => {}) {
    this.#folder = folder;
    this.#collectBuffers = collectBuffers;
    this.#staging = new Staging(path.join(folder, 'arriving'), (bytes) => this.#count(bytes));
  }

  receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    return this.#staging.receive(bytes, name, limit);
  }

  async persist<T>(staged: StagedFile, addRow: () => T): Promise<T> {
    const row = addRow();
    // Syncing the folder makes the rename survive a power cut.
    const folder = await open(path.dirname(this.#toPath(staged.sha256)), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return row;
  }

  /** The bytes move inside the transaction: its lock keeps other processes from deleting the same content. */
  commitContent(staged: StagedFile): void {
    staged.moveTo(this.#toPath(staged.sha256));
  }

  async read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
    const handle = await open(this.#toPath(sha256), 'r');
    let at = start;
    const next = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const { bytesRead, buffer } = await handle.read(
        Buffer.allocUnsafeSlow(READ_CHUNK_BYTES),
        0,
        Math.min(READ_CHUNK_BYTES, end - at + 1),
        at,
      );
      if (bytesRead === 0) throw new Error(`${sha256} on disk is shorter than its row says`);
      at += bytesRead;
      controller.enqueue(buffer.subarray(0, bytesRead));
      this.#count(bytesRead);
      if (at <= end) return;
      await handle.close();
      controller.close();
    };
    const failed = async (error: unknown) => {
      await handle.close();
      throw error;
    };
    return new ReadableStream(
      { pull: (controller) => next(controller).catch(failed), cancel: () => handle.close() },
      { highWaterMark: 0 },
    );
  }

  async remove(sha256: string, runIfUnreferenced: RunIfUnreferenced): Promise<boolean> {
    return runIfUnreferenced(() => rmSync(this.#toPath(sha256), { force: true }));
  }

  async *listContents(): AsyncGenerator<string> {
    for (const folder of await listFolder(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await listFolder(path.join(this.#folder, folder)))
        if (SHA256_HEX.test(name)) yield name;
    }
  }

  removeAbandoned(now: number, options: { includeOwn: boolean }): Promise<number> {
    return this.#staging.removeAbandoned(now, options);
  }

  #toPath(sha256: string): string {
    return path.join(this.#folder, toContentPath(sha256));
  }

  /** Counts the bytes of all running uploads and downloads. */
  #count(bytes: number): void {
    this.#bytesSinceCollect += bytes;
    if (this.#bytesSinceCollect < COLLECT_INTERVAL_BYTES) return;
    this.#bytesSinceCollect = 0;
    this.#collectBuffers();
  }
}
