import cluster from 'node:cluster';
import { createClusterMetrics } from '../observability/cluster-metrics.ts';
import type { Env } from './env.ts';
import { type Running, start } from './main.ts';

/** One of several processes on one port. It stops when the one that started it says so, or is gone. */
export async function serveAsWorker(env: Env): Promise<void> {
  let running: Running | null = null;
  let stopping = false;
  const stop = () => {
    if (!running) process.exit(0);
    // A terminal tells every process of a group, and so does the one that started it: twice means nothing here.
    if (stopping) return;
    stopping = true;
    running.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  process.on('message', (message) => message === 'stop' && stop());
  // Something was said to one that has just gone: 'disconnect' is next.
  process.on('error', () => {});
  cluster.worker?.on('disconnect', () => {
    // Node would end the process at once.
    if (cluster.worker) cluster.worker.exitedAfterDisconnect = true;
    stop();
  });
  try {
    running = await start(env, createClusterMetrics);
  } catch (error) {
    // The channel would keep the process from ending.
    process.channel?.unref();
    throw error;
  }
  await running.settled;
  if (process.connected) process.send?.('settled');
}
