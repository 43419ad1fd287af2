/** Finds the codes of one picture, by preparations in the order of their cost. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { prepareZXingModule, type ReaderOptions, readBarcodes } from 'zxing-wasm/reader';
import { BLACK, type Gray, hasTransparency, pad, type Rgba, toGray, WHITE } from './gray.ts';
import { cutNul, decodeUnnamed } from './text.ts';
import { listEasyViews, listHardViews, listTiles, type View } from './views.ts';

const dist = path.dirname(createRequire(import.meta.url).resolve('zxing-wasm/reader/zxing_reader.wasm'));
// Its default is to fetch this file from a public CDN.
const wasmBinary = readFileSync(path.join(dist, 'zxing_reader.wasm')).buffer as ArrayBuffer;
prepareZXingModule({ overrides: { wasmBinary } });

const FORMATS = ['QRCode', 'MicroQRCode', 'RMQRCode', 'DataMatrix', 'Aztec', 'PDF417'] as const;
/** Codes of a picture; those beyond are left out. */
export const MAX_CODES = 100;
/** A picture whose brightness varies less holds nothing. */
const LEAST_RANGE = 3;

export type Point = readonly [x: number, y: number];

/** A code in a picture. */
export interface Code {
  /** never empty */
  text: string;
  /** the symbology, such as `QRCode` */
  format: string;
  /** top left, top right, bottom right, bottom left of the code as it is meant to be read, in pixels */
  corners: readonly [Point, Point, Point, Point];
}

/** The codes of one picture while it is searched. */
export class CodeSearch {
  readonly codes: Code[] = [];
  /** there are more than MAX_CODES */
  isTruncated = false;
  readonly #grounds: Gray[];
  readonly #picture: Rgba;

  constructor(picture: Rgba) {
    this.#picture = picture;
    const grounds = hasTransparency(picture) ? [WHITE, BLACK] : [WHITE];
    this.#grounds = grounds.map((ground) => toGray(picture, ground)).filter(isVaried);
  }

  /** Looks for QR codes alone, in the picture as it is: a quarter of the work of `searchPlain`. */
  async searchQuick(): Promise<void> {
    const [view] = this.#grounds[0] ? listEasyViews(this.#grounds[0]) : [];
    if (view) await this.#read({ ...view, options: { ...view.options, formats: ['QRCode'] } });
  }

  /** Reads the picture as it is and with its light evened out. */
  async searchPlain(hasTime: () => boolean): Promise<void> {
    for (const gray of this.#grounds) {
      for (const view of listEasyViews(gray)) {
        if (!hasTime()) return;
        await this.#read(view);
      }
    }
  }

  /** Tries everything else until something is found or the time is over; `readFull` has the pixels that were reduced. */
  async searchHard(hasTime: () => boolean, readFull: (() => Promise<Gray>) | null): Promise<void> {
    for (const gray of this.#grounds) {
      for (const view of listHardViews(gray, this.#picture)) {
        if (this.codes.length > 0 || !hasTime()) return;
        await this.#read(view);
      }
    }
    if (readFull === null || this.codes.length > 0 || !hasTime()) return;
    const full = await readFull();
    const scale = full.width / this.#picture.width;
    for (const view of listTiles(full, scale)) {
      if (!hasTime()) return;
      await this.#read(view);
    }
  }

  async #read({ gray, scale, left, top, options }: View): Promise<void> {
    // Readers need a quiet zone, also where the picture ends with the code.
    const border = Math.max(8, Math.max(gray.width, gray.height) >> 4);
    const barcodes = await readGray(pad(gray, border, WHITE), options);
    for (const { isValid, text, bytes, hasECI, format, position } of barcodes) {
      const content = cutNul(hasECI ? text : decodeUnnamed(bytes));
      if (!isValid || content === '') continue;
      const { topLeft, topRight, bottomRight, bottomLeft } = position;
      const toPoint = ({ x, y }: { x: number; y: number }): Point => [
        Math.round((x - border) / scale + left),
        Math.round((y - border) / scale + top),
      ];
      const corners = [
        toPoint(topLeft),
        toPoint(topRight),
        toPoint(bottomRight),
        toPoint(bottomLeft),
      ] as const;
      this.#add({ text: content, format, corners });
    }
  }

  #add(code: Code): void {
    if (this.codes.some((other) => isSameCode(other, code))) return;
    if (this.codes.length < MAX_CODES) this.codes.push(code);
    else this.isTruncated = true;
  }
}

function isVaried({ data }: Gray): boolean {
  const first = data[0]!;
  return data.some((value) => Math.abs(value - first) >= LEAST_RANGE);
}

function readGray({ width, height, data }: Gray, options: ReaderOptions) {
  const pixels = new Uint32Array(width * height);
  for (let at = 0; at < pixels.length; at++) pixels[at] = 0xff000000 | (data[at]! * 0x10101);
  const image = {
    data: new Uint8ClampedArray(pixels.buffer),
    width,
    height,
    colorSpace: 'srgb',
  } as ImageData;
  return readBarcodes(image, {
    formats: [...FORMATS],
    tryHarder: true,
    // One more tells that there are more.
    maxNumberOfSymbols: MAX_CODES + 1,
    ...options,
  });
}

const toCenter = ({ corners }: Code): Point => [
  corners.reduce((sum, [x]) => sum + x, 0) / 4,
  corners.reduce((sum, [, y]) => sum + y, 0) / 4,
];

/** The same text at the same place: what two preparations read of one code. */
function isSameCode(one: Code, other: Code): boolean {
  if (one.text !== other.text) return false;
  const [[x1, y1], [x2, y2]] = [toCenter(one), toCenter(other)];
  const [[left, top], , [right, bottom]] = one.corners;
  return Math.hypot(x1 - x2, y1 - y2) < Math.hypot(right - left, bottom - top) / 3;
}
