import type { Client, Contract } from '@keepsite/cloud-contract';
import type { Registry } from '@keepsite/edge-contract';
import { CLIENTS, contractsOf, targetsOf } from './clients.ts';
import { ELEVATORS } from './elevators.ts';
import { METERS } from './meters.ts';
import { CREWS, peopleWith } from './people.ts';
import { plans } from './plans.ts';
import { rosters } from './rosters.ts';
import { devicesOf } from './registry-devices.ts';
import { assetsOf, SITES, ZONES } from './sites.ts';
import { seeded } from '../random.ts';
import { LEAK_SENSORS, SUMPS } from './water.ts';
import type { ElevatorSpec, LeakSpec, MeterSpec, SumpSpec } from './specs.ts';

/** Everything that the simulators know: what stands where, who works there, whom it serves. */
export interface World {
  readonly seed: number;
  readonly zone: string;
  readonly registry: Registry;
  readonly elevators: readonly ElevatorSpec[];
  readonly leaks: readonly LeakSpec[];
  readonly sumps: readonly SumpSpec[];
  readonly meters: readonly MeterSpec[];
  readonly clients: readonly Client[];
  readonly contracts: readonly Contract[];
}

/** Options of a world; `webhook` is the stand-in's URL that every person gets as a further address. */
export interface WorldOptions {
  readonly webhook?: string | undefined;
}

/** Local time of all three sites. */
export const WORLD_ZONE = 'Asia/Shanghai';

/** Builds the world; the same seed and options give the same world, to the byte. */
export function buildWorld(seed: number, options: WorldOptions = {}): World {
  const random = seeded('world', seed);
  const elevators = ELEVATORS.map((spec) => ({ ...spec, ratedSpeedMps: random.pick([1.75, 2, 2.5]) }));
  const plant = { elevators, leaks: LEAK_SENSORS, sumps: SUMPS, meters: METERS };
  return {
    seed,
    zone: WORLD_ZONE,
    ...plant,
    clients: CLIENTS,
    contracts: contractsOf(),
    registry: {
      version: 1,
      sites: SITES,
      zones: ZONES,
      assets: assetsOf(plant),
      devices: devicesOf(plant),
      people: peopleWith(options.webhook),
      crews: CREWS,
      plans: plans(),
      calendars: [],
      rosters: rosters(WORLD_ZONE),
      contracts: contractsOf().map(targetsOf),
    },
  };
}
