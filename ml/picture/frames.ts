/** From the bytes of a file to its pictures: frames of an animation, pages of a document. */
import sharp, { type Sharp } from 'sharp';
import type { Gray, Rgba } from './gray.ts';

/** Frames and pages that are read; those beyond are left out. */
export const MAX_FRAMES = 20;
export const MAX_PIXELS = 20_000_000;
/** Longer sides are reduced to this: a code that a phone can read stays readable. */
const MAX_SIDE = 2000;
/** SVG has no pixels; its longer side gets about so many. */
const SVG_SIDE = 1500;
const SVG_DENSITY = 72;

// One core for a picture, and nothing kept of it.
sharp.concurrency(1);
sharp.cache(false);

/** The bytes are none of the formats. */
export class NotAPictureError extends Error {}
/** A HEIF in HEVC, as phones take them: its decoders are large, and patents are on it. */
export class HeicPictureError extends Error {}
/** The format is known, and the bytes cannot be read. */
export class DamagedPictureError extends Error {}
/** More pixels than MAX_PIXELS. */
export class LargePictureError extends Error {}

/** One picture of a file. */
export interface Frame {
  /** pixels, or points of a page in a document; upright */
  width: number;
  height: number;
  picture: Rgba;
  /** pixels of `picture` for one of `width` */
  scale: number;
  /** all pixels in grey, when `picture` has fewer */
  readFull: (() => Promise<Gray>) | null;
}

/** How much work a picture is worth: `quick` is for one of many. */
export type Detail = 'quick' | 'plain' | 'hard';

/** The pictures of a file, read one after the other. */
export interface Frames {
  /** in the whole file */
  count: number;
  /** a part of the file is missing or cannot be read */
  isDamaged: boolean;
  /** the frames show one picture at several times */
  isAnimation: boolean;
  read(index: number, detail: Detail): Promise<Frame>;
  close(): void;
}

type Format = 'png' | 'jpeg' | 'gif' | 'webp' | 'tiff' | 'heif' | 'bmp' | 'pdf' | 'svg';

/** First bytes, as Latin letters, and the format they tell. */
const SIGNATURES: readonly [start: string, at: number, Format][] = [
  ['\x89PNG', 0, 'png'],
  ['\xff\xd8\xff', 0, 'jpeg'],
  ['GIF87a', 0, 'gif'],
  ['GIF89a', 0, 'gif'],
  ['WEBP', 8, 'webp'],
  ['II*\0', 0, 'tiff'],
  ['MM\0*', 0, 'tiff'],
  ['II+\0', 0, 'tiff'],
  ['MM\0+', 0, 'tiff'],
  ...['avif', 'avis', 'mif1', 'msf1', 'hei', 'hev'].map(
    (brand) => [`ftyp${brand}`, 4, 'heif'] satisfies [string, number, Format],
  ),
];
const HEIC_BRAND = /^.{4}ftyphe(?:i[cxms]|v[cxms])/s;
/** The sizes that the second header of a BMP has. */
const BMP_HEADERS = new Set([12, 40, 52, 56, 64, 108, 124]);

/** The format by the first bytes, null for others. */
function detectFormat(bytes: Uint8Array): Format | null {
  const head = readLatin(bytes, 1024);
  const match = SIGNATURES.find(([start, at]) => head.startsWith(start, at));
  if (match) return match[2];
  if (head.startsWith('BM') && BMP_HEADERS.has(bytes[14] ?? 0)) return 'bmp';
  // Readers of PDF look for its head in the first 1,024 bytes.
  if (head.includes('%PDF-')) return 'pdf';
  const text = readLatin(bytes, 100_000)
    .replace(/^\xef\xbb\xbf/, '')
    .trimStart();
  return text.startsWith('<') && /<svg[\s>]/i.test(text) ? 'svg' : null;
}

const readLatin = (bytes: Uint8Array, limit: number): string =>
  Buffer.from(bytes.subarray(0, limit)).toString('latin1');

/** Loads what only some formats need, before the time of a file counts. */
export async function loadDecoder(bytes: Uint8Array): Promise<void> {
  if (detectFormat(bytes) === 'pdf') await import('./pdf.ts');
}

/** Opens a file. Throws NotAPictureError, DamagedPictureError, LargePictureError. */
export async function openFrames(bytes: Uint8Array): Promise<Frames> {
  const format = detectFormat(bytes);
  if (format === null) throw new NotAPictureError();
  // Loaded when they are needed, since both take memory.
  if (format === 'pdf') return (await import('./pdf.ts')).openPdf(bytes);
  if (format === 'bmp') return toSingle((await import('./bmp.ts')).decodeBmp(bytes));
  return openImage(bytes, format);
}

async function openImage(bytes: Uint8Array, format: Format): Promise<Frames> {
  const isSvg = format === 'svg';
  const metadata = await sharp(bytes, { limitInputPixels: false, failOn: 'none' })
    .metadata()
    .catch(() => null);
  if (HEIC_BRAND.test(readLatin(bytes, 12))) throw new HeicPictureError();
  if (metadata?.format === 'heif' && metadata.compression !== 'av1') throw new HeicPictureError();
  if (!metadata?.width || !metadata.height) throw new DamagedPictureError();
  const { width } = metadata;
  const height = metadata.pageHeight ?? metadata.height;
  if (!isSvg && width * height > MAX_PIXELS) throw new LargePictureError();
  const density = isSvg
    ? Math.min(2400, Math.max(1, (SVG_DENSITY * SVG_SIDE) / Math.max(width, height)))
    : null;
  const open = (page: number, failOn: 'none' | 'error'): Sharp =>
    sharp(bytes, { page, failOn, limitInputPixels: MAX_PIXELS, ...(density ? { density } : {}) });
  const frames: Frames = {
    count: metadata.pages ?? 1,
    isDamaged: false,
    isAnimation: format !== 'tiff',
    read: async (index) => {
      const frame = await decodeImage(open(index, 'error')).catch(async () => {
        frames.isDamaged = true;
        return decodeImage(open(index, 'none')).catch(() => {
          throw new DamagedPictureError();
        });
      });
      const isReduced = !isSvg && frame.scale < 1;
      return { ...frame, readFull: isReduced ? () => decodeFull(open(index, 'none')) : null };
    },
    close: () => {},
  };
  return frames;
}

/** Upright, in sRGB. */
async function decodeImage(image: Sharp): Promise<Omit<Frame, 'readFull'>> {
  const { autoOrient } = await image.metadata();
  const { data, info } = await image
    .autoOrient()
    .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const picture = { width: info.width, height: info.height, data };
  return {
    width: autoOrient.width,
    height: autoOrient.height,
    picture,
    scale: info.width / autoOrient.width,
  };
}

async function decodeFull(image: Sharp): Promise<Gray> {
  const { data, info } = await image
    .autoOrient()
    .flatten({ background: '#fff' })
    .toColourspace('b-w')
    .extractChannel(0)
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

/** A file that is one picture. */
function toSingle(picture: Rgba): Frames {
  const { width, height } = picture;
  if (width * height > MAX_PIXELS) throw new LargePictureError();
  return {
    count: 1,
    isDamaged: false,
    isAnimation: false,
    read: async () => {
      const image = sharp(picture.data, { raw: { width, height, channels: 4 } });
      const { data, info } = await image
        .resize({ width: MAX_SIDE, height: MAX_SIDE, fit: 'inside', withoutEnlargement: true })
        .raw()
        .toBuffer({ resolveWithObject: true });
      const reduced = { width: info.width, height: info.height, data };
      return { width, height, picture: reduced, scale: info.width / width, readFull: null };
    },
    close: () => {},
  };
}
