/** Codes in bad light, at bad angles, and out of focus. */

import type { Maker } from './cases.ts';
import {
  addNoise,
  type CodeStyle,
  compose,
  createTexture,
  drawCode,
  light,
  type Picture,
  paint,
  project,
  squeeze,
  transform,
  warp,
} from './picture.ts';

const WHITE = [255, 255, 255] as const;
const on = (picture: Picture, margin: number, ground: readonly [number, number, number] = WHITE): Picture =>
  compose({ width: picture.width + 2 * margin, height: picture.height + 2 * margin, ground }, [
    { picture, left: margin, top: margin },
  ]);
const rotated =
  (angle: number, style?: CodeStyle): Maker =>
  async (text) =>
    transform(await drawCode(text, style), (image) => image.rotate(angle, { background: '#fff' }));
const lit =
  (at: (x: number, y: number) => number, style?: CodeStyle): Maker =>
  async (text) =>
    light(await drawCode(text, style), at);
const projected =
  (
    corners: Parameters<typeof project>[1],
    ground: readonly [number, number, number] = [150, 140, 130],
  ): Maker =>
  async (text) =>
    project(await drawCode(text, { scale: 16 }), corners, ground);
/** Around a cylinder: `part` is how much of its half is seen, `sag` how far the lines curve. */
const bent =
  (part: number, sag: number): Maker =>
  async (text) => {
    const code = await drawCode(text, { scale: 14 });
    const side = code.width;
    return warp(code, { width: side, height: side, ground: [90, 110, 90] }, (x, y) => {
      const across = (x / side - 0.5) * 2;
      return [(Math.asin(across * part) / Math.asin(part) / 2 + 0.5) * side, y + sag * across ** 2];
    });
  };
const waved =
  (height: number): Maker =>
  async (text) => {
    const code = await drawCode(text, { scale: 14 });
    return warp(code, { ...code, ground: WHITE }, (x, y) => [x, y + height * Math.sin(x / 70)]);
  };
const blurred =
  (sigma: number, style?: CodeStyle): Maker =>
  async (text) =>
    transform(await drawCode(text, style), (image) => image.blur(sigma));
/** The kernel of a camera that moves `length` pixels. */
const moved =
  (length: number, place: (at: number) => number): Maker =>
  async (text) => {
    const kernel = new Array(length * length).fill(0);
    for (let at = 0; at < length; at++) kernel[place(at) * length + at] = 1;
    const image = await drawCode(text);
    return transform(image, (sharp) => sharp.convolve({ width: length, height: length, kernel }));
  };

export const LIGHT: Record<string, Maker> = {
  'shadow over half': lit((x) => (x < 0.5 ? 0.35 : 1)),
  'deep shadow over half': lit((_x, y) => (y < 0.45 ? 0.2 : 1)),
  'soft shadow over a corner': lit((x, y) => Math.min(1, 0.25 + (x + y) / 1.6)),
  'shadow of blinds': lit((_x, y) => (Math.floor(y * 12) % 2 === 0 ? 0.45 : 1)),
  'shadow of a hand': lit((x, y) => (Math.hypot(x - 0.6, y - 0.7) < 0.35 ? 0.4 : 1)),
  'two shadows': lit((x, y) => (x < 0.4 ? 0.5 : 1) * (y > 0.6 ? 0.5 : 1)),
  spotlight: lit((x, y) => Math.max(0.15, 1.1 - 1.4 * Math.hypot(x - 0.3, y - 0.3))),
  vignette: lit((x, y) => 1 - 1.1 * Math.hypot(x - 0.5, y - 0.5) ** 2),
  'glare in the middle': async (text) =>
    paint(
      await drawCode(text, { level: 'H' }),
      (value, x, y) => value + 240 * Math.exp(-(((x - 0.55) ** 2 + (y - 0.5) ** 2) / 0.015)),
    ),
  'glare over a side': async (text) =>
    paint(await drawCode(text, { level: 'Q' }), (value, x) => value + 190 * x),
  dusk: async (text) => squeeze(await drawCode(text), 4, 40),
  'night with noise': async (text, random) => addNoise(squeeze(await drawCode(text), 8, 60), 8, random),
  overexposed: async (text) => squeeze(await drawCode(text), 205, 255),
  'contrast of one part in sixteen': async (text) => squeeze(await drawCode(text), 240, 255),
  'dark grey on black': async (text) => squeeze(await drawCode(text), 12, 26),
  'red light': async (text) =>
    paint(await drawCode(text), (value, _x, _y, channel) =>
      channel === 0 ? 150 + value * 0.4 : value * 0.15,
    ),
  'blue light, noise': async (text, random) =>
    addNoise(
      paint(await drawCode(text), (value, _x, _y, channel) => 10 + value * [0.12, 0.2, 0.6][channel]!),
      6,
      random,
    ),
  'dapples under a tree': async (text, random) => {
    const code = await drawCode(text);
    const dapples = await createTexture(code.width, random, [60, 255]);
    const soft = await transform(dapples, (image) => image.blur(8));
    return { ...code, data: code.data.map((value, at) => (value * soft.data[at]!) / 255) };
  },
  'light falls off, noise': async (text, random) =>
    addNoise(
      light(await drawCode(text), (x, y) => 1 - 0.45 * x - 0.4 * y),
      14,
      random,
    ),
  'shadow on low contrast': async (text) =>
    light(squeeze(await drawCode(text), 120, 200), (x) => (x > 0.55 ? 0.45 : 1)),
};

export const ANGLE: Record<string, Maker> = {
  'turned by 8°': rotated(8),
  'turned by 22°': rotated(22),
  'turned by 45°': rotated(45),
  'turned by 90°': rotated(90),
  'turned by 117°': rotated(117),
  'upside down': rotated(180),
  'turned by 30°, 3 pixels a module': rotated(30, { scale: 3 }),
  mirrored: async (text) => transform(await drawCode(text), (image) => image.flop()),
  'mirrored and turned': async (text) =>
    transform(await drawCode(text), (image) => image.flip().rotate(33, { background: '#fff' })),
  'mirrored and inverted': async (text) => transform(await drawCode(text), (image) => image.flop().negate()),
  'seen from the left': projected([
    [150, 150],
    [700, 260],
    [700, 640],
    [150, 760],
  ]),
  'seen from below': projected([
    [260, 200],
    [640, 200],
    [800, 700],
    [100, 700],
  ]),
  'seen from a corner': projected([
    [180, 260],
    [620, 120],
    [800, 620],
    [260, 800],
  ]),
  'seen from far to the side': projected([
    [300, 150],
    [560, 270],
    [560, 620],
    [300, 780],
  ]),
  'on a large bottle': bent(0.5, 6),
  'around a small bottle': bent(0.92, 18),
  'on a flag': waved(4),
  'on a flag in the wind': waved(10),
  sheared: async (text) =>
    transform(await drawCode(text), (image) => image.affine([1, 0.3, 0.1, 1], { background: '#fff' })),
  'seen from the side in a shadow': async (text) =>
    light(
      project(
        await drawCode(text, { scale: 16 }),
        [
          [150, 150],
          [700, 230],
          [700, 680],
          [150, 760],
        ],
        [120, 120, 120],
      ),
      (x, y) => (x + y < 0.9 ? 0.4 : 1),
    ),
};

export const FOCUS: Record<string, Maker> = {
  'a little out of focus': blurred(3),
  'out of focus': blurred(4.5),
  'small and out of focus': blurred(1.6, { scale: 3 }),
  'moved across': moved(9, () => 4),
  'moved diagonally': moved(7, (at) => at),
  'out of focus, noise': async (text, random) =>
    addNoise(await transform(await drawCode(text), (image) => image.blur(3.5)), 16, random),
  'enlarged from 60 pixels': async (text) =>
    transform(await drawCode(text, { scale: 2 }), (image) => image.resize(700, 700, { kernel: 'cubic' })),
  'sharpened too much': async (text) =>
    transform(await drawCode(text, { scale: 5 }), (image) =>
      image.blur(1.5).sharpen({ sigma: 3, m1: 8, m2: 12 }),
    ),
  'much noise': async (text, random) => addNoise(await drawCode(text), 75, random),
};

export { on as layOn };
