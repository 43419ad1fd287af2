/**
 * Features of generated names and of phishing kits that are copied from site to site; the same as
 * `ml/training/url/shapes.py`.
 */

import { bucket, splitPort } from './words.ts';

const sized = (letters: string): string => `a${bucket(letters.length)}`;
const sizedDigits = (digits: string): string => `0${bucket(digits.length)}`;

/** In lower-case text, letters become `v` (vowel) or `c` (consonant), digits `0`. */
function vowelPattern(text: string): string {
  return text.replace(/[a-z0-9]/g, (c) => (c <= '9' ? '0' : 'aeiouy'.includes(c) ? 'v' : 'c'));
}

function longestRun(pattern: string): number {
  return Math.max(0, ...(pattern.match(/c+/g) ?? []).map((run) => run.length));
}

/** The 18 features of a host and the rest of the text, which is empty or starts with a slash. */
export function shapeFeatures(host: string, rest: string): string[] {
  const [name] = splitPort(host);
  const labels = name.split('.');
  const top = labels.at(-1)!;
  const before = labels.slice(0, -1);
  const main = (before.length > 0 ? before : labels).reduce((a, b) => (b.length > a.length ? b : a));
  const sub = before.join('.');
  const mark = rest.indexOf('?');
  const path = mark < 0 ? rest : rest.slice(0, mark);
  const pairs = mark < 0 ? 0 : rest.slice(mark + 1).split('&').length;
  const low = path.toLowerCase();
  const whole = vowelPattern(name);
  const hostShape = sub.replace(/[a-z]+/g, sized).replace(/[0-9]+/g, sizedDigits);
  const pathShape = path.replace(/[0-9]+/g, '0').replace(/[a-z]+/gi, sized);
  const rough = path.replace(/[a-z]+/gi, 'a').replace(/[0-9]+/g, '0');
  const letters = sub.match(/[a-z]/gi)?.length ?? 0;
  const vowels = sub.match(/[aeiouy]/g)?.length ?? 0;
  const run = longestRun(whole);
  return [
    `A${low}`,
    `B${low.replace(/[0-9]+/g, '0')}`,
    `C${whole}`,
    `D${hostShape}.${top}`,
    `E${hostShape}`,
    `F${pathShape}`,
    `G${rough}`,
    `H${rough}|${top}`,
    `I${top}|${Math.floor((10 * vowels) / Math.max(letters, 1))}|${bucket(sub.length)}`,
    `J${run}`,
    `K${top}|${run}`,
    `L${vowelPattern(main)}`,
    `M${bucket(main.length)}|${top}|${bucket(path.length)}`,
    `N${bucket(new Set(main).size)}|${bucket(main.length)}`,
    `O${labels[0]}|${top}`,
    `P${low.slice(0, 12)}|${top}`,
    `Q${rough}|${pairs}`,
    `R${labels.length < 3 ? '' : labels[0]}|${low.slice(-10)}`,
  ];
}
