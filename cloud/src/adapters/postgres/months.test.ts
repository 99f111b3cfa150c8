import { expect, test } from 'vitest';
import type { Reading } from '@keepsite/edge-contract';
import { useTestDatabase } from '../../testing/postgres.ts';
import { postgresMetrics } from './metrics.ts';

const database = useTestDatabase();

const DAY = 86_400_000;

test('who reads or writes while a month gets a table of its own misses nothing', async () => {
  const tenant = database.tenant();
  const store = postgresMetrics(database.db, tenant);
  const months = Array.from({ length: 24 }, (_, i) => Date.UTC(2101, i, 10));
  // Sixty days ahead of its receipt: no month is made for it.
  const ahead = months.map((at) => ({ ...READING, at, receivedAt: at - 60 * DAY }));
  await store.write('ahead', 1, ahead);
  const all = { device: READING.device, from: ahead[0]!.at, to: Infinity, limit: 10_000 };

  const made = new AbortController();
  const seen: number[] = [];
  const watch = async () => {
    while (!made.signal.aborted)
      seen.push((await store.read(all)).filter(({ metric }) => metric === READING.metric).length);
  };
  const watching = Promise.all([watch(), watch()]);
  for (const [i, at] of months.entries()) {
    await store.write('due', i, [{ ...READING, metric: 'rate_of_rise', at, receivedAt: at }]);
  }
  made.abort();
  await watching;

  expect(new Set(seen)).toEqual(new Set([months.length]));
});

const READING: Reading & { readonly at: number } = {
  device: 'device-1',
  metric: 'temperature_c',
  part: null,
  value: 21,
  at: 0,
  receivedAt: 0,
  quality: 'good',
  historical: false,
};
