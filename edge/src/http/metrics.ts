import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry as MetricRegistry } from 'prom-client';

const PREFIX = 'keepsite_edge_';

/** What the edge counts. Names carry base units; the totals that others keep are read at scrape time. */
export interface Metrics {
  readonly registry: MetricRegistry;
  readonly pages: Counter<'channel' | 'outcome'>;
  readonly pageSeconds: Histogram<'channel'>;
  readonly diskSyncSeconds: Histogram;
  readonly uplinkRecords: Counter<'kind' | 'verdict'>;
  readonly uplinkBatchSeconds: Histogram;
  readonly uplinkFailures: Counter;
  readonly commands: Counter<'state'>;
  readonly requestSeconds: Histogram<'method' | 'route' | 'status'>;
}

/** A registry of its own, so that two edges in one process never share a counter. */
export function createMetrics(): Metrics {
  const registry = new MetricRegistry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry, prefix: PREFIX });
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter({ name: `${PREFIX}${name}`, help, labelNames, registers });
  const seconds = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Histogram({ name: `${PREFIX}${name}`, help, labelNames, registers, buckets: SECONDS });
  return {
    registry,
    pages: counter('pages_total', 'Attempts to hand a page to a channel.', ['channel', 'outcome']),
    pageSeconds: seconds('page_seconds', 'How long a channel took to take a page.', ['channel']),
    diskSyncSeconds: seconds('disk_sync_seconds', 'How long the disk took to keep what was written.'),
    uplinkRecords: counter('uplink_records_total', 'Records sent to the cloud, by its verdict.', ['kind', 'verdict']),
    uplinkBatchSeconds: seconds('uplink_batch_seconds', 'How long the cloud took for a batch.'),
    uplinkFailures: counter('uplink_failures_total', 'Batches that the cloud did not take.'),
    commands: counter('commands_total', 'Commands from the cloud, by what became of them.', ['state']),
    requestSeconds: seconds('http_request_seconds', 'How long the API took to answer.', ['method', 'route', 'status']),
  };
}

const SECONDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10];

/** A gauge or counter whose value is asked for when it is scraped. */
export interface Probe {
  readonly name: string;
  readonly help: string;
  readonly value: () => number | Readonly<Record<string, number>>;
  /** For a value with several parts: what tells them apart. */
  readonly label?: string;
}

/** Registers probes; a name that ends in `_total` becomes a counter. A probe that throws is left out of that scrape. */
export function registerProbes(metrics: Metrics, probes: readonly Probe[]): void {
  for (const probe of probes) (probe.name.endsWith('_total') ? registerTotal : registerGauge)(metrics, probe);
}

function registerGauge({ registry }: Metrics, probe: Probe): void {
  const gauge: Gauge = new Gauge({
    ...options(probe),
    collect() {
      for (const [labels, value] of read(probe)) gauge.set(labels, value);
    },
  });
  registry.registerMetric(gauge);
}

function registerTotal({ registry }: Metrics, probe: Probe): void {
  const counter: Counter = new Counter({
    ...options(probe),
    collect() {
      counter.reset();
      for (const [labels, value] of read(probe)) counter.inc(labels, value);
    },
  });
  registry.registerMetric(counter);
}

function options({ name, help, label }: Probe) {
  return { name: `${PREFIX}${name}`, help, labelNames: label ? [label] : [], registers: [] };
}

function read({ value, label }: Probe): [Record<string, string>, number][] {
  try {
    const now = value();
    if (typeof now === 'number') return [[{}, now]];
    return Object.entries(now).map(([part, number]) => [label ? { [label]: part } : {}, number]);
  } catch {
    return [];
  }
}
