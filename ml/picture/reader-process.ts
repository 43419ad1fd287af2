/** Reads pictures in a process of its own, one at a time (`picture-reader.ts`). */
import os from 'node:os';
import { CodeSearch, MAX_CODES } from './find-codes.ts';
import {
  DamagedPictureError,
  type Detail,
  type Frame,
  HeicPictureError,
  LargePictureError,
  loadDecoder,
  MAX_FRAMES,
  NotAPictureError,
  openFrames,
} from './frames.ts';
import type { FailureReason, PictureCode, ReadRequest, ReadResponse } from './picture-reader.ts';

/** Milliseconds of CPU after which nothing further is begun; what is running then ends before the deadline. */
const BUDGET_MS = 1500;
/** Of a file with many pictures each is looked at before any is worth more. */
const MANY: readonly Detail[] = ['quick', 'plain', 'hard'];
const ONE: readonly Detail[] = ['plain', 'hard'];

const send = (response: ReadResponse): void => void process.send?.(response);

// Other work of the machine comes first.
os.setPriority(os.constants.priority.PRIORITY_BELOW_NORMAL);
process.on('disconnect', () => process.exit());
process.on('message', async ({ bytes }: ReadRequest) => {
  try {
    send(await readPicture(bytes));
  } catch (error) {
    send({ error: toErrorKind(error) });
  }
});
// The first picture pays for no compilation.
await warmUp();
send({ ready: true });

async function warmUp(): Promise<void> {
  const data = Uint8Array.from({ length: 64 * 64 * 4 }, (_, at) => (at % 4 === 3 ? 255 : (at * 7) % 251));
  await new CodeSearch({ width: 64, height: 64, data }).searchPlain(() => true);
}

function toErrorKind(error: unknown): FailureReason {
  if (error instanceof NotAPictureError) return 'not-a-picture';
  if (error instanceof HeicPictureError) return 'heic';
  return error instanceof LargePictureError ? 'too-large' : 'damaged';
}

async function readPicture(bytes: Uint8Array): Promise<ReadResponse> {
  await loadDecoder(bytes);
  send({ loaded: true });
  const begin = process.cpuUsage();
  const hasTime = (): boolean => {
    const { user, system } = process.cpuUsage(begin);
    return (user + system) / 1000 < BUDGET_MS;
  };
  const frames = await openFrames(bytes);
  try {
    const count = Math.min(frames.count, MAX_FRAMES);
    const result = { codes: [] as PictureCode[], pages: [] as { width: number; height: number }[] };
    let truncated = frames.count > count;
    const found = new Set<number>();
    for (const detail of count > 1 ? MANY : ONE) {
      if (detail === 'hard' && result.codes.length > 0) break;
      for (let index = 0; index < count && result.codes.length <= MAX_CODES; index++) {
        if (found.has(index)) continue;
        if (index > 0 && !hasTime()) break;
        const frame = await frames.read(index, detail);
        result.pages[index] ??= { width: frame.width, height: frame.height };
        const search = await searchFrame(frame, detail, hasTime);
        const isKnown = ({ text }: { text: string }): boolean =>
          frames.isAnimation && result.codes.some((code) => code.text === text);
        const codes = search.codes.filter((code) => !isKnown(code));
        if (search.codes.length > 0) found.add(index);
        result.codes.push(...codes.map((code) => toPictureCode(code, index + 1, frame)));
        truncated ||= search.isTruncated;
        // What was found until now is the answer if the deadline comes.
        if (count > 1) send({ ...result, truncated: true, partial: true });
      }
    }
    result.codes.sort((a, b) => a.page - b.page);
    if (result.codes.length === 0 && frames.isDamaged) throw new DamagedPictureError();
    truncated ||= result.pages.length < count || result.codes.length > MAX_CODES;
    return { codes: result.codes.slice(0, MAX_CODES), pages: result.pages, truncated };
  } finally {
    frames.close();
  }
}

async function searchFrame(frame: Frame, detail: Detail, hasTime: () => boolean): Promise<CodeSearch> {
  const search = new CodeSearch(frame.picture);
  if (detail === 'quick') await search.searchQuick();
  else if (detail === 'plain') await search.searchPlain(hasTime);
  else await search.searchHard(hasTime, frame.readFull);
  return search;
}

function toPictureCode(
  { text, format, corners }: CodeSearch['codes'][number],
  page: number,
  { scale }: Frame,
): PictureCode {
  return {
    text,
    format,
    page,
    corners: corners.map(([x, y]) => ({ x: Math.round(x / scale), y: Math.round(y / scale) })),
  };
}
