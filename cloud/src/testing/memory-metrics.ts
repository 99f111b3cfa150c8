import { timeOf, type Reading } from '@keepsite/edge-contract';
import type { Measurement, MetricStore, Summary } from '../ports.ts';

/** A metric store without a disk; behaves as the contract suite asks. */
export function memoryMetrics(): MetricStore {
  const blocks = new Set<string>();
  const readings = new Map<string, Reading>();
  return {
    async write(edge, seq, rows, epoch = '') {
      const block = `${edge} ${epoch} ${seq}`;
      if (blocks.has(block)) return 'duplicate';
      blocks.add(block);
      for (const reading of rows) {
        const key = JSON.stringify([reading.device, reading.metric, reading.part, timeOf(reading)]);
        const known = readings.get(key);
        if (!known || known.receivedAt <= reading.receivedAt) readings.set(key, reading);
      }
      return 'written';
    },
    async read({ device, metric, part, from, to, limit }) {
      return [...readings.values()]
        .filter((reading) => reading.device === device && (metric ?? reading.metric) === reading.metric)
        .filter((reading) => part === undefined || reading.part === part)
        .filter((reading) => timeOf(reading) >= from && timeOf(reading) < to)
        .toSorted((a, b) => timeOf(a) - timeOf(b) || compare(a.metric, b.metric) || compare(a.part ?? '', b.part ?? ''))
        .slice(0, limit);
    },
    async summaries({ device, metric, part, from, to, stepMs }) {
      const own = [...readings.values()]
        .filter((reading) => reading.device === device && reading.metric === metric && reading.part === part)
        .filter((reading) => reading.quality === 'good' && timeOf(reading) >= from && timeOf(reading) < to)
        .flatMap((reading) =>
          typeof reading.value === 'number' ? [{ at: timeOf(reading), value: reading.value }] : [],
        )
        .toSorted((a, b) => a.at - b.at);
      const steps = Map.groupBy(own, ({ at }) => from + Math.floor((at - from) / stepMs) * stepMs);
      return [...steps].map(([at, held]) => summaryOf(at, held));
    },
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function summaryOf(at: number, held: readonly Measurement[]): Summary {
  const values = held.map(({ value }) => value);
  return {
    at,
    count: held.length,
    first: held[0] as Measurement,
    last: held.at(-1) as Measurement,
    least: Math.min(...values),
    greatest: Math.max(...values),
    mean: values.reduce((sum, value) => sum + value, 0) / values.length,
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
