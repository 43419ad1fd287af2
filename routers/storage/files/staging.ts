import { createHash } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DAY_MS } from '../../core/days.ts';
import { ApiError } from '../../core/errors.ts';
import { StagedFile } from '../../core/file-store.ts';
import { detectContentType } from './type.ts';

/** How much of a file is looked at to tell what it is. */
const HEAD_BYTES = 4096;

/** Of this process. */
let arrivals = 0;

/** Where what arrives is written first, wherever it is kept then: under a name that tells the process, and synced. */
export class Staging {
  readonly #folder: string;
  readonly #passed: (bytes: number) => void;

  /**
   * @param folder made when it is first needed
   * @param passed hears of bytes that passed through
   */
  constructor(folder: string, passed: (bytes: number) => void) {
    this.#folder = folder;
    this.#passed = passed;
  }

  /**
   * Writes a stream to disk while hashing it; memory holds one chunk of it. Throws PAYLOAD_TOO_LARGE past `limit`
   * bytes, and whatever the stream throws; nothing is left on disk then.
   */
  async receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    await mkdir(this.#folder, { recursive: true });
    const file = path.join(this.#folder, `${process.pid}-${Date.now()}-${++arrivals}`);
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

  /** Deletes what processes that are no more were receiving. Returns how many files that were. */
  async dropAbandoned(now: number, mine: 'too' | 'not'): Promise<number> {
    let dropped = 0;
    for (const name of await list(this.#folder)) {
      const file = path.join(this.#folder, name);
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
      this.#passed(chunk.byteLength);
    }
    await handle.sync();
    return { size, sha256: hash.digest('hex'), mime_type: detectContentType(head, size) };
  }
}

/** The names in a folder; none when it is not there. */
export async function list(folder: string): Promise<string[]> {
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

/** No upload takes a day; the number of a process that is no more may be another's by then. */
async function isOld(file: string, now: number): Promise<boolean> {
  const found = await stat(file).catch(() => null);
  return found !== null && now - found.mtimeMs > DAY_MS;
}
