import { z } from 'zod';
import { telling, type OutMessage } from '../devices/message.ts';
import type { JsonDoor } from '../http-json.ts';
import { loadsOf, type Load } from '../physics/load.ts';
import type { MeterSpec } from '../world/specs.ts';
import type { World } from '../world/world.ts';
import { PART_OF } from './energy.ts';

const QUARTER = 900_000;
const DAY = 86_400_000;

/**
 * What a data logger at every meter would hand in: power and counter of each quarter of an hour
 * before `until`, a message a meter and day, oldest first, as history in Keepsite's own dialect.
 */
export function rememberedMessages(world: World, until: number, days: number): OutMessage[] {
  const loads = loadsOf(world.meters, world.zone, world.seed);
  const end = until - (until % QUARTER);
  const starts = Array.from({ length: days }, (_, i) => end - (days - i) * DAY);
  return starts.flatMap((start) => world.meters.map((meter) => dayOf(meter, loads.get(meter.asset) as Load, start)));
}

/** True when the edge has heard of these days before: nothing is told twice. */
export async function alreadyRemembered(edge: JsonDoor, world: World, until: number): Promise<boolean> {
  const [meter] = world.meters;
  if (!meter) return true;
  const from = new Date(until - 2 * DAY).toISOString();
  const to = new Date(until - DAY).toISOString();
  const device = encodeURIComponent(meter.device);
  const answer = await edge.get(`/api/readings?device=${device}&from=${from}&to=${to}&limit=1`);
  return Readings.parse(answer).items.length > 0;
}

const Readings = z.object({ items: z.array(z.unknown()) });

function dayOf(meter: MeterSpec, load: Load, start: number): OutMessage {
  const part = PART_OF[meter.family];
  const readings = Array.from({ length: DAY / QUARTER }, (_, i) => start + i * QUARTER).flatMap((at) => [
    { metric: 'active_power_w', part, value: Math.round(load.kwAt(at) * 10_000) / 10, at },
    { metric: 'energy_import_kwh', part, value: Math.round(load.kwhAt(at) * 1000) / 1000, at },
  ]);
  return telling(`keepsite/${meter.site}/devices/${meter.device}/reading`, { historical: true, readings }, 1);
}
