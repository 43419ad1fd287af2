import { parentPort } from 'node:worker_threads';

/** A function of a module, and what it is called with. */
export interface TaskRequest {
  id: number;
  module: string;
  name: string;
  input: unknown;
}
export type TaskReply =
  | { id: number; started: true }
  | { id: number; output: unknown }
  | { id: number; error: string };

parentPort?.on('message', async ({ id, module, name, input }: TaskRequest) => {
  const reply = (message: TaskReply) => parentPort?.postMessage(message);
  try {
    const functions = (await import(module)) as Record<string, (input: unknown) => unknown>;
    reply({ id, started: true });
    reply({ id, output: await functions[name]?.(input) });
  } catch (error) {
    reply({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
});
