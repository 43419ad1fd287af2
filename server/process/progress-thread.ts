import { statSync, writeSync } from 'node:fs';
import { Writable } from 'node:stream';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { Presets, SingleBar } from 'cli-progress';
import type { OnStage } from '../../db/index.ts';
import { FLAGS, type SharedProgress } from './progress.ts';

/** Shorter work shows no bar. */
const DELAY_MS = 1000;
const REDRAW_MS = 150;
const STANDARD_ERROR = 2;

interface Stage {
  label: string;
  growing?: Parameters<OnStage>[1];
}

const { shared, label } = workerData as Stage & { shared: SharedProgress };
const { amounts, flags } = shared;
/** Larger amounts are percentages. */
const MAX_COUNT = 100_000;

/** A thread's own standard error is written by the main thread, which is busy. */
const stream = Object.assign(
  new Writable({
    write(chunk: Buffer, _encoding, callback) {
      writeSync(STANDARD_ERROR, chunk);
      callback();
    },
  }),
  { isTTY: true },
);

/** Draws until it is told to stop. It sleeps in between instead of returning, as nothing else runs on this thread. */
function draw(): void {
  const startedAt = performance.now();
  let stage: Stage = { label };
  let bar: SingleBar | null = null;
  let hasTotal = false;
  Atomics.store(flags, FLAGS.isRunning, 1);
  while (Atomics.wait(flags, FLAGS.stop, 0, REDRAW_MS) === 'timed-out') {
    if (performance.now() - startedAt < DELAY_MS) continue;
    const next = findNextStage();
    stage = next ?? stage;
    const [value, max] = measure(stage);
    if (!bar || next || hasTotal !== max > 0) {
      bar?.stop();
      hasTotal = max > 0;
      bar = createBar(stage.label, max);
      bar.start(max || 1, value);
    }
    bar.setTotal(max || 1);
    bar.update(value);
  }
  bar?.stop();
  Atomics.store(flags, FLAGS.isRunning, 0);
  Atomics.notify(flags, FLAGS.isRunning);
}

function findNextStage(): Stage | null {
  if (!parentPort) return null;
  let stage: Stage | null = null;
  for (let next = receiveMessageOnPort(parentPort); next; next = receiveMessageOnPort(parentPort))
    stage = next.message as Stage;
  return stage;
}

/** How much is done, and of how much; 0 when that is not known. */
function measure({ growing }: Stage): [value: number, max: number] {
  if (!growing) return [amounts[0] ?? 0, amounts[1] ?? 0];
  const { size } = statSync(growing.file, { throwIfNoEntry: false }) ?? { size: 0 };
  return [Math.min(size, growing.bytes), growing.bytes];
}

function createBar(label: string, max: number): SingleBar {
  const amount = max > MAX_COUNT ? '{percentage}%' : '{value}/{total}';
  const format = max > 0 ? `${label} {bar} ${amount}` : `${label} … {duration_formatted}`;
  return new SingleBar(
    { format, stream, clearOnComplete: true, fps: 20, hideCursor: false, barsize: 30 },
    Presets.shades_classic,
  );
}

draw();
