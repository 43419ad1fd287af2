import type { Tally } from './calls.ts';
import type { Process } from './server.ts';

/** Of processes of one age, how many MiB the last may be above the first. */
const GROWTH_MIB = 40;

export function share(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.floor(sorted.length * part));
  return Math.round((sorted[at] ?? 0) * 10) / 10;
}

export function line(name: string, tally: Tally, processes: readonly Process[]): string {
  const { calm, killed } = tally.cached;
  const memory = processes.map(({ role, age, rss }) => `${role} ${rss} MiB at ${age} s`).join(', ');
  return [
    `${name}: ${tally.requests} requests, ${tally.cut} cut off, ${[...tally.wrong.values()].reduce((a, b) => a + b, 0)} wrong`,
    `cached p50 ${share(calm, 0.5)} p99 ${share(calm, 0.99)} ms (${calm.length}; while killed ${share(killed, 0.99)}, ${killed.length})`,
    memory,
    ...[...tally.wrong].map(([kind, times]) => `  WRONG ${times} × ${kind}`),
  ].join('\n  ');
}

export interface Sample extends Process {
  /** seconds into the run */
  at: number;
}

/** Processes of about the same age, early in the run and late: the median of each third. */
export function growth(
  samples: readonly Sample[],
  step: number,
): { group: string; early: number; late: number; flat: boolean }[] {
  const groups = new Map<string, Sample[]>();
  for (const sample of samples) {
    // An age of some seconds says nothing: models are still being loaded.
    const steps = step > 0 ? Math.round(sample.age / step) : 1;
    if (steps === 0 || sample.age < 20) continue;
    const group = `${sample.role} of ${step > 0 ? `${steps * step} s` : 'any age'}`;
    groups.set(group, [...(groups.get(group) ?? []), sample]);
  }
  return [...groups]
    .filter(([, all]) => all.length >= 3)
    .map(([group, all]) => {
      const third = Math.max(1, Math.floor(all.length / 3));
      const early = share(
        all.slice(0, third).map(({ rss }) => rss),
        0.5,
      );
      const late = share(
        all.slice(-third).map(({ rss }) => rss),
        0.5,
      );
      return { group, early, late, flat: late - early <= GROWTH_MIB };
    });
}
