import { rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import type { FileStore, RunIfUnreferenced, StagedFile } from '../../core/file-store.ts';
import { list, Staging } from './staging.ts';

/** Bytes read at once. */
const CHUNK = 64 * 1024;
/** How many bytes pass through between two calls of `tidy`. */
const TIDY_BYTES = 4 * 1024 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;

export const isSha256 = (name: string) => SHA256.test(name);

/** `ab/abcdef…` for the content of this SHA-256. */
export function toContentPath(sha256: string): string {
  if (!SHA256.test(sha256)) throw new Error('this is no SHA-256');
  return `${sha256.slice(0, 2)}/${sha256}`;
}

/**
 * Bytes on disk. What arrives is written to `arriving/`, synced, and renamed: there is never half a file under a
 * content's name.
 */
export class LocalFiles implements FileStore {
  readonly #folder: string;
  readonly #tidy: () => void;
  readonly #staging: Staging;
  #untidy = 0;

  /**
   * @param folder made when it is first needed
   * @param tidy called now and then while bytes pass through, to free the memory of those that have
   */
  constructor(folder: string, tidy: () => void = () => {}) {
    this.#folder = folder;
    this.#tidy = tidy;
    this.#staging = new Staging(path.join(folder, 'arriving'), (bytes) => this.#count(bytes));
  }

  receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    return this.#staging.receive(bytes, name, limit);
  }

  async keep<T>(staged: StagedFile, name: () => T): Promise<T> {
    const named = name();
    // After a power cut too, an acknowledged file is there.
    const folder = await open(path.dirname(this.#pathOf(staged.sha256)), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return named;
  }

  /** The bytes move within the transaction: its lock is what keeps others from deleting the same content as unnamed. */
  commitContent(staged: StagedFile): void {
    staged.moveTo(this.#pathOf(staged.sha256));
  }

  async read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
    const handle = await open(this.#pathOf(sha256), 'r');
    let at = start;
    const next = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const { bytesRead, buffer } = await handle.read(
        Buffer.allocUnsafeSlow(CHUNK),
        0,
        Math.min(CHUNK, end - at + 1),
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

  async remove(sha256: string, ifUnnamed: RunIfUnreferenced): Promise<boolean> {
    return ifUnnamed(() => rmSync(this.#pathOf(sha256), { force: true }));
  }

  async *contents(): AsyncGenerator<string> {
    for (const folder of await list(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await list(path.join(this.#folder, folder))) if (SHA256.test(name)) yield name;
    }
  }

  dropAbandoned(now: number, mine: 'too' | 'not'): Promise<number> {
    return this.#staging.dropAbandoned(now, mine);
  }

  #pathOf(sha256: string): string {
    return path.join(this.#folder, toContentPath(sha256));
  }

  /** Of all uploads and downloads that run. */
  #count(bytes: number): void {
    this.#untidy += bytes;
    if (this.#untidy < TIDY_BYTES) return;
    this.#untidy = 0;
    this.#tidy();
  }
}
