import { Worker } from 'node:worker_threads';

/**
 * Starts the thread `name` that lies beside the module `from` (its `import.meta.url`). Compiled, it is a plain script;
 * from source (tests, development) tsx is registered in the new thread first, since loaders are not inherited.
 */
export function spawnThread(from: string, name: string, workerData?: unknown): Worker {
  if (!from.endsWith('.ts')) return new Worker(new URL(`./${name}.js`, from), { workerData });
  const tsx = import.meta.resolve('tsx/esm/api');
  const script = new URL(`./${name}.ts`, from).href;
  const boot = `import('${tsx}').then((tsx) => { tsx.register(); return import('${script}'); })`;
  return new Worker(boot, { workerData, eval: true, execArgv: [] });
}
