import { type ResourceLimits, Worker } from 'node:worker_threads';

/** In MiB. V8's default lets each thread collect 48 MiB of garbage first; the models leave little. */
const YOUNG_GENERATION = 4;

/**
 * Starts the thread `name` from the folder of the module `from` (its `import.meta.url`). Compiled code is run as it
 * is. For source code (tests, development) tsx is registered in the new thread first, since loaders are not
 * inherited. A thread whose heap grows beyond `maxHeap` (MiB) ends.
 */
export function spawnThread(from: string, name: string, workerData?: unknown, maxHeap?: number): Worker {
  const resourceLimits: ResourceLimits = { maxYoungGenerationSizeMb: YOUNG_GENERATION };
  if (maxHeap !== undefined) resourceLimits.maxOldGenerationSizeMb = maxHeap;
  const options = { workerData, resourceLimits };
  if (!from.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, from), options);
  const tsx = import.meta.resolve('tsx/esm/api');
  const script = new URL(`./${name}.ts`, from).href;
  const boot = `import('${tsx}').then((tsx) => { tsx.register(); return import('${script}'); })`;
  return new Worker(boot, { ...options, eval: true, execArgv: [] });
}
