import type { Reading } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { createHttpBench } from '../../testing/http-bench.ts';
import { commitOf } from '../../testing/store-samples.ts';

const HOUR = 3_600_000;

async function bench() {
  const { api, clock, store } = await createHttpBench();
  const now = clock.now();
  const reading = (hoursAgo: number, value: number, part: Partial<Reading> = {}): Reading => ({
    device: 'm/1',
    metric: 'active_power_w',
    part: null,
    value,
    at: now - hoursAgo * HOUR,
    receivedAt: now - hoursAgo * HOUR,
    quality: 'good',
    historical: false,
    ...part,
  });
  const get = (url: string) => api.inject({ url });
  return { get, now, reading, store };
}

test('a device’s newest values are told, however long ago it spoke', async () => {
  const { get, reading, store } = await bench();
  store.commit(
    commitOf({ readings: [reading(900, 1), reading(800, 2), reading(900, 3, { metric: 'leak', value: true })] }),
  );
  const { items } = (await get('/api/devices/m%2F1/latest')).json<{ items: { metric: string; value: unknown }[] }>();
  expect(items.map(({ metric, value }) => [metric, value])).toEqual([
    ['active_power_w', 2],
    ['leak', true],
  ]);
  expect((await get('/api/devices/nobody/latest')).json()).toEqual({ items: [], next: null });
});

test('a course has no more buckets than were asked for, at full hours, and a gap where nothing was heard', async () => {
  const { get, now, reading, store } = await bench();
  const week = Array.from({ length: 24 * 7 }, (_, hour) => reading(hour, hour % 24)).filter(
    (_, hour) => hour < 50 || hour > 80,
  );
  store.commit(commitOf({ readings: week }));
  const from = new Date(now - 7 * 24 * HOUR).toISOString();
  const answer = (await get(`/api/readings/course?device=m%2F1&metric=active_power_w&from=${from}&buckets=100`)).json<{
    widthSeconds: number;
    items: { part: null; buckets: { from: string; count: number; good: number; mean: number }[] }[];
  }>();
  expect(answer.widthSeconds).toBe(7200);
  const [series] = answer.items;
  expect(series?.buckets.length).toBeLessThan(84 - 13);
  expect(series?.buckets.reduce((sum, { count }) => sum + count, 0)).toBe(week.length);
  expect(series?.buckets.every((bucket) => Date.parse(bucket.from) % (2 * HOUR) === 0)).toBe(true);
});

test('a course without a span is the last day; one that ends before it begins is refused', async () => {
  const { get, now, reading, store } = await bench();
  store.commit(commitOf({ readings: [reading(0, 5), reading(30, 9)] }));
  const course = (query: string) => get(`/api/readings/course?device=m%2F1&metric=active_power_w${query}`);
  const found = (await course('')).json<{ items: { buckets: { last: number }[] }[] }>();
  expect(found.items[0]?.buckets.map(({ last }) => last)).toEqual([5]);
  expect((await course(`&from=${new Date(now + HOUR).toISOString()}`)).statusCode).toBe(400);
  expect((await get('/api/readings/course?device=m%2F1')).statusCode).toBe(400);
});
