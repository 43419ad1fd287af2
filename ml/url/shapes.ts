/**
 * Features of generated names and of phishing kits that are copied from site to site; the same as
 * `ml/training/url/shapes.py`.
 */

import { bucket, splitPort } from './words.ts';

const toLetterBucket = (letters: string): string => `a${bucket(letters.length)}`;
const toDigitBucket = (digits: string): string => `0${bucket(digits.length)}`;

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
  const subdomains = before.join('.');
  const queryStart = rest.indexOf('?');
  const path = queryStart < 0 ? rest : rest.slice(0, queryStart);
  const pairs = queryStart < 0 ? 0 : rest.slice(queryStart + 1).split('&').length;
  const lowerPath = path.toLowerCase();
  const hostPattern = vowelPattern(name);
  const hostShape = subdomains.replace(/[a-z]+/g, toLetterBucket).replace(/[0-9]+/g, toDigitBucket);
  const pathShape = path.replace(/[0-9]+/g, '0').replace(/[a-z]+/gi, toLetterBucket);
  const roughShape = path.replace(/[a-z]+/gi, 'a').replace(/[0-9]+/g, '0');
  const letters = subdomains.match(/[a-z]/gi)?.length ?? 0;
  const vowels = subdomains.match(/[aeiouy]/g)?.length ?? 0;
  const run = longestRun(hostPattern);
  return [
    `A${lowerPath}`,
    `B${lowerPath.replace(/[0-9]+/g, '0')}`,
    `C${hostPattern}`,
    `D${hostShape}.${top}`,
    `E${hostShape}`,
    `F${pathShape}`,
    `G${roughShape}`,
    `H${roughShape}|${top}`,
    `I${top}|${Math.floor((10 * vowels) / Math.max(letters, 1))}|${bucket(subdomains.length)}`,
    `J${run}`,
    `K${top}|${run}`,
    `L${vowelPattern(main)}`,
    `M${bucket(main.length)}|${top}|${bucket(path.length)}`,
    `N${bucket(new Set(main).size)}|${bucket(main.length)}`,
    `O${labels[0]}|${top}`,
    `P${lowerPath.slice(0, 12)}|${top}`,
    `Q${roughShape}|${pairs}`,
    `R${labels.length < 3 ? '' : labels[0]}|${lowerPath.slice(-10)}`,
  ];
}
