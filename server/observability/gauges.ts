import { statSync } from 'node:fs';
import { Gauge, type Registry } from 'prom-client';
import type { Deps } from '../../routers/core/context.ts';
import { isDatabaseReachable } from '../../routers/maintenance/health/health.ts';
import { countOpenJobs, listWaitingPushes } from '../../routers/maintenance/queue-depths.ts';

/** Adds what is read when someone asks, and not before. */
export function addGauges(registry: Registry, deps: Deps): void {
  const { db, classifier, chat, clock, settings } = deps;
  const gauge = createGauges(registry);
  gauge('build_info', 'What runs', ['version', 'node', 'url_model'], (metric) => {
    const { model_version: url_model } = classifier.info;
    metric.set({ version: settings.version, node: process.versions.node, url_model }, 1);
  });
  gauge('part_up', 'Whether a part works', ['part'], (metric) => {
    metric.set({ part: 'database' }, Number(isDatabaseReachable(db)));
    metric.set({ part: 'url_model' }, Number(classifier.isHealthy()));
    metric.set({ part: 'chat_vectors' }, Number(chat.findEngine()?.state().index === 'ready'));
  });
  gauge('jobs', 'Jobs that are not done, by state', ['state'], (metric) => {
    for (const [state, n] of Object.entries(countOpenJobs(db))) metric.set({ state }, n);
  });
  gauge('push_waiting', 'Pushes that are still to be sent', ['platform'], (metric) => {
    for (const { platform, waiting } of listWaitingPushes(db)) metric.set({ platform }, waiting);
  });
  gauge('push_overdue_seconds', 'How long the first push has been due', ['platform'], (metric) => {
    for (const { platform, due_at } of listWaitingPushes(db))
      metric.set({ platform }, Math.max(0, clock.now() - (due_at ?? 0)) / 1000);
  });
  gauge('feed_entries', 'URLs and hosts that feeds of known threats list', ['feed'], (metric) => {
    for (const { name, entries } of deps.feeds.listFeeds()) metric.set({ feed: name }, entries);
  });
  gauge('sqlite_wal_bytes', 'Size of the write-ahead log', [], (metric) => {
    metric.set(statSync(`${db.$client.name}-wal`, { throwIfNoEntry: false })?.size ?? 0);
  });
}

function createGauges(registry: Registry) {
  return <L extends string>(name: string, help: string, labelNames: L[], read: (metric: Gauge<L>) => void) =>
    new Gauge({
      name: `flashscan_${name}`,
      help,
      labelNames,
      registers: [registry],
      // Processes that share the database tell the same of it.
      aggregator: 'max',
      collect() {
        this.reset();
        try {
          read(this);
        } catch {
          // A database that does not answer must not hide the rest; part_up tells of it.
        }
      },
    });
}
