import { timeOf, type Reading } from '@keepsite/edge-contract';
import type { MetricStore } from '../ports.ts';

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
    ping: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
