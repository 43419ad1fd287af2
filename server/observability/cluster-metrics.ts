import cluster, { type Worker } from 'node:cluster';
import { AggregatorRegistry, Gauge, type Registry } from 'prom-client';

/** Workers that do not report within it are left out of the result. */
const REPORT_TIMEOUT_MS = 1000;
/** A worker that gets no result within it answers with its own metrics alone. */
const RESULT_TIMEOUT_MS = 2000;

/**
 * The four messages of one scrape: the worker that is scraped sends a request to the primary, the primary has every
 * other worker collect, each sends a report, and the primary sends them all back as the result.
 */
type MetricsRequest = { metrics: 'request'; id: number };
type MetricsCollect = { metrics: 'collect'; key: string };
type MetricsReport = { metrics: 'report'; key: string; values: object };
type MetricsResult = { metrics: 'result'; id: number; others: object[]; replaced: number };

type MetricsMessage = MetricsRequest | MetricsCollect | MetricsReport | MetricsResult;

function isMetricsMessage(message: unknown): message is MetricsMessage {
  return typeof message === 'object' && message !== null && 'metrics' in message;
}

/** In the primary process: relays metrics between the workers. `state` says who listens and how many were replaced. */
export function relayMetrics(state: () => { listening: Worker[]; replaced: number }): void {
  const pending = new Map<string, (values: object) => void>();
  cluster.on('message', (worker: Worker, message: unknown) => {
    if (!isMetricsMessage(message)) return;
    if (message.metrics === 'report') pending.get(message.key)?.(message.values);
    if (message.metrics === 'request') collect(worker, message.id);
  });

  function collect(worker: Worker, id: number): void {
    const { listening, replaced } = state();
    const key = `${worker.id}:${id}`;
    const peers = listening.filter((peer) => peer !== worker && peer.isConnected());
    const others: object[] = [];
    const finish = () => {
      clearTimeout(timeout);
      pending.delete(key);
      if (worker.isConnected())
        worker.send({ metrics: 'result', id, others, replaced } satisfies MetricsResult);
    };
    const timeout = setTimeout(finish, REPORT_TIMEOUT_MS);
    pending.set(key, (values) => {
      others.push(values);
      if (others.length === peers.length) finish();
    });
    if (peers.length === 0) finish();
    for (const peer of peers) peer.send({ metrics: 'collect', key } satisfies MetricsCollect);
  }
}

/**
 * In a worker: reports its own metrics when another worker is scraped. The returned function gathers those of all
 * workers in a registry of its own.
 */
export function createClusterMetrics(own: Registry): () => Promise<Registry> {
  const pending = new Map<number, (result: MetricsResult) => void>();
  let nextId = 1;
  process.on('message', async (message) => {
    if (!isMetricsMessage(message)) return;
    if (message.metrics === 'result') pending.get(message.id)?.(message);
    if (message.metrics !== 'collect') return;
    const values = await own.getMetricsAsJSON();
    send({ metrics: 'report', key: message.key, values });
  });
  return async () => {
    const id = nextId++;
    const { others, replaced } = await new Promise<Pick<MetricsResult, 'others' | 'replaced'>>((resolve) => {
      const timeout = setTimeout(() => resolve({ others: [], replaced: 0 }), RESULT_TIMEOUT_MS);
      pending.set(id, (result) => {
        clearTimeout(timeout);
        resolve(result);
      });
      send({ metrics: 'request', id });
    });
    pending.delete(id);
    const all = AggregatorRegistry.aggregate([await own.getMetricsAsJSON(), ...others]) as Registry;
    const addGauge = (name: string, help: string) =>
      new Gauge({ name: `flashscan_${name}`, help, registers: [all] });
    addGauge('workers', 'Processes whose metrics these are').set(others.length + 1);
    addGauge('workers_replaced', 'Workers that ended and were replaced since the start').set(replaced);
    return all;
  };
}

function send(message: MetricsRequest | MetricsReport): void {
  if (process.connected) process.send?.(message);
}
