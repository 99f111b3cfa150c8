import type { Millis } from '@keepsite/edge-contract';
import { localText } from '../../local-time.ts';
import type { Random } from '../../random.ts';
import { SAMPLE_ZONE, type Sample, type SampleLine } from '../sample.ts';
import { anInstant, sayingOf } from '../saying.ts';

const DIRECTIONS = ['none', 'up', 'down'] as const;
const MODES = ['normal', 'inspection', 'out_of_service'] as const;
const LOOPS = [
  ['safeLoop', 'safety_chain_open'],
  ['doorLoop', 'door_lock_chain_open'],
  ['stopOutLockArea', 'stopped_outside_door_zone'],
  ['carroofAccidentShift', 'unintended_movement'],
] as const;
/** Some of the platform's fault types. */
const FAULTS = [
  [1, 'overrun_top'],
  [3, 'overspeed'],
  [7, 'entrapment'],
  [8, 'entrapment'],
  [10, 'safety_chain_open'],
  [12, 'door_fails_to_close'],
  [16, 'brake'],
  [18, 'unknown'],
  [27, 'unknown'],
  [37, 'ebike_in_car'],
  [38, 'abnormal_vibration'],
] as const;
const EVENTS = [
  [40, 'normal'],
  [42, 'out_of_service'],
  [43, 'inspection'],
  [44, 'fire'],
  [45, 'fire'],
  [46, 'emergency_power'],
  [47, 'seismic'],
] as const;

/** Frames of both lengths, a fault from add to disappear, a restart's list, an event, JSON, and talk that says nothing. */
export function shmashineSamples(random: Random): Sample[] {
  const code = `MX${random.int(1000, 9999)}`;
  const at = anInstant(random);
  return [
    monitor(code, at, random, random.chance(0.5)),
    monitor(code, at + 3_000, random, true),
    ...faultPair(code, at + 10_000, random),
    ...restart(`${code}R`, random),
    event(code, random),
    machineRoom(`${code}M`, at, random),
    ...twoBoxes(`${code}B`, at),
    lostEnd(`${code}L`, at, 'add'),
    lostEnd(`${code}L`, at + 20_000, 'normal'),
    { topic: `shmashine/${code}/fault`, payload: '{"TY":"Fault","ST":"add","status":1,"fault_type":7}', says: [] },
    { topic: `shmashine/${code}/login`, payload: JSON.stringify({ TY: 'Login', ST: 'login', eid: code }), says: [] },
    { topic: `shmashine/${code}/tr`, payload: '{"TY":"TR","ST":"update_log","door_times":4,"run_count":2}', says: [] },
  ];
}

function monitor(code: string, at: Millis, random: Random, withTail: boolean): Sample {
  const say = sayingOf(code, at);
  const status = random.pick([0, 1, 2, 3]);
  const [direction, mode] = [random.int(0, 2), random.int(0, 2)];
  const [tenths, floor, celsius] = [random.int(-60, 60), random.int(-4, 90), random.int(-9, 45)];
  const [people, closed, unlocked] = [random.int(0, 1), random.int(0, 1), random.int(0, 1)];
  const battery = random.int(0, 100);
  const tail = withTail ? LOOPS.map(() => random.int(0, 1)) : [];
  const car = [status, direction, random.int(0, 1), tenths, unlocked, people, 0, floor, 40, battery, mode, 0, closed];
  const bytes = [...seconds(at), 1, ...car, random.int(0, 1), celsius, ...(withTail ? [1, ...tail] : [])];
  const fault = (name: string, vendorCode: string, raised: boolean): SampleLine => ({
    kind: 'fault',
    device: code,
    fault: name,
    vendorCode,
    state: raised ? 'raised' : 'cleared',
    at: new Date(at).toISOString(),
    quality: 'good',
  });
  return {
    topic: `shmashine/${code}/monitor`,
    payload: JSON.stringify({ TY: 'M', ST: 'S', D: Uint8Array.from(bytes).toBase64() }),
    says: [
      say('floor', String(floor)),
      say('speed_mps', tenths / 10),
      say('direction', DIRECTIONS[direction] ?? null),
      ...(closed === 1 ? [say('door', 'closed')] : unlocked === 1 ? [say('door', 'open')] : []),
      say('occupied', people === 1),
      say('battery_pct', battery),
      say('mode', MODES[mode] ?? null),
      ...(celsius === 0 ? [] : [say('temperature_c', celsius)]),
      ...(status === 1 ? [] : [fault('entrapment', 'nowStatus', status > 1)]),
      ...tail.map((byte, i) => fault(LOOPS[i]?.[1] ?? '', LOOPS[i]?.[0] ?? '', byte === 1)),
    ],
  };
}

/** Unix seconds, the least significant byte first. */
function seconds(at: Millis): number[] {
  const whole = Math.floor(at / 1000);
  return [0, 8, 16, 24].map((bits) => (whole >>> bits) & 255);
}

/** The platform's time as it should be, and once with milliseconds in the place of the seconds. */
function faultPair(device: string, at: Millis, random: Random): Sample[] {
  const [code, fault] = random.pick(FAULTS);
  const spoilt = `${localText(at, SAMPLE_ZONE).slice(0, 17)}${random.int(100, 999)}`;
  const floor = random.int(1, 30);
  const madeUp = Uint8Array.from([...Array<number>(12).fill(0), floor, 0, 0, 0, 0, 0]).toBase64();
  const said = (ST: string, time: string, fault_type: unknown, more: object, says: Partial<SampleLine>): Sample => ({
    topic: `shmashine/${device}/fault`,
    payload: JSON.stringify({ elevatorCode: device, TY: 'Fault', ST, fault_type, faultId: '81', time, ...more }),
    says: [
      { kind: 'fault', device, fault, vendorCode: code, quality: 'good', ...says },
      ...('D' in more ? [sayingOf(device, null)('floor', String(floor))] : []),
    ],
  });
  return [
    said('add', spoilt, code, { D: madeUp }, { state: 'raised', at: null }),
    said(
      'disappear',
      localText(at + 60_000, SAMPLE_ZONE),
      String(code),
      {},
      {
        state: 'cleared',
        at: new Date(at + 60_000).toISOString(),
      },
    ),
  ];
}

/** After a restart the device lists what is left. */
function restart(device: string, random: Random): Sample[] {
  const left = random.pick([true, false]);
  const fault = (name: string, vendorCode: number, state: 'raised' | 'cleared') =>
    ({ kind: 'fault', device, fault: name, vendorCode, state, at: null }) as const;
  const send = (ST: string, fault_type: string, says: SampleLine[]) => ({
    topic: `shmashine/${device}/fault`,
    payload: JSON.stringify({ TY: 'Fault', ST, fault_type }),
    says,
  });
  return [
    send('add', '11,20', [fault('door_fails_to_open', 11, 'raised'), fault('door_blocked', 20, 'raised')]),
    send('update', left ? '20' : '', [
      fault('door_fails_to_open', 11, 'cleared'),
      fault('door_blocked', 20, left ? 'raised' : 'cleared'),
    ]),
  ];
}

function event(device: string, random: Random): Sample {
  const [event_type, mode] = random.pick(EVENTS);
  const over = random.chance(0.3);
  return {
    topic: `shmashine/${device}/event`,
    payload: JSON.stringify({ TY: 'Event', ST: over ? 'disappear' : 'add', event_type }),
    says: [sayingOf(device, null)('mode', over ? 'normal' : mode)],
  };
}

/** JSON instead of a frame; here 1 is a closed loop. */
function machineRoom(device: string, at: Millis, random: Random): Sample {
  const [safe_loop, repair] = [random.int(0, 1), random.int(0, 1)];
  const temperature = random.int(150, 450) / 10;
  const say = sayingOf(device, at);
  const state = safe_loop === 0 ? 'raised' : 'cleared';
  return {
    topic: `shmashine/${device}/monitor`,
    payload: JSON.stringify({
      TY: 'M',
      ST: 'S',
      sensorType: 'MotorRoom',
      time: localText(at, SAMPLE_ZONE),
      brake: 1,
      door_loop: 1,
      safe_loop,
      temperature,
      repair,
      stop: 0,
    }),
    says: [
      say('temperature_c', temperature),
      say('mode', repair === 1 ? 'inspection' : 'normal'),
      { kind: 'fault', device, fault: 'safety_chain_open', state, vendorCode: 'safe_loop' },
    ],
  };
}

/** Both switches are on; the car roof's goes off, and the machine room's still counts. */
function twoBoxes(device: string, at: Millis): Sample[] {
  const sent = (sensorType: string, repair: number): Sample => ({
    topic: `shmashine/${device}/monitor`,
    payload: JSON.stringify({ TY: 'M', ST: 'S', sensorType, time: localText(at, SAMPLE_ZONE), repair }),
    says: [sayingOf(device, at)('mode', 'inspection')],
  });
  return [sent('MotorRoom', 1), sent('CarRoof', 1), sent('CarRoof', 0)];
}

/** A trapped passenger whose `disappear` is lost; the platform's unpacked status says later that all is normal. */
function lostEnd(device: string, at: Millis, what: 'add' | 'normal'): Sample {
  const time = localText(at, SAMPLE_ZONE);
  const said = (state: 'raised' | 'cleared', vendorCode: string | number): SampleLine => ({
    kind: 'fault',
    device,
    fault: 'entrapment',
    state,
    vendorCode,
    at: new Date(at).toISOString(),
    quality: 'good',
  });
  const head = { elevatorCode: device, sensorType: 'CarRoof', time };
  return what === 'add'
    ? {
        topic: `shmashine/${device}/fault`,
        payload: JSON.stringify({ TY: 'Fault', ST: 'add', fault_type: 8, ...head }),
        says: [said('raised', 8)],
      }
    : {
        topic: `shmashine/${device}/monitor`,
        payload: JSON.stringify({ type: 'Monitor', stype: 'status', nowStatus: 0, ...head }),
        says: [said('cleared', 'nowStatus'), said('cleared', 8)],
      };
}
