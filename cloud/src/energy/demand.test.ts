import type { MeterNode } from '@keepsite/cloud-contract';
import type { Reading } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { MAIN_METER } from '../testing/energy-site.ts';
import { memoryMetrics } from '../testing/memory-metrics.ts';
import { readDemand } from './demand.ts';

const DAYS = { from: '2026-01-05', to: '2026-01-06' };
const START = Date.UTC(2026, 0, 5);
const MINUTE = 60_000;
const QUARTERS = 96;

function node(asset: string, more: Partial<MeterNode> = {}): MeterNode {
  return { ...MAIN_METER, asset, device: asset, ...more };
}

/** A meter that is read every `minutes`: `kwAt` is what it draws from a minute of the day on. */
function meter(
  device: string,
  minutes: number,
  kwAt: (minute: number) => number,
  more: Partial<Reading> = {},
): Reading[] {
  let kwh = 50;
  return Array.from({ length: (24 * 60) / minutes + 1 }, (_, i) => {
    const reading = { device, metric: 'energy_import_kwh', part: null, value: kwh, at: START + i * minutes * MINUTE };
    kwh += kwAt(i * minutes) * (minutes / 60);
    return { ...reading, receivedAt: 0, quality: 'good', historical: false, ...more };
  });
}

async function demandOf(readings: readonly Reading[], meters: readonly MeterNode[]) {
  const metrics = memoryMetrics();
  await metrics.write('edge-1', 1, readings);
  return await readDemand(metrics, meters, DAYS, 'UTC');
}

const noon = (kw: number) => (minute: number) => (minute >= 720 && minute < 735 ? kw : 10);

test('is the highest quarter of an hour of the counted meters together, not the sum of their highest', async () => {
  const one = meter('one', 15, noon(100));
  const two = meter('two', 5, (minute) => (minute >= 600 && minute < 630 ? 80 : 10));
  const behind = meter('behind', 15, noon(90));
  const meters = [node('one'), node('two', { share: 0.5 }), node('behind', { parent: 'one' })];
  const { kw, ...rest } = await demandOf([...one, ...two, ...behind], meters);
  expect(kw).toBeCloseTo(105, 6);
  expect(rest).toEqual({ at: '2026-01-05T12:00:00.000Z', quarters: QUARTERS, known: QUARTERS });
});

test('is not told by a meter that is read every hour', async () => {
  expect(await demandOf(meter('one', 60, noon(100)), [node('one')])).toEqual({
    kw: null,
    at: null,
    quarters: QUARTERS,
    known: 0,
  });
});

test('is unknown while any counted meter is silent: a gap is no low demand', async () => {
  const silent = meter('two', 15, () => 10).filter(
    ({ at }) => at !== null && (at <= START + 700 * MINUTE || at > START + 800 * MINUTE),
  );
  const { kw, known } = await demandOf([...meter('one', 15, noon(100)), ...silent], [node('one'), node('two')]);
  // Between 11:30 and 13:30 nobody knows what the second one drew.
  expect([kw, known]).toEqual([expect.closeTo(20, 6), QUARTERS - 8]);
});

test('of a power is its mean over the quarter, where it was told every few minutes', async () => {
  const power = (minutes: number) => {
    const rows = meter('one', minutes, () => 0, { metric: 'active_power_w' });
    return rows.map((row) => ({ ...row, value: (row.at ?? 0) === START + 720 * MINUTE ? 60_000 : 30_000 }));
  };
  const meters = [node('one', { metric: 'active_power_w' })];
  expect((await demandOf(power(5), meters)).kw).toBeCloseTo(40, 6);
  expect((await demandOf(power(15), meters)).known).toBe(0);
});
