import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, decimal, sayingOf } from '../saying.ts';

const WORDS = [
  ['open', 'open', 'up', 'up'],
  ['Closed', 'closed', 'DOWN', 'down'],
  ['开门', 'open', '上行', 'up'],
  ['关门', 'closed', '下行', 'down'],
  ['关门中', 'closing', '停止', 'none'],
] as const;

/** The simulator's bare state, a car with names of its own, a list of cars, a fault that comes and goes, commands. */
export function mockElevatorSamples(random: Random): Sample[] {
  const id = `car-${random.int(1, 99_999)}`;
  const at = anInstant(random) + random.int(0, 999);
  const [say, timed] = [sayingOf('elevator', null), sayingOf(id, at)];
  const [doorWord, door, directionWord, direction] = random.pick(WORDS);
  const [position, weight, speed] = [random.int(1, 10), random.int(0, 999), decimal(random, -4, 4, 2)];
  const maintenance = random.chance(0.5);
  const mode = maintenance ? 'inspection' : 'normal';
  const second = sayingOf('2', null);
  const topic = `site/lift-${random.int(1, 9)}/telemetry`;
  const entrapment = { kind: 'fault', device: id, fault: 'entrapment', vendorCode: '困人' } as const;
  return [
    {
      topic: 'elevator/sensor_data',
      payload: JSON.stringify({ position, door_status: door, weight, maintenance_mode: maintenance }),
      says: [say('floor', String(position)), say('door', door), say('load_kg', weight), say('mode', mode)],
    },
    {
      topic,
      payload: JSON.stringify({
        elevatorId: id,
        currentFloor: 'B1',
        doorState: doorWord,
        direction: directionWord,
        speed,
        passengers: 3,
        timestamp: random.chance(0.5) ? at : new Date(at).toISOString(),
        firmware: '1.4.2',
      }),
      says: [
        timed('floor', 'B1'),
        timed('door', door),
        timed('direction', direction),
        timed('speed_mps', speed),
        timed('people', 3),
      ],
    },
    {
      topic: 'elevators/status',
      payload: JSON.stringify({ elevators: [{ id: 2, floor: position, door: doorWord }] }),
      says: [second('floor', String(position)), second('door', door)],
    },
    {
      topic,
      payload: JSON.stringify({ id, floor: 4, door: 'closed', status: '困人' }),
      says: [
        sayingOf(id, null)('floor', '4'),
        sayingOf(id, null)('door', 'closed'),
        { ...entrapment, state: 'raised' },
      ],
    },
    {
      topic,
      payload: JSON.stringify({ id, floor: 4, door: 'open', status: '正常' }),
      says: [
        sayingOf(id, null)('floor', '4'),
        sayingOf(id, null)('door', 'open'),
        sayingOf(id, null)('mode', 'normal'),
        { ...entrapment, state: 'cleared' },
      ],
    },
    { topic: 'elevator/command', payload: `MOVE_TO_${position}`, says: [] },
    {
      topic: 'elevator/events',
      payload: JSON.stringify({
        type: 'error',
        error: 'Floor 99 is out of range',
        command: 'MOVE_TO_99',
        ts: at / 1000,
      }),
      says: [],
    },
  ];
}
