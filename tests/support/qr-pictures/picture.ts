/** Pictures in memory, with what light, lenses, paper and screens do to them. */
import QRCode from 'qrcode';
import sharp, { type Sharp } from 'sharp';

/** 8-bit RGB, rows from the top. */
export interface Picture {
  width: number;
  height: number;
  data: Uint8Array;
}
type Rgb = readonly [number, number, number];
type Point = readonly [number, number];

export type Random = () => number;

/** The same numbers for the same seed (mulberry32). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export function createPicture(width: number, height: number, [r, g, b]: Rgb): Picture {
  const data = new Uint8Array(width * height * 3);
  for (let at = 0; at < data.length; at += 3) data.set([r, g, b], at);
  return { width, height, data };
}

export async function decode(bytes: Uint8Array): Promise<Picture> {
  const image = sharp(bytes).flatten({ background: '#fff' }).toColourspace('srgb').removeAlpha();
  const { data, info } = await image.raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, data };
}

export const encode = ({ width, height, data }: Picture): Sharp =>
  sharp(data, { raw: { width, height, channels: 3 } });

/** One pass of sharp over a picture. */
export async function transform(picture: Picture, step: (image: Sharp) => Sharp): Promise<Picture> {
  return decode(await step(encode(picture)).png({ compressionLevel: 1 }).toBuffer());
}

export interface CodeStyle {
  /** pixels of a module */
  scale?: number;
  /** modules of the quiet zone */
  quiet?: number;
  dark?: string;
  light?: string;
  level?: 'L' | 'M' | 'Q' | 'H';
  version?: number;
  /** the shape of a module */
  shape?: 'square' | 'dot' | 'rounded' | 'gap' | 'bar';
  /** drawn over the code, in a box of 100 × 100 */
  over?: string;
  /** SVG definitions, such as a gradient that `dark` names */
  defs?: string;
}

const SHAPES: Record<NonNullable<CodeStyle['shape']>, (x: number, y: number) => string> = {
  square: (x, y) => `<rect x="${x}" y="${y}" width="1" height="1"/>`,
  dot: (x, y) => `<circle cx="${x + 0.5}" cy="${y + 0.5}" r=".42"/>`,
  rounded: (x, y) => `<rect x="${x}" y="${y}" width="1" height="1" rx=".35"/>`,
  gap: (x, y) => `<rect x="${x + 0.1}" y="${y + 0.1}" width=".8" height=".8"/>`,
  bar: (x, y) => `<rect x="${x + 0.15}" y="${y}" width=".7" height="1"/>`,
};

/** A QR code as an SVG document; `light: 'none'` is transparent. */
export function drawCodeSvg(content: string | Buffer, style: CodeStyle = {}): string {
  const { scale = 8, quiet = 4, dark = '#000', light = '#fff', level = 'M', shape = 'square' } = style;
  const segments = [{ data: content, mode: 'byte' }] as unknown as QRCode.QRCodeSegment[];
  const options = { errorCorrectionLevel: level, version: style.version };
  const { size, data } = QRCode.create(typeof content === 'string' ? content : segments, options).modules;
  const isFinder = (x: number, y: number) =>
    (x < 7 && y < 7) || (x >= size - 7 && y < 7) || (x < 7 && y >= size - 7);
  const side = size + 2 * quiet;
  const modules = Array.from(data, (bit, at) => {
    const [x, y] = [at % size, Math.floor(at / size)];
    return bit ? SHAPES[isFinder(x, y) ? 'square' : shape](x + quiet, y + quiet) : '';
  }).join('');
  const over = style.over
    ? `<g transform="translate(${quiet} ${quiet}) scale(${size / 100})">${style.over}</g>`
    : '';
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${side * scale}" height="${side * scale}"
    viewBox="0 0 ${side} ${side}" shape-rendering="${shape === 'square' ? 'crispEdges' : 'auto'}">
    <defs>${style.defs ?? ''}</defs><rect width="${side}" height="${side}" fill="${light}"/>
    <g fill="${dark}">${modules}</g>${over}</svg>`;
}

export const drawCode = (content: string | Buffer, style?: CodeStyle): Promise<Picture> =>
  decode(Buffer.from(drawCodeSvg(content, style)));

/** Every pixel's colour from its old one and its place (0–1). */
export function paint(
  picture: Picture,
  colour: (value: number, x: number, y: number, channel: number) => number,
): Picture {
  const { width, height, data } = picture;
  const painted = new Uint8Array(data.length);
  for (let at = 0; at < data.length; at++) {
    const pixel = Math.floor(at / 3);
    const value = colour(data[at]!, (pixel % width) / width, Math.floor(pixel / width) / height, at % 3);
    painted[at] = Math.max(0, Math.min(255, Math.round(value)));
  }
  return { width, height, data: painted };
}

/** Light of a place: 1 is as it was. */
export const light = (picture: Picture, at: (x: number, y: number) => number): Picture =>
  paint(picture, (value, x, y) => value * at(x, y));

/** Noise of a sensor, about normally distributed. */
export const addNoise = (picture: Picture, amount: number, random: Random): Picture =>
  paint(picture, (value) => value + (random() + random() + random() - 1.5) * 2 * amount);

/** White mapped to `high` and black to `low`. */
export const squeeze = (picture: Picture, low: number, high: number): Picture =>
  paint(picture, (value) => low + (value / 255) * (high - low));

/** Resamples: `source` says where in the old picture (in pixels) a pixel of the new one comes from. */
export function warp(
  picture: Picture,
  size: { width: number; height: number; ground: Rgb },
  source: (x: number, y: number) => Point,
): Picture {
  const warped = createPicture(size.width, size.height, size.ground);
  const { width, height, data } = picture;
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) {
      const [sx, sy] = source(x, y);
      const [left, top] = [Math.floor(sx), Math.floor(sy)];
      if (left < 0 || top < 0 || left + 1 >= width || top + 1 >= height) continue;
      const [fx, fy] = [sx - left, sy - top];
      for (let channel = 0; channel < 3; channel++) {
        const at = (top * width + left) * 3 + channel;
        const above = data[at]! * (1 - fx) + data[at + 3]! * fx;
        const below = data[at + width * 3]! * (1 - fx) + data[at + width * 3 + 3]! * fx;
        warped.data[(y * size.width + x) * 3 + channel] = Math.round(above * (1 - fy) + below * fy);
      }
    }
  return warped;
}

/** The picture as it looks on the four corners (clockwise from the top left, in pixels) of a larger one. */
export function project(
  picture: Picture,
  corners: readonly [Point, Point, Point, Point],
  ground: Rgb,
  side = 900,
): Picture {
  // Square to quadrilateral (Heckbert, 1989), inverted.
  const [[x0, y0], [x1, y1], [x2, y2], [x3, y3]] = corners;
  const [dx1, dx2, sx] = [x1 - x2, x3 - x2, x0 - x1 + x2 - x3];
  const [dy1, dy2, sy] = [y1 - y2, y3 - y2, y0 - y1 + y2 - y3];
  const det = dx1 * dy2 - dx2 * dy1;
  const [g, h] = [(sx * dy2 - dx2 * sy) / det, (dx1 * sy - sx * dy1) / det];
  const m = [x1 - x0 + g * x1, x3 - x0 + h * x3, x0, y1 - y0 + g * y1, y3 - y0 + h * y3, y0] as const;
  const inverse = [
    [m[4] - m[5] * h, m[2] * h - m[1], m[1] * m[5] - m[2] * m[4]],
    [m[5] * g - m[3], m[0] - m[2] * g, m[2] * m[3] - m[0] * m[5]],
    [m[3] * h - m[4] * g, m[1] * g - m[0] * h, m[0] * m[4] - m[1] * m[3]],
  ] as const;
  return warp(picture, { width: side, height: side, ground }, (x, y) => {
    const [u, v, w] = inverse.map(([a, b, c]) => a * x + b * y + c) as [number, number, number];
    return [(u / w) * picture.width, (v / w) * picture.height];
  });
}

/** Lays pictures on a ground of one colour. */
export function compose(
  size: { width: number; height: number; ground: Rgb },
  pieces: readonly { picture: Picture; left: number; top: number }[],
): Picture {
  const ground = createPicture(size.width, size.height, size.ground);
  for (const { picture, left, top } of pieces)
    for (let y = 0; y < picture.height; y++)
      ground.data.set(
        picture.data.subarray(y * picture.width * 3, (y + 1) * picture.width * 3),
        ((top + y) * size.width + left) * 3,
      );
  return ground;
}

/** A ground of soft blotches, as grass, gravel or a photo behind a code. */
export async function createTexture(side: number, random: Random, [low, high] = [40, 220]): Promise<Picture> {
  const grain = paint(
    createPicture(Math.ceil(side / 6), Math.ceil(side / 6), [0, 0, 0]),
    () => low + random() * (high - low),
  );
  return transform(grain, (image) => image.resize(side, side, { kernel: 'cubic' }));
}
