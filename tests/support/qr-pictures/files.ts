/** Codes in every format of file, size, symbology and character set, and many in one picture. */
import bwip from 'bwip-js';
import type { Sharp } from 'sharp';
import type { Maker } from './cases.ts';
import { animate, encodeLegacy, makeBmp, makePdf } from './documents.ts';
import {
  compose,
  createPicture,
  decode,
  drawCode,
  drawCodeSvg,
  encode,
  light,
  type Picture,
  project,
  transform,
} from './picture.ts';

const png = async (picture: Picture): Promise<Buffer> => encode(picture).png().toBuffer();
const codePng = async (text: string): Promise<Buffer> => png(await drawCode(text));
const saved =
  (save: (image: Sharp) => Sharp): Maker =>
  async (text) =>
    save(encode(await drawCode(text))).toBuffer();
const blank = async (side: number): Promise<Buffer> => png(createPicture(side, side, [240, 240, 240]));
const framed =
  (format: 'gif' | 'webp', place: number): Maker =>
  async (text) => {
    const code = await drawCode(text);
    const frames = await Promise.all(Array.from({ length: place + 2 }, () => blank(code.width)));
    frames[place] = await png(code);
    return animate(frames, format);
  };

export const FORMAT: Record<string, Maker> = {
  'PNG with a palette': saved((image) => image.png({ palette: true, colours: 4 })),
  'PNG of 16 bits': saved((image) => image.toColourspace('rgb16').png()),
  'JPEG of low quality': saved((image) => image.jpeg({ quality: 8 })),
  'progressive JPEG in CMYK': saved((image) => image.toColourspace('cmyk').jpeg({ progressive: true })),
  'JPEG turned by its metadata': saved((image) =>
    image.rotate(20, { background: '#fff' }).withMetadata({ orientation: 6 }).jpeg(),
  ),
  'JPEG without its last 3 %': async (text) => {
    const whole = await encode(await drawCode(text))
      .jpeg()
      .toBuffer();
    return whole.subarray(0, Math.floor(whole.length * 0.97));
  },
  'JPEG followed by other bytes': async (text) =>
    Buffer.concat([
      await encode(await drawCode(text))
        .jpeg()
        .toBuffer(),
      Buffer.alloc(5000, 0xab),
    ]),
  'PNG without its last bytes': async (text) => (await codePng(text)).subarray(0, -20),
  'lossy WebP': saved((image) => image.webp({ quality: 10 })),
  'second frame of a WebP': framed('webp', 1),
  GIF: saved((image) => image.gif()),
  'twelfth frame of a GIF': framed('gif', 11),
  AVIF: saved((image) => image.avif({ quality: 40, effort: 2 })),
  TIFF: saved((image) => image.tiff({ compression: 'lzw' })),
  SVG: async (text) => Buffer.from(drawCodeSvg(text, { scale: 2 })),
  'SVG of its smallest size': async (text) => Buffer.from(drawCodeSvg(text, { scale: 1, quiet: 1 })),
  PDF: async (text) => makePdf([await codePng(text)]),
  'third page of a PDF': async (text) => makePdf([null, null, await codePng(text), null]),
  BMP: async (text) => makeBmp(await codePng(text)),
};

const longText = (text: string, length: number): string => `${text}?q=${'a1b2c3d4e5'.repeat(length / 10)}`;

/** What the code holds is longer than the text in these. */
export const LONG: Record<string, (text: string) => string> = {
  'version 20, 3 pixels a module': (text) => longText(text, 500),
  'version 40': (text) => longText(text, 2200),
  'version 25 turned': (text) => longText(text, 800),
};

export const SIZE: Record<string, Maker> = {
  'one pixel a module': (text) => drawCode(text, { scale: 1 }),
  'two pixels a module': (text) => drawCode(text, { scale: 2 }),
  'fills a picture of 18 megapixels': async (text) =>
    transform(await drawCode(text), (image) => image.resize(4240, 4240, { kernel: 'nearest' })),
  'small in a photo of 12 megapixels': async (text) =>
    compose({ width: 4000, height: 3000, ground: [170, 175, 180] }, [
      { picture: await drawCode(text, { scale: 4 }), left: 2600, top: 1900 },
    ]),
  'tiny in a photo of 12 megapixels': async (text) =>
    compose({ width: 4000, height: 3000, ground: [200, 200, 190] }, [
      { picture: await drawCode(text, { scale: 2 }), left: 900, top: 2500 },
    ]),
  'stretched by a half': async (text) =>
    transform(await drawCode(text), (image) => image.resize(450, 300, { fit: 'fill' })),
  'on a banner': async (text) =>
    compose({ width: 8000, height: 500, ground: [30, 60, 120] }, [
      { picture: await drawCode(text), left: 7300, top: 100 },
    ]),
  'version 20, 3 pixels a module': (text) =>
    drawCode(LONG['version 20, 3 pixels a module']!(text), { scale: 3, level: 'L' }),
  'version 40': (text) => drawCode(LONG['version 40']!(text), { scale: 5, level: 'L' }),
  'version 25 turned': async (text) =>
    transform(await drawCode(LONG['version 25 turned']!(text), { level: 'L', scale: 6 }), (image) =>
      image.rotate(11, { background: '#fff' }),
    ),
};

const symbol =
  (bcid: string, options: Partial<bwip.RenderOptions> = {}): ((text: string) => Promise<Picture>) =>
  async (text) =>
    decode(
      await bwip.toBuffer({
        bcid,
        text,
        scale: 5,
        padding: 6,
        backgroundcolor: 'FFFFFF',
        ...options,
      } as bwip.RenderOptions),
    );

export const SYMBOLOGY: Record<string, Maker> = {
  'Data Matrix': symbol('datamatrix'),
  'rectangular Data Matrix': symbol('datamatrixrectangular', { dmre: true } as object),
  'inverted Data Matrix': async (text) =>
    transform(await symbol('datamatrix')(text), (image) => image.negate()),
  'Data Matrix at an angle': async (text) =>
    project(
      await symbol('datamatrix', { scale: 10 })(text),
      [
        [180, 200],
        [700, 260],
        [690, 700],
        [160, 740],
      ],
      [170, 170, 170],
    ),
  Aztec: symbol('azteccode'),
  'Aztec turned, out of focus': async (text) =>
    transform(await symbol('azteccode', { scale: 8 })(text), (image) =>
      image.rotate(25, { background: '#fff' }).blur(2),
    ),
  'Aztec in a shadow': async (text) => light(await symbol('azteccode')(text), (x) => (x < 0.5 ? 0.35 : 1)),
  PDF417: symbol('pdf417', { columns: 4 } as object),
  'PDF417 turned': async (text) =>
    transform(await symbol('pdf417', { columns: 4 } as object)(text), (image) => image.rotate(90)),
  'rectangular Micro QR': symbol('rectangularmicroqrcode', { version: 'R17x99' } as object),
};

/** Codes of these are short numbers. */
export const MICRO = symbol('microqrcode');

export const CHARACTER_SET: Record<string, { text: string; make: Maker }> = {
  'EUC-KR': {
    text: '한글 메뉴 http://example.com/menu',
    make: (text) => drawCode(encodeLegacy(text, 'euc-kr')),
  },
  'EUC-KR, text alone': {
    text: '오늘의 차림표는 김치찌개입니다',
    make: (text) => drawCode(encodeLegacy(text, 'euc-kr')),
  },
  'Shift-JIS': {
    text: '日本語のメニューです http://example.jp',
    make: (text) => drawCode(encodeLegacy(text, 'shift_jis')),
  },
  'UTF-8 without saying so': {
    text: '한글과 にほんご http://example.com',
    make: (text) => drawCode(Buffer.from(text)),
  },
  'ends in NUL': { text: 'https://example.com/nul', make: (text) => drawCode(Buffer.from(`${text}\0`)) },
};

/** Several codes in one picture: the texts are `text` and its numbers. */
export const SEVERAL: Record<
  string,
  { count: number; make: (texts: readonly string[], random: () => number) => Promise<Picture> }
> = {
  'twenty on a flyer': {
    count: 20,
    make: (texts) => inRows(texts, 5, { cell: 330, ground: [255, 255, 255] }),
  },
  'forty close together': {
    count: 40,
    make: (texts) => inRows(texts, 8, { cell: 150, ground: [255, 255, 255], scale: 4 }),
  },
  'six on a coloured poster': {
    count: 6,
    make: (texts) => inRows(texts, 3, { cell: 420, ground: [30, 110, 90] }),
  },
  'large and small': {
    count: 2,
    make: async ([large, small]) =>
      compose({ width: 1600, height: 1100, ground: [235, 235, 235] }, [
        { picture: await drawCode(large!, { scale: 24 }), left: 20, top: 20 },
        { picture: await drawCode(small!, { scale: 3 }), left: 1400, top: 900 },
      ]),
  },
  'one in the light, one in the shadow': {
    count: 2,
    make: async (texts) =>
      light(await inRows(texts, 2, { cell: 340, ground: [255, 255, 255] }), (x) => (x < 0.5 ? 0.22 : 1)),
  },
  'QR, Data Matrix and Aztec': {
    count: 3,
    make: async ([first, second, third]) =>
      compose({ width: 1100, height: 420, ground: [255, 255, 255] }, [
        { picture: await drawCode(first!), left: 20, top: 40 },
        { picture: await symbol('datamatrix')(second!), left: 420, top: 60 },
        { picture: await symbol('azteccode')(third!), left: 760, top: 60 },
      ]),
  },
};

async function inRows(
  texts: readonly string[],
  columns: number,
  { cell, ground, scale = 7 }: { cell: number; ground: readonly [number, number, number]; scale?: number },
): Promise<Picture> {
  const pictures = await Promise.all(texts.map((text) => drawCode(text, { scale, quiet: 3 })));
  const size = { width: columns * cell + 40, height: Math.ceil(texts.length / columns) * cell + 40, ground };
  return compose(
    size,
    pictures.map((picture, at) => ({
      picture,
      left: 30 + (at % columns) * cell,
      top: 30 + Math.floor(at / columns) * cell,
    })),
  );
}
