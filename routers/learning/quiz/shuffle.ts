import type { Random } from '../../core/context.ts';

const RANGE = 2 ** 32;

/** A random permutation, uniformly distributed (Fisher–Yates with rejection sampling). */
export function shuffle<T>(random: Random, items: readonly T[]): T[] {
  const order = [...items];
  for (let left = order.length; left > 1; left--) {
    const at = randomBelow(random, left);
    [order[left - 1], order[at]] = [order[at] as T, order[left - 1] as T];
  }
  return order;
}

function randomBelow(random: Random, bound: number): number {
  const limit = RANGE - (RANGE % bound);
  for (;;) {
    const value = random.bytes(4).readUInt32LE();
    if (value < limit) return value % bound;
  }
}
