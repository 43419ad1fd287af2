import { expect, test } from 'vitest';
import { listPrefixes, listPumps } from '../support/attack-texts.ts';
import { listSourcePatterns, type SourcePattern } from '../support/patterns.ts';

/** Units of a text. A pattern that is quadratic takes at least a hundred times as long as one that is linear. */
const SHORT = 4_000;
/** Milliseconds below which nothing is measured again. A linear pattern takes a hundredth of that. */
const SUSPICIOUS_MS = 4;
const RUNS = 4;
const ATTEMPTS = 5;

const END = '\u0000';

/** Whether a text of twice the length takes more than three times as long, at the least of several runs. */
function isSlow(pattern: RegExp, prefix: string, pump: string): boolean {
  const text = (length: number) => prefix + pump.repeat(Math.ceil(length / pump.length)) + END;
  const [short, long, longer] = [text(SHORT), text(2 * SHORT), text(4 * SHORT)];
  if (measure(pattern, short, 1) < SUSPICIOUS_MS || measure(pattern, short, RUNS) < SUSPICIOUS_MS)
    return false;
  // Other programs only make a run longer: the least of several, taken by turns, says what the pattern itself takes.
  let [a, b] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    a = Math.min(a, measure(pattern, long, 1));
    b = Math.min(b, measure(pattern, longer, 1));
    // What is linear is seen at once; what looks quadratic is measured again.
    if (attempt > 0 && b < 2.5 * a) return false;
  }
  return b > 3 * a;
}

/** The least milliseconds of some runs. Other programs only make a run longer. */
function measure(pattern: RegExp, text: string, runs: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs && least > SUSPICIOUS_MS / 2; run++) {
    const began = performance.now();
    pattern.test(text);
    least = Math.min(least, performance.now() - began);
  }
  return least;
}

function findSlow({ at, pattern }: SourcePattern): string | null {
  for (const prefix of listPrefixes(pattern)) {
    for (const pump of listPumps(pattern)) {
      if (isSlow(pattern, prefix, pump)) return `${at} ${pattern}: ${JSON.stringify([prefix, pump])}`;
    }
  }
  return null;
}

test('a pattern that takes quadratic time is found', () => {
  const slow = [/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i, /\s+$/, /\S+@\S+/, /(a+)b/];
  for (const pattern of slow) expect(findSlow({ at: '', pattern }), String(pattern)).not.toBeNull();
}, 180_000);

test('every regular expression of the source takes linear time', () => {
  const patterns = listSourcePatterns();
  expect(patterns.length).toBeGreaterThan(300);
  expect(patterns.map(findSlow).filter((slow) => slow !== null)).toEqual([]);
}, 180_000);
