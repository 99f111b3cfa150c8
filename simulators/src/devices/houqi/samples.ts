import type { Millis } from '@keepsite/edge-contract';
import { localText } from '../../local-time.ts';
import { uuidOf, type Random } from '../../random.ts';
import { SAMPLE_ZONE, type Sample, type SampleLine } from '../sample.ts';
import { anInstant, decimal, sayingOf } from '../saying.ts';

const DIRECTIONS = ['none', 'up', 'down', 'none'] as const;
const DOORS = ['open', 'closed'] as const;
/** `to_houqi_fault` of the camera's source, and a number that it does not know. */
const FAULTS = [
  [1, 'entrapment'],
  [2, 'unintended_movement'],
  [3, 'stopped_outside_door_zone'],
  [4, 'overrun_top'],
  [5, 'overrun_bottom'],
  [6, 'overspeed'],
  [11, 'door_blocked'],
  [12, 'door_fails_to_close'],
  [202, 'ebike_in_car'],
  [77, 'unknown'],
] as const;

/** A fault's begin, its end and the begin again; the state of each second; a run and a heartbeat. */
export function houqiSamples(random: Random): Sample[] {
  const device = `EL-${random.int(1, 99_999)}`;
  const at = anInstant(random);
  const [code, fault] = random.pick(FAULTS);
  const line = (when: Millis, state: 'raised' | 'cleared'): SampleLine => ({
    kind: 'fault',
    device,
    fault,
    vendorCode: code,
    state,
    at: new Date(when).toISOString(),
    quality: 'good',
  });
  const end = at + random.int(10, 9_000) * 1000;
  const sent = (ended: Millis | null, ...faults: SampleLine[]) => liftFault(device, code, at, ended, random, faults);
  const head = { macAddr: 'HQ20260101000042', elevatorNo: device };
  const run = sayingOf(device, end);
  return [
    sent(null, line(at, 'raised')),
    sent(end, line(end, 'cleared')),
    sent(null),
    liftState(device, random),
    {
      topic: '/API/V1/Up/LiftRunInfo',
      payload: JSON.stringify({
        type: 'LiftRunInfo',
        ...head,
        mannedNum: 3,
        runSpeed: [0.4, 1.5, 0.2],
        runBeginTimeStamp: at,
        runEndTimeStamp: end,
        temperature: 24,
        runBeginFloor: 1,
        runEndFloor: 7,
      }),
      says: [run('floor', '7'), run('people', 3), run('temperature_c', 24)],
    },
    {
      topic: '/API/V1/Up/HeartBeat',
      payload: JSON.stringify({ type: 'HeartBeat', ...head, cpu: '12', memory: '1', timeStamp: at }),
      says: [],
    },
  ];
}

function liftFault(
  device: string,
  faultType: number,
  begin: Millis,
  end: Millis | null,
  random: Random,
  faults: readonly SampleLine[],
): Sample {
  const car = carOf(device, random);
  const keyId = uuidOf('houqi', device, begin, random.next());
  const entry = {
    keyId,
    faultType: random.chance(0.5) ? faultType : String(faultType),
    faultBeginTime: localText(begin, SAMPLE_ZONE),
    faultEndTime: end === null ? '' : localText(end, SAMPLE_ZONE),
    faultVideoUrl: '',
  };
  return {
    topic: '/API/V1/Up/LiftFault',
    payload: JSON.stringify({ type: 'LiftFault', macAddr: 'HQ1', uuid: keyId, ...car.body, ErrorListBean: [entry] }),
    says: [...car.says, ...faults],
  };
}

function liftState(device: string, random: Random): Sample {
  const car = carOf(device, random);
  const body = {
    type: 'LiftState',
    macAddr: 'HQ1',
    faultType: 0,
    ...car.body,
    acceleration: 0.02,
    jitterFrequency: 1.5,
  };
  return { topic: '/API/V1/Up/LiftState', payload: JSON.stringify(body), says: car.says };
}

function carOf(device: string, random: Random): { body: object; says: SampleLine[] } {
  const say = sayingOf(device, null);
  const [direction, door, people, floor] = [random.int(0, 3), random.int(0, 1), random.int(0, 12), random.int(-3, 40)];
  const [speed, celsius] = [decimal(random, 0, 4, 2), decimal(random, -5, 45, 1)];
  return {
    body: {
      elevatorNo: device,
      currentFloor: floor,
      personInLift: people,
      currentSpeed: speed,
      temperature: celsius,
      runningDirection: direction,
      doorStatus: door,
    },
    says: [
      say('floor', String(floor)),
      say('people', people),
      say('speed_mps', speed),
      say('temperature_c', celsius),
      say('direction', DIRECTIONS[direction] ?? null),
      say('door', DOORS[door] ?? null),
    ],
  };
}
