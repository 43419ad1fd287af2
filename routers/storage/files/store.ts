import { createHash } from 'node:crypto';
import { mkdirSync, renameSync } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { ApiError } from '../../errors.ts';
import { typeOf } from './type.ts';

/** How much of a file is looked at to tell what it is. */
const HEAD_BYTES = 4096;
/** Bytes read at once. */
const CHUNK = 64 * 1024;
/** How many bytes pass through between two calls of `tidy`. */
const TIDY_BYTES = 4 * 1024 * 1024;
const SHA256 = /^[0-9a-f]{64}$/;

/** A file whose bytes have arrived and that nobody has kept yet. It is gone unless a verb keeps it. */
export class StagedFile {
  readonly size: number;
  /** hex */
  readonly sha256: string;
  /** told from the bytes */
  readonly mime_type: string;
  /** what the sender calls it */
  readonly name: string;
  readonly #path: string;
  #there = true;

  constructor(path: string, facts: Pick<StagedFile, 'size' | 'sha256' | 'mime_type' | 'name'>) {
    this.#path = path;
    this.size = facts.size;
    this.sha256 = facts.sha256;
    this.mime_type = facts.mime_type;
    this.name = facts.name;
  }

  /** Moves the bytes where they stay. Synchronous: it is done within the transaction that writes the row. */
  moveTo(target: string): void {
    if (!this.#there) throw new Error('this file has been kept or dropped already');
    mkdirSync(path.dirname(target), { recursive: true });
    renameSync(this.#path, target);
    this.#there = false;
  }

  /** Deletes the bytes, unless they were kept. */
  async drop(): Promise<void> {
    if (!this.#there) return;
    this.#there = false;
    await rm(this.#path, { force: true });
  }
}

/**
 * Bytes on disk, by what they are: `ab/abcdef…`, the SHA-256 of the content. What arrives is written to `arriving/`
 * under a name that tells the process, synced, and renamed: there is never half a file under a content's name.
 */
export class FileStore {
  readonly #folder: string;
  readonly #tidy: () => void;
  #arrivals = 0;
  #untidy = 0;

  /**
   * @param folder made when it is first needed
   * @param tidy called now and then while bytes pass through, to free the memory of those that have
   */
  constructor(folder: string, tidy: () => void = () => {}) {
    this.#folder = folder;
    this.#tidy = tidy;
  }

  /** Where the content lies, or would lie. */
  pathOf(sha256: string): string {
    if (!SHA256.test(sha256)) throw new Error('this is no SHA-256');
    return path.join(this.#folder, sha256.slice(0, 2), sha256);
  }

  /**
   * Writes a stream to disk while hashing it; memory holds one chunk of it. Throws PAYLOAD_TOO_LARGE past `limit`
   * bytes, and whatever the stream throws; nothing is left on disk then.
   */
  async receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    await mkdir(this.#arriving, { recursive: true });
    const file = path.join(this.#arriving, `${process.pid}-${Date.now()}-${++this.#arrivals}`);
    const handle = await open(file, 'wx', 0o600);
    try {
      const facts = await this.#write(handle, bytes, limit);
      return new StagedFile(file, { ...facts, name });
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Makes the names of a content lasting: after a power cut too, an acknowledged file is there. */
  async settle(sha256: string): Promise<void> {
    const folder = await open(path.dirname(this.pathOf(sha256)), 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  /**
   * Some bytes of a content, from `start` to `end` inclusive, read as they are asked for. Throws at once when the
   * content is not there: an answer that has begun can only break off.
   */
  async read(sha256: string, start: number, end: number): Promise<ReadableStream<Uint8Array>> {
    const handle = await open(this.pathOf(sha256), 'r');
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

  /** The SHA-256 of every content there is. */
  async *contents(): AsyncGenerator<string> {
    for (const folder of await list(this.#folder)) {
      if (!/^[0-9a-f]{2}$/.test(folder)) continue;
      for (const name of await list(path.join(this.#folder, folder))) if (SHA256.test(name)) yield name;
    }
  }

  /** Deletes what processes that are no more were receiving. Returns how many files that were. */
  async dropAbandoned(now: number, mine: 'too' | 'not'): Promise<number> {
    let dropped = 0;
    for (const name of await list(this.#arriving)) {
      const file = path.join(this.#arriving, name);
      const pid = Number.parseInt(name, 10);
      const abandoned = pid === process.pid ? mine === 'too' : !runs(pid) || (await isOld(file, now));
      if (!abandoned) continue;
      await rm(file, { force: true });
      dropped++;
    }
    return dropped;
  }

  async #write(handle: FileHandle, bytes: AsyncIterable<Uint8Array>, limit: number) {
    const hash = createHash('sha256');
    let head = Buffer.alloc(0);
    let size = 0;
    for await (const chunk of bytes) {
      size += chunk.byteLength;
      if (size > limit) throw new ApiError('PAYLOAD_TOO_LARGE', { params: { limit } });
      if (head.length < HEAD_BYTES) head = Buffer.concat([head, chunk]).subarray(0, HEAD_BYTES);
      hash.update(chunk);
      await handle.writeFile(chunk);
      this.#count(chunk.byteLength);
    }
    await handle.sync();
    return { size, sha256: hash.digest('hex'), mime_type: typeOf(head, size) };
  }

  /** Of all uploads and downloads that run. */
  #count(bytes: number): void {
    this.#untidy += bytes;
    if (this.#untidy < TIDY_BYTES) return;
    this.#untidy = 0;
    this.#tidy();
  }

  get #arriving(): string {
    return path.join(this.#folder, 'arriving');
  }
}

async function list(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const DAY_MS = 86_400_000;

/** No upload takes a day; the number of a process that is no more may be another's by then. */
async function isOld(file: string, now: number): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && now - found.mtimeMs > DAY_MS;
}
