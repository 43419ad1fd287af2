/** Milliseconds of the processor that `work` takes, the least of some runs: other programs do not count. */
export async function cpuMilliseconds(work: () => unknown, runs = 2): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}
