import { Presets, SingleBar } from 'cli-progress';

export interface Progress {
  update(done: number, total: number): void;
  stop(): void;
}

/** Time after which the bar appears. */
const DELAY_MS = 1000;

/** A progress bar on standard error, only in a terminal. */
export function createProgress(label: string, stream = process.stderr): Progress {
  if (!stream.isTTY) return { update: () => {}, stop: () => {} };
  const start = performance.now();
  const format = `${label} {bar} {value}/{total}`;
  const bar = new SingleBar(
    { format, stream, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  let isShown = false;
  return {
    update(done, total) {
      if (!isShown && performance.now() - start < DELAY_MS) return;
      if (!isShown) bar.start(total, done);
      isShown = true;
      bar.update(done);
    },
    stop() {
      if (isShown) bar.stop();
    },
  };
}
