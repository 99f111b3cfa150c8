import { type Reading, timeOf } from '@keepsite/edge-contract';
import type { Bucket, Store } from '../ports.ts';
import type { MemoryDisk } from './memory-store.ts';

/** What the twin says of the newest readings and of a metric's course: worked out anew from all readings. */
export function courses(disk: MemoryDisk): Pick<Store, 'latest' | 'course'> {
  const all = () => disk.readings.map(({ reading }) => reading);
  return {
    latest(device) {
      const own = all().filter((reading) => reading.device === device);
      return inOrder(Map.groupBy(own, keyOf)).map(([, readings]) => newestOf(readings));
    },
    course({ device, metric, from, to, width }) {
      const first = Math.floor(from / width) * width;
      const end = Math.ceil(to / width) * width;
      const own = all().filter(
        (reading) =>
          reading.device === device && reading.metric === metric && timeOf(reading) >= first && timeOf(reading) < end,
      );
      return inOrder(Map.groupBy(own, keyOf)).map(([, readings]) => {
        const byBucket = Map.groupBy(readings, (reading) => Math.floor(timeOf(reading) / width) * width);
        const buckets = [...byBucket].toSorted(([a], [b]) => a - b);
        return { part: readings[0]?.part ?? null, buckets: buckets.map(([at, some]) => bucketOf(at, some)) };
      });
    },
  };
}

function keyOf({ metric, part }: Reading): string {
  return `${metric}\n${part ?? ''}`;
}

function inOrder<T>(groups: ReadonlyMap<string, T>): [string, T][] {
  return [...groups].toSorted(([a], [b]) => (a < b ? -1 : 1));
}

function newestOf(readings: readonly Reading[]): Reading {
  return readings.reduce((newest, reading) => (timeOf(reading) >= timeOf(newest) ? reading : newest));
}

function bucketOf(from: number, readings: readonly Reading[]): Bucket {
  const good = readings.filter(({ quality }) => quality === 'good');
  const numbers = good
    .map(({ value }) => (typeof value === 'boolean' ? Number(value) : value))
    .filter((value) => typeof value === 'number');
  const none = numbers.length === 0;
  return {
    from,
    count: readings.length,
    good: good.length,
    min: none ? null : Math.min(...numbers),
    max: none ? null : Math.max(...numbers),
    mean: none ? null : numbers.reduce((sum, number) => sum + number, 0) / numbers.length,
    last: good.length === 0 ? null : newestOf(good).value,
  };
}
