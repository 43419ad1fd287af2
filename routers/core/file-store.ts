import { mkdirSync, renameSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';

/** A file whose bytes have arrived and that nobody has kept yet. It is gone unless a verb keeps it. */
export class StagedFile {
  readonly size: number;
  /** hex */
  readonly sha256: string;
  /** told from the bytes */
  readonly mime_type: string;
  /** what the sender calls it */
  readonly name: string;
  /** where the bytes lie until then */
  readonly path: string;
  #there = true;

  constructor(path: string, facts: Pick<StagedFile, 'size' | 'sha256' | 'mime_type' | 'name'>) {
    this.path = path;
    this.size = facts.size;
    this.sha256 = facts.sha256;
    this.mime_type = facts.mime_type;
    this.name = facts.name;
  }

  /** Moves the bytes where they stay. Synchronous: it is done within the transaction that writes the row. */
  moveTo(target: string): void {
    if (!this.#there) throw new Error('this file has been kept or dropped already');
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(this.path, target);
    this.#there = false;
  }

  /** Deletes the bytes, unless they were kept. */
  async drop(): Promise<void> {
    if (!this.#there) return;
    this.#there = false;
    await rm(this.path, { force: true });
  }
}

/** Runs `act` if no row names the content, and holds off all who would name it until that is over. */
export type RunIfUnreferenced = (act: () => void) => boolean;

/** Where bytes lie, by what they are. */
export interface FileStore {
  /**
   * Takes in a stream while hashing it; memory holds one chunk of it. Throws PAYLOAD_TOO_LARGE past `limit` bytes, and
   * whatever the stream throws; nothing is left then.
   */
  receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile>;
  /**
   * Keeps what has arrived while `name` writes the row that names it: once it is answered, both last. A crash may
   * leave bytes that no row names, which the sweep deletes.
   */
  keep<T>(staged: StagedFile, name: () => T): Promise<T>;
  /** Called in the transaction that writes the row. */
  commitContent(staged: StagedFile): void;
  /**
   * Some bytes of a content, from `start` to `end` inclusive, read as they are asked for. Throws at once when the
   * content is not there: an answer that has begun can only break off.
   */
  read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>>;
  /** Deletes a content that no row names; returns whether it did. */
  remove(sha256: string, ifUnnamed: RunIfUnreferenced): Promise<boolean>;
  /** The SHA-256 of every content there is. */
  contents(): AsyncIterable<string>;
  /** Deletes what processes that are no more were receiving. Returns how many files that were. */
  dropAbandoned(now: number, mine: 'too' | 'not'): Promise<number>;
}
