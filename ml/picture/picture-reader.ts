/** Finds the codes in pictures and documents, in processes of their own. */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { readProcessUsage } from './process-usage.ts';

/** Pictures that are read at a time, and those that may wait. */
const MAX_PROCESSES = 2;
const MAX_WAITING = 16;
/** CPU time of one picture, and the time that passes when other work of the machine comes first. */
const MAX_CPU_MS = 2000;
const MAX_WAIT_MS = 15_000;
/** The first start compiles and loads libraries. */
const MAX_START_MS = 30_000;
const MAX_MEMORY_BYTES = 700 * 1024 * 1024;
const CHECK_MS = 100;
/** A process without work ends after this, and its memory is free. */
const IDLE_MS = 30_000;

export interface PictureCode {
  text: string;
  /** the symbology, such as `QRCode` */
  format: string;
  /** from 1: the page of a document or the frame of an animation */
  page: number;
  /** top left, top right, bottom right, bottom left, in the unit of its page */
  corners: { x: number; y: number }[];
}

export interface PictureCodes {
  codes: PictureCode[];
  /** the pages that were read: pixels of a picture, points of a document */
  pages: { width: number; height: number }[];
  /** not all was read: more than 100 codes or 20 pages, or the time was over */
  truncated: boolean;
}

export type FailureReason = 'not-a-picture' | 'heic' | 'damaged' | 'too-large';

export interface ReadRequest {
  bytes: Uint8Array;
}
export type ReadResponse =
  | { ready: true }
  | { loaded: true }
  | (PictureCodes & { partial?: true })
  | { error: FailureReason };

/** The file cannot be read. */
export class PictureError extends Error {
  readonly reason: FailureReason;
  constructor(reason: FailureReason) {
    super(reason);
    this.reason = reason;
  }
}

/** Too many pictures wait already. */
export class PictureQueueFullError extends Error {}

interface Reading {
  bytes: Uint8Array;
  resolve(codes: PictureCodes): void;
  reject(error: Error): void;
}

/** What reads pictures: see `PictureProcesses`. */
export interface PictureReader {
  /** The codes of a file, in the order they are found. Throws PictureError, PictureQueueFullError. */
  read(bytes: Uint8Array): Promise<PictureCodes>;
  close(): Promise<void>;
}

/** Starts its processes at the first picture, and again after one ended. */
export class PictureProcesses implements PictureReader {
  readonly #waiting: Reading[] = [];
  readonly #processes = new Set<PictureProcess>();
  #isClosed = false;

  read(bytes: Uint8Array): Promise<PictureCodes> {
    if (this.#isClosed) return Promise.reject(new Error('the reader of pictures is closed'));
    if (this.#waiting.length >= MAX_WAITING) return Promise.reject(new PictureQueueFullError());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      this.#startNext();
    });
  }

  /** Ends the processes; what is being read is given up. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const reading of this.#waiting.splice(0))
      reading.reject(new Error('the reader of pictures is closed'));
    await Promise.all([...this.#processes].map((reader) => reader.end()));
  }

  #startNext(): void {
    if (this.#waiting.length === 0) return;
    let reader = [...this.#processes].find(({ isIdle }) => isIdle);
    if (!reader && this.#processes.size < MAX_PROCESSES) reader = this.#addProcess();
    const reading = reader && this.#waiting.shift();
    if (reading) reader!.start(reading);
  }

  #addProcess(): PictureProcess {
    const reader = new PictureProcess(
      () => this.#startNext(),
      () => {
        this.#processes.delete(reader);
        this.#startNext();
      },
    );
    this.#processes.add(reader);
    return reader;
  }
}

/** One process, which reads one picture at a time. */
class PictureProcess {
  readonly #child: ChildProcess = forkReader();
  readonly #ended: Promise<void>;
  readonly #onIdle: () => void;
  #reading: Reading | null = null;
  #partial: PictureCodes | null = null;
  #failure: Error | null = null;
  #isReady = false;
  #check: NodeJS.Timeout | null = null;
  #idle: NodeJS.Timeout | null = null;

  constructor(onIdle: () => void, onEnd: () => void) {
    this.#onIdle = onIdle;
    this.#child.on('message', (response: ReadResponse) => this.#receive(response));
    this.#ended = new Promise((resolve) => {
      const finish = (error: Error): void => {
        if (this.#idle) clearTimeout(this.#idle);
        this.#settle((reading) => reading.reject(this.#failure ?? error));
        resolve();
        onEnd();
      };
      this.#child.once('error', finish);
      // A file at which the process dies by itself is damaged, whatever else is wrong with it.
      this.#child.once('exit', () =>
        finish(
          this.#isReady
            ? new PictureError('damaged')
            : new Error('the process that reads pictures does not start'),
        ),
      );
    });
  }

  get isIdle(): boolean {
    return this.#reading === null && this.#child.connected;
  }

  start(reading: Reading): void {
    if (this.#idle) clearTimeout(this.#idle);
    this.#reading = reading;
    this.#partial = null;
    this.#keepAlive(true);
    if (this.#isReady) this.#send();
    else this.#watch(MAX_START_MS, null);
  }

  async end(): Promise<void> {
    // Otherwise this process may end before it hears that the other did, and skip what it does next.
    this.#keepAlive(true);
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  #receive(response: ReadResponse): void {
    if ('ready' in response) {
      this.#isReady = true;
      if (this.#reading) this.#send();
    } else if ('loaded' in response) {
      this.#watchPicture();
    } else if ('error' in response) {
      this.#finish((reading) => reading.reject(new PictureError(response.error)));
    } else if (response.partial) {
      const { partial, ...codes } = response;
      this.#partial = codes;
    } else {
      this.#finish((reading) => reading.resolve(response));
    }
  }

  #send(): void {
    this.#child.send({ bytes: this.#reading!.bytes } satisfies ReadRequest);
    this.#watchPicture();
  }

  #watchPicture(): void {
    if (this.#reading) this.#watch(MAX_WAIT_MS, readProcessUsage(this.#child.pid!)?.cpu_ms ?? null);
  }

  /** Ends the process when its picture takes too much time or memory. */
  #watch(limit_ms: number, cpu_begin: number | null): void {
    if (this.#check) clearInterval(this.#check);
    const begin = performance.now();
    this.#check = setInterval(() => {
      const usage = readProcessUsage(this.#child.pid!);
      const isSlow =
        performance.now() - begin > limit_ms ||
        (usage !== null && cpu_begin !== null && usage.cpu_ms - cpu_begin > MAX_CPU_MS);
      if (!isSlow && (usage?.memory_bytes ?? 0) <= MAX_MEMORY_BYTES) return;
      const partial = this.#partial;
      if (partial !== null && partial.codes.length > 0) this.#settle((reading) => reading.resolve(partial));
      else this.#failure = new PictureError('too-large');
      this.#child.kill('SIGKILL');
    }, CHECK_MS);
  }

  #finish(answer: (reading: Reading) => void): void {
    this.#settle(answer);
    this.#keepAlive(false);
    this.#idle = setTimeout(() => this.#child.kill(), IDLE_MS);
    this.#idle.unref();
    this.#onIdle();
  }

  #settle(answer: (reading: Reading) => void): void {
    if (this.#check) clearInterval(this.#check);
    const reading = this.#reading;
    this.#reading = null;
    if (reading) answer(reading);
  }

  /** A process without work does not keep this one alive. */
  #keepAlive(isNeeded: boolean): void {
    const method = isNeeded ? 'ref' : 'unref';
    this.#child[method]();
    this.#child.channel?.[method]();
  }
}

/** Compiled, the process runs a plain script; from source (tests, development) tsx loads it. It gets none of our variables. */
function forkReader(): ChildProcess {
  const isSource = import.meta.url.endsWith('.ts');
  const script = new URL(`./reader-process.${isSource ? 'ts' : 'js'}`, import.meta.url);
  const { PATH, TMPDIR } = process.env;
  return fork(fileURLToPath(script), {
    execArgv: ['--max-semi-space-size=4', ...(isSource ? ['--import', import.meta.resolve('tsx')] : [])],
    env: {
      ...(PATH ? { PATH } : {}),
      ...(TMPDIR ? { TMPDIR } : {}),
      UV_THREADPOOL_SIZE: '1',
      MALLOC_ARENA_MAX: '1',
    },
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
  });
}
