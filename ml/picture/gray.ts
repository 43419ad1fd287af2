/** Grey pictures and the filters that make codes in them stand out. All run in time linear in the pixels. */

/** 8 bits a pixel, rows from the top. */
export interface Gray {
  width: number;
  height: number;
  data: Uint8Array;
}

/** 8 bits each of red, green, blue and alpha. */
export interface Rgba {
  width: number;
  height: number;
  data: Uint8Array;
}

export const WHITE = 255;
export const BLACK = 0;
/** Weights of 256 for how bright a colour looks (ITU-R BT.601). */
const LUMA = [77, 150, 29] as const;

/** The picture on a ground of one grey; `weights` (of 256) say how much each channel counts. */
export function toGray(
  { width, height, data }: Rgba,
  ground: number,
  weights: readonly number[] = LUMA,
): Gray {
  const gray = new Uint8Array(width * height);
  const [red, green, blue] = weights as [number, number, number];
  for (let at = 0, from = 0; at < gray.length; at++, from += 4) {
    const alpha = data[from + 3]!;
    const value = (data[from]! * red + data[from + 1]! * green + data[from + 2]! * blue) >> 8;
    gray[at] = alpha === 255 ? value : (value * alpha + ground * (255 - alpha)) / 255;
  }
  return { width, height, data: gray };
}

export function hasTransparency({ data }: Rgba): boolean {
  for (let at = 3; at < data.length; at += 4) if (data[at]! < 250) return true;
  return false;
}

function count({ data }: Gray): Uint32Array {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value]!++;
  return counts;
}

/** The darkest and the brightest value, without the outermost half percent at each end. */
function findRange(gray: Gray): { low: number; high: number } {
  const counts = count(gray);
  const skip = gray.data.length / 200;
  const findEnd = (values: number[]): number => {
    let sum = 0;
    for (const value of values) {
      sum += counts[value]!;
      if (sum > skip) return value;
    }
    return 0;
  };
  const values = Array.from({ length: 256 }, (_, value) => value);
  return { low: findEnd(values), high: findEnd(values.toReversed()) };
}

const mapValues = (gray: Gray, toValue: (value: number) => number): Gray => {
  const table = Uint8ClampedArray.from({ length: 256 }, (_, value) => toValue(value));
  return { ...gray, data: gray.data.map((value) => table[value]!) };
};

/** Maps the range of the picture to 0–255. */
export function stretch(gray: Gray): Gray {
  const { low, high } = findRange(gray);
  return mapValues(gray, (value) => ((value - low) * 255) / Math.max(1, high - low));
}

/** Dark and bright exchanged. */
export const invert = (gray: Gray): Gray => mapValues(gray, (value) => 255 - value);

/** Black up to a level, white above it. */
export const thresholdAt = (gray: Gray, level: number): Gray =>
  mapValues(gray, (value) => (value <= level ? BLACK : WHITE));

/** Levels between values that many pixels have, such as those of the code and of the page around it; darkest first. */
export function findLevels(gray: Gray, limit: number): number[] {
  const counts = count(gray);
  const smooth = Array.from(counts, (_, value) => {
    const near = counts.subarray(Math.max(0, value - 3), value + 4);
    return near.reduce((sum, n) => sum + n, 0) / near.length;
  });
  const least = gray.data.length / 4000;
  const peaks = smooth.flatMap((n, value) => {
    const near = smooth.slice(Math.max(0, value - 6), value + 7);
    return n >= least && n === Math.max(...near) ? [value] : [];
  });
  const levels: number[] = [];
  for (let at = 1; at < peaks.length; at++) {
    const [from, to] = [peaks[at - 1]!, peaks[at]!];
    if (to - from < 8) continue;
    // In the middle of the emptiest stretch between the two.
    const between = smooth.slice(from, to + 1);
    const lowest = Math.min(...between);
    const empty = between.flatMap((n, offset) => (n <= lowest * 1.05 ? [from + offset] : []));
    levels.push(empty[empty.length >> 1]!);
  }
  return levels.slice(0, limit);
}

/** Sums of all pixels above and to the left, with a row and a column of zeros first. */
function integrate({ width, height, data }: Gray): Uint32Array {
  const sums = new Uint32Array((width + 1) * (height + 1));
  for (let y = 0; y < height; y++) {
    let row = 0;
    for (let x = 0; x < width; x++) {
      row += data[y * width + x]!;
      sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1]! + row;
    }
  }
  return sums;
}

/** The mean of the square of `2 * radius + 1` pixels around each pixel. */
export function average(gray: Gray, radius: number): Gray {
  const { width, height } = gray;
  const sums = integrate(gray);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const top = Math.max(0, y - radius) * (width + 1);
    const bottom = Math.min(height, y + radius + 1) * (width + 1);
    const rows = (bottom - top) / (width + 1);
    for (let x = 0; x < width; x++) {
      const left = Math.max(0, x - radius);
      const right = Math.min(width, x + radius + 1);
      const sum = sums[bottom + right]! - sums[bottom + left]! - sums[top + right]! + sums[top + left]!;
      data[y * width + x] = sum / (rows * (right - left));
    }
  }
  return { width, height, data };
}

/** Black where a pixel is darker than its surroundings by more than `margin` (Bradley and Roth, 2007). */
export function thresholdLocally(gray: Gray, radius: number, margin: number): Gray {
  const means = average(gray, radius).data;
  return { ...gray, data: gray.data.map((value, at) => (value < means[at]! - margin ? BLACK : WHITE)) };
}

/** The brightest or the darkest of the square around each pixel. */
export function spread({ width, height, data }: Gray, radius: number, pick: 'brightest' | 'darkest'): Gray {
  const better = pick === 'brightest' ? Math.max : Math.min;
  const pass = (from: Uint8Array, length: number, lines: number, step: number, jump: number): Uint8Array => {
    const to = new Uint8Array(from.length);
    for (let line = 0; line < lines; line++)
      for (let at = 0; at < length; at++) {
        let best = from[line * jump + at * step]!;
        const end = Math.min(length - 1, at + radius);
        for (let near = Math.max(0, at - radius); near <= end; near++)
          best = better(best, from[line * jump + near * step]!);
        to[line * jump + at * step] = best;
      }
    return to;
  };
  return { width, height, data: pass(pass(data, width, height, 1, width), height, width, width, 1) };
}

/** Every pixel away from the mean around it: undoes a blur. */
export function sharpen(gray: Gray, radius: number, amount: number): Gray {
  const means = average(gray, radius).data;
  const data = gray.data.map((value, at) =>
    Math.max(0, Math.min(255, value + amount * (value - means[at]!))),
  );
  return { ...gray, data };
}

/** A frame of one grey around the picture. */
export function pad({ width, height, data }: Gray, border: number, ground: number): Gray {
  const padded = { width: width + 2 * border, height: height + 2 * border };
  const to = new Uint8Array(padded.width * padded.height).fill(ground);
  for (let y = 0; y < height; y++)
    to.set(data.subarray(y * width, (y + 1) * width), (y + border) * padded.width + border);
  return { ...padded, data: to };
}

/** Reduced by a whole factor: each pixel is the mean of a square. */
export function reduce({ width, height, data }: Gray, factor: number): Gray {
  const small = { width: Math.floor(width / factor), height: Math.floor(height / factor) };
  const to = new Uint8Array(small.width * small.height);
  for (let y = 0; y < small.height; y++)
    for (let x = 0; x < small.width; x++) {
      let sum = 0;
      for (let dy = 0; dy < factor; dy++) {
        const row = (y * factor + dy) * width + x * factor;
        for (let dx = 0; dx < factor; dx++) sum += data[row + dx]!;
      }
      to[y * small.width + x] = sum / (factor * factor);
    }
  return { ...small, data: to };
}

/** Twice or more as large, linearly between the pixels. */
export function enlarge({ width, height, data }: Gray, factor: number): Gray {
  const large = { width: width * factor, height: height * factor };
  const to = new Uint8Array(large.width * large.height);
  for (let y = 0; y < large.height; y++) {
    const sy = Math.max(0, Math.min(height - 1, (y + 0.5) / factor - 0.5));
    const top = Math.floor(sy) * width;
    const below = Math.min(height - 1, Math.floor(sy) + 1) * width;
    const fy = sy - Math.floor(sy);
    for (let x = 0; x < large.width; x++) {
      const sx = Math.max(0, Math.min(width - 1, (x + 0.5) / factor - 0.5));
      const left = Math.floor(sx);
      const right = Math.min(width - 1, left + 1);
      const fx = sx - left;
      const above = data[top + left]! * (1 - fx) + data[top + right]! * fx;
      const under = data[below + left]! * (1 - fx) + data[below + right]! * fx;
      to[y * large.width + x] = above * (1 - fy) + under * fy;
    }
  }
  return { ...large, data: to };
}

/** The piece from one corner to the other, as far as the picture reaches. */
export function crop(gray: Gray, left: number, top: number, right: number, bottom: number): Gray {
  const width = Math.min(gray.width, right) - left;
  const height = Math.min(gray.height, bottom) - top;
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * gray.width + left;
    data.set(gray.data.subarray(from, from + width), y * width);
  }
  return { width, height, data };
}
