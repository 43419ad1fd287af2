import cluster from 'node:cluster';
import { createClusterMetrics } from '../observability/cluster-metrics.ts';
import type { Env } from './env.ts';
import { type Running, start } from './main.ts';

/** Runs the server in a worker process. It stops when the primary process sends `stop` or ends. */
export async function serveAsWorker(env: Env): Promise<void> {
  let running: Running | null = null;
  let isStopping = false;
  const stop = () => {
    if (!running) process.exit(0);
    // Ctrl+C reaches the worker twice: from the terminal, and from the primary process.
    if (isStopping) return;
    isStopping = true;
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.on('message', (message) => message === 'stop' && stop());
  // Sending to a primary process that has ended fails; 'disconnect' follows.
  process.on('error', () => {});
  cluster.worker?.on('disconnect', () => {
    // Without this, Node ends the process at once.
    if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
    stop();
  });
  try {
    running = await start(env, createClusterMetrics);
  } catch (error) {
    // An open channel keeps the process alive.
    process.channel?.unref();
    throw error;
  }
  await running.chatIndexReady;
  if (process.connected) process.send?.('chat-index-ready');
}
