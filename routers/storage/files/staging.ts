import { createHash, randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { DAY_MS } from '../../core/days.ts';
import { ApiError } from '../../core/errors.ts';
import { StagedFile } from '../../core/file-store.ts';
import { detectContentType } from './type.ts';

/** How many bytes of a file decide its content type. */
const HEAD_BYTES = 4096;

/** The folder that every upload is written to first, under a name with the process id, and synced. */
export class Staging {
  readonly #folder: string;
  readonly #onBytes: (bytes: number) => void;

  /**
   * @param folder created when it is first needed
   * @param onBytes called with the size of each chunk that was written
   */
  constructor(folder: string, onBytes: (bytes: number) => void) {
    this.#folder = folder;
    this.#onBytes = onBytes;
  }

  /**
   * Writes a stream to disk while hashing it; memory holds one chunk. Throws PAYLOAD_TOO_LARGE past `limit` bytes, and
   * whatever the stream throws; then no bytes remain on disk.
   */
  async receive(bytes: AsyncIterable<Uint8Array>, name: string, limit: number): Promise<StagedFile> {
    await mkdir(this.#folder, { recursive: true });
    const file = path.join(this.#folder, `${process.pid}-${randomUUID()}`);
    const handle = await open(file, 'wx', 0o600);
    try {
      const metadata = await this.#write(handle, bytes, limit);
      return new StagedFile(file, { ...metadata, name });
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    } finally {
      await handle.close();
    }
  }

  /** Deletes the staged files of processes that have ended. Returns how many. */
  async removeAbandoned(now: number, { includeOwn }: { includeOwn: boolean }): Promise<number> {
    let removed = 0;
    for (const name of await listFolder(this.#folder)) {
      const file = path.join(this.#folder, name);
      const pid = Number.parseInt(name, 10);
      const isLeft = pid === process.pid ? includeOwn : !isProcessRunning(pid);
      const isAbandoned = isLeft || (await isOld(file, now));
      if (!isAbandoned) continue;
      await rm(file, { force: true });
      removed++;
    }
    return removed;
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
      this.#onBytes(chunk.byteLength);
    }
    await handle.sync();
    return { size, sha256: hash.digest('hex'), mime_type: detectContentType(head, size) };
  }
}

/** The names in a folder; none when the folder does not exist. */
export async function listFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function isProcessRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** No upload takes a day, and after a day a process id may belong to another process. */
async function isOld(file: string, now: number): Promise<boolean> {
  const stats = await stat(file).catch(() => null);
  return stats !== null && now - stats.mtimeMs > DAY_MS;
}
