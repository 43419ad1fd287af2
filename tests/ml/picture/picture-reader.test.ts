import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import QRCode from 'qrcode';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PictureError, PictureProcesses, PictureQueueFullError } from '../../../ml/picture/picture-reader.ts';
import { listQrCases } from '../../support/qr-pictures/cases.ts';
import { makePdf } from '../../support/qr-pictures/documents.ts';

let reader: PictureProcesses;
beforeAll(() => {
  reader = new PictureProcesses();
});
afterAll(() => reader.close());

/** Every kind of trouble that codes were once not read in; `npm run eval:qr` has all kinds. */
const TROUBLES = [
  'white on transparency',
  'no quiet zone on a dark page',
  'no quiet zone on a red page',
  'shadow over half',
  'shadow of blinds',
  'twenty on a flyer',
  'second frame of a WebP',
  'twelfth frame of a GIF',
  'AVIF',
  'GIF',
  'BMP',
  'TIFF',
  'third page of a PDF',
  'SVG',
  'JPEG without its last 3 %',
  'contrast of one part in sixteen',
  'dark grey on black',
  'mirrored',
  'seen from a corner',
  'out of focus',
  'much noise',
  'scratched',
  'JPEG turned by its metadata',
  'tiny in a photo of 12 megapixels',
  'Data Matrix',
  'Aztec in a shadow',
  'PDF417 turned',
  'Micro QR',
  'rectangular Micro QR',
  'EUC-KR',
  'Shift-JIS',
  'ends in NUL',
  'one in the light, one in the shadow',
  'QR, Data Matrix and Aztec',
];

test.for(TROUBLES)('a code is read: %s', { timeout: 60_000 }, async (name) => {
  const picture = listQrCases().find((candidate) => candidate.name === name)!;
  const { codes } = await reader.read(await picture.make());
  expect(codes.map(({ text }) => text).sort()).toEqual(picture.texts.toSorted());
});

test('there are at least 120 kinds of trouble, each by its own name', () => {
  const names = listQrCases().map(({ group, name }) => `${group}: ${name}`);
  expect(names.length).toBeGreaterThanOrEqual(120);
  expect(new Set(names).size).toBe(names.length);
});

test('of a document with more than 20 pages the first 20 are read, and more is told', {
  timeout: 60_000,
}, async () => {
  const pdf = await makePdf([await QRCode.toBuffer('first'), ...new Array(22).fill(null)]);
  const { codes, pages, truncated } = await reader.read(pdf);
  expect([codes.map(({ text }) => text), pages.length <= 20, truncated]).toEqual([['first'], true, true]);
});

test('two pictures are read at a time, others wait, and the queue has an end', {
  timeout: 120_000,
}, async () => {
  const own = new PictureProcesses();
  const code = await QRCode.toBuffer('waiting');
  const before = listChildren().length;
  const readings = Array.from({ length: 30 }, () => own.read(code).catch((error: Error) => error));
  await expect.poll(() => listChildren().length - before, { timeout: 20_000 }).toBe(2);
  const answers = await Promise.all(readings);
  const refused = answers.filter((answer) => answer instanceof PictureQueueFullError);
  const read = answers.filter((answer) => !(answer instanceof Error) && answer.codes[0]?.text === 'waiting');
  expect([read.length, refused.length]).toEqual([18, 12]);
  await own.close();
  expect(listChildren().length).toBe(before);
});

test('a process that takes too long, or dies, is replaced', { timeout: 60_000 }, async () => {
  const own = new PictureProcesses();
  const code = await QRCode.toBuffer('again');
  await own.read(code);
  const [pid] = listChildren().slice(-1);
  const reading = own.read(
    await sharp({ create: { width: 4000, height: 4000, channels: 3, background: '#777' } })
      .png()
      .toBuffer(),
  );
  process.kill(pid!, 'SIGKILL');
  await expect(reading).rejects.toThrow(PictureError);
  expect((await own.read(code)).codes).toMatchObject([{ text: 'again' }]);
  const [next] = listChildren().slice(-1);
  expect(next).not.toBe(pid);
  await own.close();
});

test('a program that closes its reader goes on after that', { timeout: 60_000 }, () => {
  const module = new URL('../../../ml/picture/picture-reader.ts', import.meta.url).href;
  const program = `
    const { PictureProcesses } = await import('${module}');
    const reader = new PictureProcesses();
    await reader.read(Buffer.from('no picture')).catch((error) => console.log(error.message));
    await reader.close();
    console.log('closed');`;
  const { stdout, status } = spawnSync(
    process.execPath,
    ['--import', 'tsx', '--input-type=module', '-e', program],
    { encoding: 'utf8' },
  );
  expect([stdout, status]).toEqual(['not-a-picture\nclosed\n', 0]);
});

/** The processes that this one has started (Linux). */
function listChildren(): number[] {
  return readdirSync('/proc/self/task')
    .flatMap((task) => readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '))
    .filter((pid) => pid !== '' && readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('reader-process'))
    .map(Number)
    .sort((a, b) => a - b);
}
