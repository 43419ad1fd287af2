import { mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/** A file whose bytes have arrived. It is discarded at the end of the call unless a verb persists it. */
export class StagedFile {
  readonly size: number;
  /** hex */
  readonly sha256: string;
  /** detected from the bytes */
  readonly mime_type: string;
  /** the file name that the sender gave */
  readonly name: string;
  /** where the bytes are until they are moved */
  readonly path: string;
  #isStaged = true;

  constructor(path: string, metadata: Pick<StagedFile, 'size' | 'sha256' | 'mime_type' | 'name'>) {
    this.path = path;
    this.size = metadata.size;
    this.sha256 = metadata.sha256;
    this.mime_type = metadata.mime_type;
    this.name = metadata.name;
  }

  /** Moves the bytes to their final path. It is synchronous because it runs in the transaction that writes the row. */
  moveTo(target: string): void {
    if (!this.#isStaged) throw new Error('the staged file has been moved or discarded already');
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(this.path, target);
    this.#isStaged = false;
  }

  /** Deletes the bytes, unless they have been moved. */
  async discard(): Promise<void> {
    if (!this.#isStaged) return;
    this.#isStaged = false;
    await rm(this.path, { force: true });
  }
}

/** Runs `action` in a transaction if no row references the content, so that no row can start to reference it meanwhile. */
export type RunIfUnreferenced = (action: () => void) => boolean;

/** Stores contents by their SHA-256. */
export interface FileStore {
  /**
   * Writes a stream to a staged file while hashing it; memory holds one chunk. Throws PAYLOAD_TOO_LARGE past `limit`
   * bytes, and whatever the stream throws; then no bytes remain.
   */
  receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile>;
  /**
   * Makes a staged file durable while `addRow` writes the row that references it. A crash may leave bytes without a
   * row, which the garbage collection deletes.
   */
  persist<T>(staged: StagedFile, addRow: () => T): Promise<T>;
  /** Call it in the transaction that writes the row. */
  commitContent(staged: StagedFile): void;
  /**
   * The bytes of a content from `start` to `end` inclusive, read on demand. Throws at once when the content is missing,
   * since a response that has begun can only break off.
   */
  read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>>;
  /** Deletes a content that no row references; returns whether it did. */
  remove(sha256: string, runIfUnreferenced: RunIfUnreferenced): Promise<boolean>;
  /** The SHA-256 of every stored content. */
  listContents(): AsyncIterable<string>;
  /** Deletes the staged files of processes that have ended. Returns how many. */
  removeAbandoned(now: number, options: { includeOwn: boolean }): Promise<number>;
}
