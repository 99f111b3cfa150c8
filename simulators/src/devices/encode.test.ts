import { describe, expect, test } from 'vitest';
import { shapeOf } from '../testing/shape.ts';
import { AT, CAR, FULL_SUMP, METER, WET, ZONE } from '../testing/states.ts';
import { uplink } from './chirpstack/encode.ts';
import { liftFault } from './houqi/encode.ts';
import * as keepsite from './keepsite/encode.ts';
import * as mapped from './mapped/encode.ts';
import type { OutMessage } from './message.ts';
import * as milesight from './milesight/encode.ts';
import { REAL } from './real-messages.fixture.ts';
import * as shelly from './shelly-gen2/encode.ts';
import * as tasmota from './tasmota/encode.ts';
import * as zigbee from './zigbee2mqtt/encode.ts';

const body = (message: OutMessage | undefined) => JSON.parse(message?.payload ?? 'null');

describe('houqi', () => {
  const fault = { elevatorNo: 'EL-BJ-0003', macAddr: 'HQ1', faultType: 1, beganAt: AT, endedAt: null, car: CAR };

  test('a fault begins as the real monitor says it: same members, same kinds', () => {
    const message = liftFault(fault, ZONE);
    expect(message.topic).toBe('/API/V1/Up/LiftFault');
    expect(shapeOf(body(message))).toEqual(shapeOf(REAL.houqiLiftFault));
  });

  test('times are local and name no zone, and a fault that lasts has an empty end', () => {
    const [entry] = body(liftFault(fault, ZONE)).ErrorListBean;
    expect(entry).toMatchObject({ faultType: 1, faultBeginTime: '2026-03-02 16:15:30', faultEndTime: '' });
  });

  test('beginning and end carry two uuids and are paired by elevator, type and begin time alone', () => {
    const begin = body(liftFault(fault, ZONE));
    const end = body(liftFault({ ...fault, endedAt: AT + 90_000 }, ZONE));
    expect(end.uuid).not.toBe(begin.uuid);
    expect(end.ErrorListBean[0].keyId).toBe(end.uuid);
    expect(end.ErrorListBean[0]).toMatchObject({
      faultBeginTime: '2026-03-02 16:15:30',
      faultEndTime: '2026-03-02 16:17:00',
    });
  });

  test('a trapped passenger is a car that stands with its doors shut and somebody inside', () => {
    expect(body(liftFault(fault, ZONE))).toMatchObject({
      currentSpeed: 0,
      runningDirection: 3,
      doorStatus: 1,
      personInLift: 2,
      currentFloor: 7,
    });
  });
});

describe('shelly gen2', () => {
  test('a three-phase meter sends a partial notification, its whole status and its counters', () => {
    const [partial, status, counters] = shelly.meterMessages('shellypro3em-1', METER);
    expect([partial?.topic, status?.topic, counters?.topic]).toEqual([
      'shellypro3em-1/events/rpc',
      'shellypro3em-1/status/em:0',
      'shellypro3em-1/status/emdata:0',
    ]);
    expect(shapeOf(body(status))).toEqual(shapeOf(REAL.shellyEm0));
    expect(body(partial)).toMatchObject({
      src: 'shellypro3em-1',
      dst: 'shellypro3em-1/events',
      method: 'NotifyStatus',
      params: { ts: 1772439330.12 },
    });
    expect(body(counters).total_act).toBe(12_345_678.9);
  });

  test('phases add up to the total, and no neutral clamp is null', () => {
    const status = body(shelly.meterMessages('m', METER)[1]);
    expect(status.a_act_power + status.b_act_power + status.c_act_power).toBeCloseTo(status.total_act_power, 0);
    expect(status.n_current).toBeNull();
  });

  test('a pump sends two partials: counts without power, then power without counts', () => {
    const [counts, power] = shelly.pumpMessages('shelly1pmg4-1', FULL_SUMP).map(body);
    expect(shapeOf(counts.params['switch:0'])).toEqual(shapeOf(REAL.shellyPumpCounts));
    expect(shapeOf(power.params['switch:0'])).toEqual(shapeOf(REAL.shellyPumpPower));
    expect(power.params.ts - counts.params.ts).toBeCloseTo(0.02, 3);
  });

  test('a flood alarm is a notification, and online is a bare retained word', () => {
    expect(shapeOf(body(shelly.floodMessages('shellyfloodg4-1', WET)[0]))).toEqual(shapeOf(REAL.shellyFlood));
    expect(shelly.online('x', false)).toEqual({ topic: 'x/online', payload: 'false', qos: 1, retain: true });
  });
});

describe('tasmota', () => {
  test('an energy device sends local time and kWh, with Period in Wh', () => {
    const counters = { todayKwh: 0.954, yesterdayKwh: 5.34, periodWh: 217.4 };
    const [message] = tasmota.meterMessages('pow1', METER, ZONE, counters);
    expect(message?.topic).toBe('tele/pow1/SENSOR');
    expect(shapeOf(body(message))).toEqual(shapeOf(REAL.tasmotaSensor));
    expect(body(message)).toMatchObject({
      Time: '2026-03-02T16:15:30',
      ENERGY: { Total: 12_345.679, Today: 0.954, Period: 217 },
    });
  });

  test('presence is a capitalised bare word, retained', () => {
    expect(tasmota.online('pow1', true)).toEqual({ topic: 'tele/pow1/LWT', payload: 'Online', qos: 1, retain: true });
    expect(tasmota.online('pow1', false).payload).toBe('Offline');
  });

  test('Today begins anew at local midnight and what it was becomes Yesterday', () => {
    const count = tasmota.dayCounters(ZONE);
    const midnight = Date.parse('2026-03-02T16:00:00.000Z');
    const at = (ms: number, energyKwh: number) => count({ ...METER, at: ms, energyKwh });
    at(midnight - 60_000, 100);
    expect(at(midnight - 1000, 103)).toEqual({ todayKwh: 3, yesterdayKwh: 0, periodWh: 3000 });
    expect(at(midnight, 104)).toMatchObject({ todayKwh: 0, yesterdayKwh: 4 });
    expect(at(midnight + 60_000, 105)).toMatchObject({ todayKwh: 1, yesterdayKwh: 4 });
  });
});

describe('zigbee2mqtt', () => {
  test('a water sensor says what the real one says, battery voltage in mV', () => {
    const [message] = zigbee.leakMessages('kelder', WET, ZONE);
    expect(message?.topic).toBe('zigbee2mqtt/kelder');
    expect(shapeOf(body(message))).toEqual(shapeOf(REAL.zigbeeLeak));
    expect(body(message)).toMatchObject({ water_leak: true, last_seen: '2026-03-02T16:15:30+08:00' });
    expect(body(message).voltage).toBeGreaterThan(2000);
  });

  test('availability is retained JSON', () => {
    expect(zigbee.availability('kelder', false)).toMatchObject({ payload: '{"state":"offline"}', retain: true });
  });

  test('a plug reports W and kWh', () => {
    expect(body(zigbee.plugMessages('plug', METER, ZONE)[0])).toMatchObject({ power: 80_000, energy: 12_345.68 });
  });
});

describe('chirpstack and milesight', () => {
  const frame = {
    devEui: '24e124136a100010',
    deviceName: 'a',
    deviceProfileName: 'Milesight EM300-SLD',
    at: AT,
    fCnt: 17,
  };

  test('an uplink has the members of a real one', () => {
    const message = uplink({ ...frame, object: milesight.leakObject(WET) });
    expect(message.topic).toMatch(/^application\/[0-9a-f-]{36}\/device\/24e124136a100010\/event\/up$/);
    expect(shapeOf(body(message))).toEqual(shapeOf(REAL.chirpstackUp));
    expect(body(message).time).toBe('2026-03-02T08:15:30.120345678+00:00');
  });

  test('every uplink has an id of its own, the same one when it is sent again', () => {
    const id = (fCnt: number, at = AT) => body(uplink({ ...frame, fCnt, at, object: {} })).deduplicationId;
    expect(id(17)).toBe(id(17));
    expect(new Set([id(17), id(18), id(17, AT + 1)]).size).toBe(3);
    expect(id(17)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('leak is a word, depth is in whole centimetres, history has its own Unix seconds', () => {
    expect(milesight.leakObject(WET)).toEqual({ battery: 92, temperature: 22, humidity: 46.5, leakage_status: 'leak' });
    expect(milesight.levelObject({ levelM: 1.234 }, 80)).toEqual({ battery: 80, depth: 123 });
    const kept = milesight.leakHistoryObject([WET, { ...WET, at: AT + 60_000, wet: false }]);
    expect(shapeOf(kept)).toEqual(shapeOf(REAL.milesightHistory));
    expect(kept).toMatchObject({
      history: [{ timestamp: 1_772_439_330, leakage_status: 'leak' }, { leakage_status: 'normal' }],
    });
  });
});

describe('keepsite', () => {
  test('a reading message holds one instant and its points', () => {
    const message = keepsite.reading('bj', 'box', AT, keepsite.elevatorPoints(CAR));
    expect(message.topic).toBe('keepsite/bj/devices/box/reading');
    expect(body(message).at).toBe('2026-03-02T08:15:30.120Z');
    const values = Object.fromEntries(
      body(message).readings.map((point: keepsite.Point) => [point.metric, point.value]),
    );
    expect(values).toMatchObject({
      door: 'closed',
      occupied: true,
      speed_mps: 0,
      floor: '7',
      mode: 'normal',
      position_m: 23.3,
    });
  });

  test('a pump’s controller tells whether it runs and whether the float is up', () => {
    expect(keepsite.pumpPoints(FULL_SUMP)).toEqual([
      { metric: 'pump_running', value: true },
      { metric: 'float_high', value: true },
    ]);
  });

  test('availability is retained', () => {
    expect(keepsite.availability('bj', 'box', true)).toMatchObject({ payload: '{"online":true}', retain: true });
  });
});

test('the mapped meter speaks kW and MWh with Unix seconds', () => {
  const [message] = mapped.meterMessages(METER);
  expect(message?.topic).toBe(mapped.MAPPED_TOPIC);
  expect(body(message)).toMatchObject({ t: 1_772_439_330, P: 80, E: 12.345679 });
});
