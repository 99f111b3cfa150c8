import type { Device } from '@keepsite/edge-contract';
import { MAPPED_FAMILY } from './mappings.ts';
import type { Plant } from './sites.ts';

const MONTH_SECONDS = 30 * 86_400;

/** Every device of a plant, as its dialect names it, bound to its asset. */
export function devicesOf({ elevators, leaks, sumps, meters }: Plant): Device[] {
  return [
    ...elevators.flatMap((e) => [
      device(e.controller, 'keepsite', e.asset, 90),
      // The car's monitor speaks only when something is wrong.
      device(e.monitor.elevatorNo, 'houqi', e.asset, MONTH_SECONDS),
    ]),
    ...leaks.map((l) => device(l.device, l.family, l.asset, l.everySeconds === 10 ? 120 : 900)),
    ...sumps.flatMap((s) => [
      device(s.level, 'milesight', s.asset, 300),
      device(s.power, 'shelly-gen2', s.pump, 300),
      device(s.controller, 'keepsite', s.pump, 300),
    ]),
    ...meters.map((m) => device(m.device, m.family === 'mapped' ? MAPPED_FAMILY : m.family, m.asset, 180)),
  ];
}

function device(id: string, family: string, asset: string, expectEverySeconds: number): Device {
  return { id, family, asset, expectEverySeconds };
}
