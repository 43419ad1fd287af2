import type { Random } from '../../core/context.ts';

const RANGE = 2 ** 32;

/** A random permutation, uniformly distributed (Fisher–Yates with rejection sampling). */
export function shuffle<T>(random: Random, items: readonly T[]): T[] {
  const order = [...items];
  for (let remaining = order.length; remaining > 1; remaining--) {
    const at = randomBelow(random, remaining);
    [order[remaining - 1], order[at]] = [order[at] as T, order[remaining - 1] as T];
  }
  return order;
}

function randomBelow(random: Random, max: number): number {
  const limit = RANGE - (RANGE % max);
  for (;;) {
    const value = random.bytes(4).readUInt32LE();
    if (value < limit) return value % max;
  }
}
