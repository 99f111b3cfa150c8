import type { MeterNode } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import { countedMeters, gridOf, intervalsOf, type MeteredDemand, periodOfDays, type Slot } from '@keepsite/edge-energy';
import type { MetricStore } from '../ports.ts';
import { QUARTER_MS, readCourse } from './meter-course.ts';

/** A counter may be read a little late and still tell a quarter of an hour; what a power does meanwhile nobody sees. */
const LONGEST_MS = { energy_import_kwh: 1.1 * QUARTER_MS, active_power_w: 5 * 60_000 } as const;
const QUARTERS_AN_HOUR = 4;

/**
 * The highest quarter of an hour of some local days, of all counted meters together, each with its share. A
 * quarter counts when every one of them was measured within it; hourly meters tell none.
 */
export async function readDemand(
  metrics: MetricStore,
  meters: readonly MeterNode[],
  days: { readonly from: string; readonly to: string },
  zone: string,
): Promise<MeteredDemand> {
  const { from, to } = periodOfDays(days.from, days.to, zone);
  const quarters = gridOf('quarter', from, to, zone);
  const sums = new Float64Array(quarters.length);
  for (const meter of countedMeters(meters)) await addTo(sums, metrics, meter, quarters);
  const known = sums.filter((kwh) => !Number.isNaN(kwh));
  const highest = known.length === 0 ? null : known.reduce((most, kwh) => Math.max(most, kwh));
  return {
    kw: highest === null ? null : highest * QUARTERS_AN_HOUR,
    at: highest === null ? null : instantText(quarters[sums.indexOf(highest)]?.from ?? from),
    quarters: quarters.length,
    known: known.length,
  };
}

/** Adds a meter's energy to each quarter's sum; NaN where it is not measured, and stays so. */
async function addTo(
  sums: Float64Array,
  metrics: MetricStore,
  meter: MeterNode,
  quarters: readonly Slot[],
): Promise<void> {
  let i = 0;
  for await (const { slots, course } of readCourse(metrics, meter, quarters))
    for (const { kwh, quality } of intervalsOf(slots, course.stretches, { maxGapMs: LONGEST_MS[meter.metric] })) {
      sums[i] = (sums[i] as number) + (kwh === null || quality !== 'measured' ? Number.NaN : kwh * meter.share);
      i += 1;
    }
}
