import cluster, { type Worker } from 'node:cluster';

/** Who does not answer within it is left out. */
const PATIENCE_MS = 1000;

/** What workers and the process above them say to each other when one is asked for the figures of all. */
export type MetricsRequest = { figures: 'ask'; ask: number };
export type MetricsCollect = { figures: 'tell'; to: string };
export type MetricsReport = { figures: 'are'; to: string; are: object };
export type MetricsResult = { figures: 'all'; ask: number; others: object[]; replaced: number };

export type MetricsMessage = MetricsRequest | MetricsCollect | MetricsReport | MetricsResult;

export function isMetricsMessage(message: unknown): message is MetricsMessage {
  return typeof message === 'object' && message !== null && 'figures' in message;
}

/** Has a worker that asks be told the figures of the others. */
export function relayMetrics(state: () => { listening: Worker[]; replaced: number }): void {
  const open = new Map<string, { others: object[]; missing: number; done: () => void }>();
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isMetricsMessage(message)) return;
    if (message.figures === 'are') {
      const asked = open.get(message.to);
      asked?.others.push(message.are);
      if (asked && asked.others.length === asked.missing) asked.done();
    }
    if (message.figures !== 'ask') return;
    const { listening, replaced } = state();
    const { ask } = message;
    const to = `${worker.id}:${ask}`;
    const asked = listening.filter((other) => other !== worker && other.isConnected());
    const others: object[] = [];
    const done = () => {
      clearTimeout(late);
      open.delete(to);
      if (worker.isConnected())
        worker.send({ figures: 'all', ask, others, replaced } satisfies MetricsResult);
    };
    const late = setTimeout(done, PATIENCE_MS);
    open.set(to, { others, missing: asked.length, done });
    if (asked.length === 0) done();
    for (const other of asked) other.send({ figures: 'tell', to } satisfies MetricsCollect);
  });
}
