import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { sayingOf } from '../saying.ts';

const DIRECTIONS = ['none', 'up', 'down'] as const;
const DOORS = ['closed', 'open', 'closing', 'opening'] as const;
/** The document's fault numbers, and one of which it knows nothing. */
const FAULTS: readonly (readonly [code: number, fault: string])[] = [
  [1, 'entrapment'],
  [2, 'entrapment'],
  [3, 'door_open_while_running'],
  [4, 'stopped_outside_door_zone'],
  [5, 'overspeed'],
  [6, 'overrun_top'],
  [7, 'overrun_bottom'],
  [8, 'unintended_movement'],
  [9, 'unknown'],
];

/** States with a fault that comes, stays out of one message and goes; a login; frames with noise between them, and none. */
export function elevatorcloudSamples(random: Random): Sample[] {
  const device = `lift-${random.int(1, 99_999)}`;
  const say = sayingOf(device, null);
  const [code, name] = random.pick(FAULTS);
  const fault = (state: 'raised' | 'cleared'): SampleLine => ({
    kind: 'fault',
    device,
    fault: name,
    vendorCode: code,
    state,
    at: null,
  });
  const topic = `elevatorcloud/${device}/info`;
  const [first, second] = [random.int(-3, 60), random.int(-3, 60)];
  return [
    state(device, random, [code], [fault('raised')]),
    { topic, payload: framed({ type: 'info', data: { floor: String(first) } }), says: [say('floor', String(first))] },
    bare(device, state(device, random, [], [fault('cleared')])),
    { topic: `elevatorcloud/${device}/login`, payload: framed({ type: 'login', eid: 'mx10000001' }), says: [] },
    {
      topic,
      payload: `\u0001${framed({ type: 'cping' })}\r\n${framed({ type: 'info', data: { floor: first } })}  ${framed({ type: 'info', data: { floor: second } })}`,
      says: [say('floor', String(first)), say('floor', String(second))],
    },
    { topic, payload: '#10#{"type":"info","data":{"fl', says: [{ kind: 'rejected' }] },
  ];
}

/** As a websocket sends it: without the frame, and the topic is the bridge's. */
function bare(device: string, { payload, says }: Sample): Sample {
  return { topic: `ws/${device}`, payload: String(payload).replace(/^#10#|#13#$/g, ''), says };
}

function framed(body: unknown): string {
  return `#10#${JSON.stringify(body)}#13#`;
}

function state(device: string, random: Random, fault: readonly number[], faults: readonly SampleLine[]): Sample {
  const say = sayingOf(device, null);
  const [direction, door, floor] = [random.int(0, 2), random.int(0, 3), random.int(-3, 60)];
  const [haspeople, reparing, inmaintenance] = [random.int(0, 1), random.int(0, 1), random.int(0, 1)];
  const inposition = random.int(0, 1);
  const data = { direction, inposition, floor, door, haspeople, reparing, inmaintenance, fault };
  return {
    topic: `elevatorcloud/${device}/info`,
    payload: framed({ type: 'info', data }),
    says: [
      say('direction', DIRECTIONS[direction] ?? null),
      say('floor', String(floor)),
      say('door', DOORS[door] ?? null),
      say('occupied', haspeople === 1),
      say('mode', reparing + inmaintenance > 0 ? 'inspection' : 'normal'),
      ...faults,
    ],
  };
}
