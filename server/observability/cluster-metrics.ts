import { AggregatorRegistry, Gauge, type Registry } from 'prom-client';
import { isMetricsMessage, type MetricsResult } from './cluster-metrics-relay.ts';

/** When the process above does not answer, a worker tells of itself. */
const PATIENCE_MS = 2000;

/** Has a worker tell its figures when another is asked for those of all. The answer gathers those of all. */
export function createClusterMetrics(own: Registry): () => Promise<Registry> {
  const open = new Map<number, (gathered: MetricsResult) => void>();
  let asks = 0;
  process.on('message', async (message) => {
    if (!isMetricsMessage(message)) return;
    if (message.figures === 'all') open.get(message.ask)?.(message);
    if (message.figures !== 'tell') return;
    const are = await own.getMetricsAsJSON();
    if (process.connected) process.send?.({ figures: 'are', to: message.to, are });
  });
  return async () => {
    const ask = ++asks;
    const { others, replaced } = await new Promise<Pick<MetricsResult, 'others' | 'replaced'>>((resolve) => {
      const late = setTimeout(() => resolve({ others: [], replaced: 0 }), PATIENCE_MS);
      open.set(ask, (gathered) => {
        clearTimeout(late);
        resolve(gathered);
      });
      if (process.connected) process.send?.({ figures: 'ask', ask });
    });
    open.delete(ask);
    const all = AggregatorRegistry.aggregate([await own.getMetricsAsJSON(), ...others]) as Registry;
    const of = (name: string, help: string) =>
      new Gauge({ name: `flashscan_${name}`, help, registers: [all] });
    of('workers', 'Processes whose figures these are').set(others.length + 1);
    of('workers_replaced', 'Workers that ended and were replaced since the start').set(replaced);
    return all;
  };
}
