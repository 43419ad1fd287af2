/** Preparations of a picture in which a reader may find what it does not find in the picture itself. */
import type { ReaderOptions } from 'zxing-wasm/reader';
import {
  average,
  crop,
  enlarge,
  findLevels,
  type Gray,
  invert,
  type Rgba,
  reduce,
  sharpen,
  spread,
  stretch,
  thresholdAt,
  thresholdLocally,
  toGray,
  WHITE,
} from './gray.ts';

/** A prepared picture: `left`, `top` (pixels of the original) are its corner, `scale` its pixels of one original. */
export interface View {
  gray: Gray;
  scale: number;
  left: number;
  top: number;
  options: ReaderOptions;
}

/** The reader finds the border between black and white itself, or takes what is there. */
const GRAY: ReaderOptions = {};
const BINARY: ReaderOptions = { binarizer: 'FixedThreshold' };
const MAX_LEVELS = 5;
/** Longer sides are not enlarged. */
const MAX_ENLARGED = 1000;
/** Longer sides get filters that cost much on a reduced picture. */
const MAX_FILTERED = 1200;

const TILE_SIDE = 1600;
const TILE_OVERLAP = 300;

const toView = (gray: Gray, options: ReaderOptions, scale = 1, left = 0, top = 0): View => ({
  ...{ gray, options, scale, left, top },
});
const findSide = ({ width, height }: Gray): number => Math.max(width, height);

/** The light evened out over squares of an eighth of the picture. */
const evenLight = (gray: Gray): Gray => thresholdLocally(gray, Math.max(6, findSide(gray) >> 4), 6);

/** What every picture is read in. */
export function* listEasyViews(gray: Gray): Generator<View> {
  yield toView(gray, GRAY);
  yield toView(evenLight(stretch(gray)), BINARY);
}

/** What is tried while nothing was found; `picture` is the same in colour. */
export function* listHardViews(gray: Gray, picture: Rgba): Generator<View> {
  const clear = stretch(gray);
  const half = findSide(gray) > 150 ? reduce(clear, 2) : clear;
  yield toView(half, GRAY, half === clear ? 1 : 0.5);
  for (const level of findLevels(gray, MAX_LEVELS)) yield toView(thresholdAt(gray, level), BINARY);
  if (findSide(gray) < MAX_ENLARGED) yield toView(enlarge(clear, 2), GRAY, 2);
  if (findSide(gray) > 300) yield toView(reduce(clear, 3), GRAY, 1 / 3);
  yield toView(thresholdLocally(clear, 12, 5), BINARY);
  const scale = findSide(gray) > MAX_FILTERED ? 0.5 : 1;
  const base = scale === 1 ? clear : half;
  yield* filterViews(base, scale);
  for (const channel of findChannels(gray, picture)) {
    yield toView(channel, GRAY);
    yield toView(evenLight(stretch(channel)), BINARY);
  }
  yield* cutFromPage(gray);
  yield* cutFromPage(invert(gray));
}

/** For bad print and bad focus. */
function* filterViews(base: Gray, scale: number): Generator<View> {
  const size = findSide(base);
  yield toView(base, { tryDenoise: true }, scale);
  yield toView(spread(base, 1, 'brightest'), GRAY, scale);
  yield toView(spread(base, 2, 'darkest'), GRAY, scale);
  yield toView(spread(base, 2, 'brightest'), GRAY, scale);
  yield toView(evenLight(average(base, 2)), BINARY, scale);
  for (const radius of [5, 9]) yield toView(sharpen(base, radius, 2.5), GRAY, scale);
  yield toView(thresholdLocally(base, Math.max(4, size >> 6), 5), BINARY, scale);
}

/** Each colour by itself, where it differs from the brightness: red on green can be equally bright. */
function findChannels(gray: Gray, picture: Rgba): Gray[] {
  const channels = [
    [256, 0, 0],
    [0, 0, 256],
    [0, 256, 0],
  ].map((weights) => toGray(picture, WHITE, weights));
  return channels.filter(({ data }) => {
    let difference = 0;
    for (let at = 0; at < data.length; at += 16) difference += Math.abs(data[at]! - gray.data[at]!);
    return difference / (data.length / 16) > 6;
  });
}

/**
 * A code that lies without quiet zone on a page as dark as its modules: what is brighter, and about a module around it,
 * for the number of modules that common codes have.
 */
function* cutFromPage(gray: Gray): Generator<View> {
  const bright = findBright(gray);
  if (bright === null) return;
  for (const modules of [23, 27, 31, 39, 51]) {
    const border = Math.round((bright.right - bright.left) / modules);
    const [left, top] = [Math.max(0, bright.left - border), Math.max(0, bright.top - border)];
    const piece = crop(gray, left, top, bright.right + border, bright.bottom + border);
    yield toView(piece, GRAY, 1, left, top);
  }
}

/** All pixels of a large picture, in overlapping pieces; `scale` is how much larger it is. */
export function* listTiles(full: Gray, scale: number): Generator<View> {
  const step = TILE_SIDE - TILE_OVERLAP;
  for (let top = 0; top === 0 || top + TILE_OVERLAP < full.height; top += step)
    for (let left = 0; left === 0 || left + TILE_OVERLAP < full.width; left += step) {
      const piece = crop(full, left, top, left + TILE_SIDE, top + TILE_SIDE);
      yield toView(stretch(piece), GRAY, scale, left / scale, top / scale);
    }
}

/** The box of all that is brighter than the middle of the picture's range, null when it is the whole picture. */
function findBright(gray: Gray): Record<'left' | 'right' | 'top' | 'bottom', number> | null {
  const { width, height, data } = stretch(gray);
  const box = { left: width, right: 0, top: height, bottom: 0 };
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      if (data[y * width + x]! < 128) continue;
      box.left = Math.min(box.left, x);
      box.right = Math.max(box.right, x + 1);
      box.top = Math.min(box.top, y);
      box.bottom = y + 1;
    }
  const isInside = box.left > 0 && box.top > 0 && box.right < width && box.bottom < height;
  return isInside && box.right > box.left + 20 ? box : null;
}
