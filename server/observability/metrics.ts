import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { FallbackReason } from '../../ml/chat/engine.ts';
import type { ModelRun } from '../../ml/url/classify.ts';
import type { Clock, Metrics } from '../../routers/core/context.ts';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];
const DATABASE_SECONDS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.01, 0.05, 0.25, 1, 5];
const URLS = [1, 2, 4, 8, 16, 32, 64, 128];

/** The operation of requests that reached none: unknown routes, and what was refused before it was known. */
export const NO_OPERATION = 'none';

/**
 * The metrics of one process, and the functions that report them. Labels take their values from the code alone, never from
 * a request. docs/operations.md tells what each means.
 */
export type MetricsRegistry = ReturnType<typeof createMetrics>;

/** `ofProcess`: with those of Node itself, which one registry of a process should gather. */
export function createMetrics(clock: Clock, { ofProcess = false } = {}) {
  const registry = new Registry();
  if (ofProcess) collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: 20 });
  const factories = createFactories(registry);
  const metrics: Metrics = {
    ...createRequestMetrics(factories),
    ...createWorkMetrics(factories),
    ...createStreamMetrics(factories, clock),
  };
  const slow = factories.counter(
    'sqlite_slow_statements_total',
    'Statements that took SLOW_QUERY_MS or more',
  );
  return {
    registry,
    metrics,
    database: createDatabaseMetrics(factories),
    slowStatement: () => slow.inc(),
    ...createModelMetrics(factories),
  };
}

type Factories = ReturnType<typeof createFactories>;

function createFactories(registry: Registry) {
  const named = (name: string, help: string) => ({ name: `flashscan_${name}`, help, registers: [registry] });
  return {
    counter: <L extends string>(name: string, help: string, ...labelNames: L[]) =>
      new Counter({ ...named(name, help), labelNames }),
    histogram: <L extends string>(name: string, help: string, buckets: number[], ...labelNames: L[]) =>
      new Histogram({ ...named(name, help), buckets, labelNames }),
    gauge: (name: string, help: string, collect?: (this: Gauge) => void) =>
      new Gauge({
        ...named(name, help),
        aggregator: collect ? 'max' : 'sum',
        ...(collect ? { collect } : {}),
      }),
  };
}

function createRequestMetrics({ counter, histogram }: Factories): Pick<Metrics, 'operation'> {
  const calls = counter('requests_total', 'Calls of operations', 'operation', 'status');
  const seconds = histogram('request_seconds', 'How long operations take', SECONDS, 'operation');
  return {
    operation(operation, status, ms) {
      calls.inc({ operation, status });
      seconds.observe({ operation }, ms / 1000);
    },
  };
}

function createWorkMetrics({ counter }: Factories): Pick<Metrics, 'scan' | 'leaseExpired'> {
  const scans = counter('scans_total', 'Verdicts on URLs, by where they came from', 'from');
  const leases = counter('lease_expiries_total', 'Jobs taken from agents that fell silent', 'then');
  return {
    scan: (from) => scans.inc({ from }),
    leaseExpired: (then) => leases.inc({ then }),
  };
}

function createStreamMetrics(
  { histogram, gauge }: Factories,
  clock: Clock,
): Pick<Metrics, 'startStream' | 'startDelivery'> {
  const seconds = histogram('event_delivery_seconds', 'From an event to a stream having taken it', SECONDS);
  const open = gauge('event_streams', 'Streams of events that are open');
  const pending = new Set<{ since: number }>();
  gauge('event_oldest_undelivered_seconds', 'Age of the oldest event a stream has not taken', function () {
    const since = Math.min(...Array.from(pending, (event) => event.since));
    this.set(pending.size === 0 ? 0 : Math.max(0, clock.now() - since) / 1000);
  });
  return {
    startStream() {
      open.inc();
      return () => open.dec();
    },
    startDelivery(created_at) {
      const event = { since: created_at };
      pending.add(event);
      return () => {
        pending.delete(event);
        seconds.observe(Math.max(0, clock.now() - created_at) / 1000);
      };
    },
  };
}

function createDatabaseMetrics({ counter, histogram }: Factories) {
  const waitSeconds = histogram(
    'sqlite_lock_wait_seconds',
    'What transactions wait to begin',
    DATABASE_SECONDS,
  );
  const runSeconds = histogram(
    'sqlite_transaction_seconds',
    'How long transactions are open',
    DATABASE_SECONDS,
  );
  const busy = counter('sqlite_busy_total', 'Locks not had within the busy timeout');
  return {
    transaction(waited: number, ms: number) {
      waitSeconds.observe(waited / 1000);
      runSeconds.observe(ms / 1000);
    },
    busy: () => busy.inc(),
  };
}

function createModelMetrics({ counter, histogram }: Factories) {
  const runs = histogram('url_model_run_seconds', 'How long runs of the URL model take', SECONDS);
  const waitSeconds = histogram(
    'url_model_wait_seconds',
    'What calls wait for their run of the URL model',
    SECONDS,
  );
  const urls = histogram('url_model_run_urls', 'URLs in one run of the URL model', URLS);
  const fallbacks = counter('llm_fallbacks_total', 'Answers made without the language model', 'reason');
  return {
    modelRan(run: ModelRun) {
      runs.observe(run.duration / 1000);
      urls.observe(run.urls);
      for (const waited of run.waits) waitSeconds.observe(waited / 1000);
    },
    llmFellBack: (reason: FallbackReason) => fallbacks.inc({ reason }),
  };
}
