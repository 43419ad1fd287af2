import cluster from 'node:cluster';
import { isForPeople, toBanner } from '../process/banner.ts';
import { type Env, readEnv } from '../process/env.ts';
import { assertStartable } from '../process/preflight.ts';

/** `flashscan serve`: runs until SIGINT or SIGTERM. Modules that only a server needs are loaded here. */
export async function serve(version: string): Promise<void> {
  const env = readEnv();
  if (cluster.isWorker) return (await import('../process/worker.ts')).serveAsWorker(env);
  await assertStartable(env);
  const onListening = (port: number) => printBanner(env, port, version);
  if (env.WORKERS > 1) return (await import('../process/workers.ts')).superviseWorkers(env, onListening);
  const { start } = await import('../process/main.ts');
  const running = await start(env);
  onListening(Number(new URL(running.url).port || 80));
  let isStopping = false;
  const exit = (code: number) => void running.endModels().finally(() => process.exit(code));
  const stop = () => {
    // A second signal waits for no request.
    if (isStopping) return exit(1);
    isStopping = true;
    running.stop().then(
      () => exit(0),
      () => exit(1),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
}

function printBanner(env: Env, port: number, version: string): void {
  if (isForPeople(env)) process.stdout.write(toBanner({ ...env, port, version }));
}
