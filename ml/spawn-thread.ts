import { Worker } from 'node:worker_threads';

/** MiB. V8 would let garbage of 48 MiB gather in each thread before it looks; what models leave behind is small. */
const YOUNG_GENERATION = 4;

/**
 * Starts the thread `name` that lies beside the module `from` (its `import.meta.url`). Compiled, it is a plain script;
 * from source (tests, development) tsx is registered in the new thread first, since loaders are not inherited.
 */
export function spawnThread(from: string, name: string, workerData?: unknown): Worker {
  const options = { workerData, resourceLimits: { maxYoungGenerationSizeMb: YOUNG_GENERATION } };
  if (!from.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, from), options);
  const tsx = import.meta.resolve('tsx/esm/api');
  const script = new URL(`./${name}.ts`, from).href;
  const boot = `import('${tsx}').then((tsx) => { tsx.register(); return import('${script}'); })`;
  return new Worker(boot, { ...options, eval: true, execArgv: [] });
}
