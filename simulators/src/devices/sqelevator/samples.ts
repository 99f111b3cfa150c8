import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { decimal, sayingOf } from '../saying.ts';

const DOORS = ['open', 'closed', 'opening', 'closing'] as const;
const DIRECTIONS = ['up', 'down', 'none'] as const;
const FOOT_M = 0.3048;
const POUND_KG = 0.45359237;

/** Every status topic of one elevator, what the building has, and what somebody wants of the elevator. */
export function sqelevatorSamples(random: Random): Sample[] {
  const building = random.pick(['building', 'campus/b', 'tower-2']);
  const number = random.int(0, 20);
  const say = sayingOf(`${building}/elevator/${number}`, null);
  const [door, direction, floor] = [random.int(1, 4), random.int(0, 2), random.int(0, 80)];
  const [feet, feetPerSec, lbs] = [random.int(0, 900), random.int(-20, 20), random.int(0, 4_000)];
  const [metres, kilograms] = [decimal(random, 0, 200, 2), random.int(0, 2_000)];
  const told = (field: string, payload: string | number, ...says: SampleLine[]): Sample => ({
    topic: `${building}/status/elevator/${number}/${field}`,
    payload: String(payload),
    says,
  });
  const silent = (topic: string, payload: string | number): Sample => ({
    topic: `building/${topic}`,
    payload: String(payload),
    retain: topic.startsWith('info/'),
    says: [],
  });
  return [
    told('door', door, say('door', DOORS[door - 1] ?? null)),
    told('committedDirection', direction, say('direction', DIRECTIONS[direction] ?? null)),
    told('floor', floor, say('floor', String(floor))),
    told('position/feet', feet, say('position_m', feet * FOOT_M)),
    told('height/feet', feet, say('position_m', feet * FOOT_M)),
    told('speed/feetPerSec', feetPerSec, say('speed_mps', feetPerSec * FOOT_M)),
    told('load/lbs', lbs, say('load_kg', lbs * POUND_KG)),
    told('position/meters', metres, say('position_m', metres)),
    told('load/kg', kilograms, say('load_kg', kilograms)),
    told('speed/knots', feetPerSec, { kind: 'rejected' }),
    told('door', random.int(5, 99), { kind: 'rejected' }),
    told('acceleration/feetPerSqSec', 2),
    told(`floorButton/${floor}`, 'true'),
    silent('info/numberOfElevators', random.int(1, 9)),
    silent('info/floorHeight/feet', 10),
    silent(`info/elevator/${number}/targetFloor`, floor),
    silent(`control/elevator/${number}/targetFloor`, floor),
    silent(`status/floor/${floor}/button/up`, 'false'),
  ];
}
