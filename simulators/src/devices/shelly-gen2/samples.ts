import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';

/**
 * Meters, outputs, a flood sensor and a Bluetooth gateway, as the vendor documents their
 * components: <https://shelly-api-docs.shelly.cloud/gen2/>.
 */
export function shellyGen2Samples(random: Random): Sample[] {
  return [...threePhases(random), ...output(random), ...flood(random), ...gateway(random)];
}

function threePhases(random: Random): Sample[] {
  const device = `shellypro3em-${id(random)}`;
  const { ts, at } = instant(random);
  const status: Record<string, unknown> = { id: 0, n_current: null, total_act_power: 77.5 };
  const lines = [
    { ...reading(device, 'current_a', null, 'n'), quality: 'unknown' as const },
    reading(device, 'active_power_w', 77.5, 'total'),
  ];
  for (const phase of 'abc') {
    const volts = random.int(2200, 2400) / 10;
    const watts = random.int(-9000, 9000) / 10;
    const spoiled = random.chance(0.3);
    Object.assign(status, { [`${phase}_voltage`]: volts, [`${phase}_act_power`]: watts });
    if (spoiled) status[`${phase}_errors`] = ['out_of_range:voltage'];
    lines.push({ ...reading(device, 'voltage_v', volts, phase), quality: spoiled ? 'bad' : 'good' });
    lines.push(reading(device, 'active_power_w', watts, phase));
  }
  const wattHours = random.int(0, 1e8) / 100;
  const data = { 'emdata:0': { id: 0, a_total_act_energy: wattHours, total_act_ret: 12.5 } };
  return [
    {
      topic: `${device}/status/em:0`,
      payload: JSON.stringify(status),
      says: lines.map((line) => ({ ...line, at: null })),
    },
    notify(device, `${device}/events/rpc`, 'NotifyStatus', { ts, ...data }, [
      { ...reading(device, 'energy_import_kwh', wattHours / 1000, 'a'), at },
      { ...reading(device, 'energy_export_kwh', 0.0125, 'total'), at },
    ]),
  ];
}

function output(random: Random): Sample[] {
  const device = `shellypro4pm-${id(random)}`;
  const prefix = `plant/room ${random.int(1, 1e9)}/pump`;
  const channel = random.int(0, 3);
  const part = `ch${channel + 1}`;
  const { ts, at } = instant(random);
  const watts = random.int(0, 25_000) / 10;
  const total = random.int(0, 1e9) / 1000;
  const partial = { id: channel, apower: watts, output: true, counts: { on_time: 5 } };
  const whole = {
    ...partial,
    voltage: '230.5',
    current: 0,
    pf: 0,
    freq: 50.01,
    aenergy: { total, by_minute: [1, 2, 3], minute_ts: 1 },
    temperature: { tC: 44.4, tF: 111.9 },
  };
  const fault = { kind: 'fault', device, fault: 'unknown', vendorCode: 'overpower' } as const;
  const name = `switch:${channel}`;
  return [
    notify(device, `${prefix}/events/rpc`, 'NotifyStatus', { ts, [name]: partial }, [
      { ...reading(device, 'active_power_w', watts, part), at },
    ]),
    notify(device, `${prefix}/events/rpc`, 'NotifyStatus', { ts, [name]: { id: channel, errors: ['overpower'] } }, [
      { ...fault, state: 'raised' },
    ]),
    {
      topic: `${prefix}/status/${name}`,
      payload: JSON.stringify(whole),
      says: [
        reading(device, 'active_power_w', watts, part),
        reading(device, 'voltage_v', 230.5, part),
        reading(device, 'current_a', 0, part),
        reading(device, 'power_factor', 0, part),
        reading(device, 'frequency_hz', 50.01, part),
        reading(device, 'energy_import_kwh', total / 1000, part),
        { ...fault, state: 'cleared' },
      ],
    },
    { topic: `${prefix}/online`, payload: 'false', says: [{ kind: 'availability', device, online: false }] },
    notify(device, `${prefix}/events/rpc`, 'NotifyStatus', { ts, sys: { available_updates: {} }, cloud: {} }, []),
  ];
}

function flood(random: Random): Sample[] {
  const device = `shellyfloodg4-${id(random)}`;
  const { ts, at } = instant(random);
  const alarm = random.chance(0.5);
  const battery = random.int(0, 100);
  const topic = `${device}/events/rpc`;
  const full = {
    ts,
    'devicepower:0': { id: 0, battery: { V: 2.9, percent: battery }, external: { present: false } },
    'flood:0': { id: 0, alarm, mute: false },
    'temperature:0': { id: 0, tC: null, tF: null, errors: ['read'] },
    wifi: { status: 'got ip', rssi: -55 },
    sys: { unixtime: Math.floor(ts), wakeup_reason: { boot: 'deepsleep_wake' } },
  };
  const pulled = { ts, 'flood:0': { id: 0, alarm: false, errors: ['cable_unplugged'] } };
  const event = { component: 'flood:0', id: 0, event: 'alarm', ts };
  return [
    notify(device, topic, 'NotifyFullStatus', full, [
      { ...reading(device, 'battery_pct', battery), at },
      { ...reading(device, 'battery_v', 2.9), at },
      { ...reading(device, 'leak', alarm), at },
      { ...reading(device, 'temperature_c', null), quality: 'bad', at },
      { ...reading(device, 'rssi_dbm', -55), at },
    ]),
    notify(device, topic, 'NotifyStatus', pulled, [{ ...reading(device, 'leak', null), quality: 'bad', at }]),
    notify(device, topic, 'NotifyEvent', { ts, events: [event] }, [{ ...reading(device, 'leak', true), at }]),
    { topic: `${device}/online`, payload: 'false', says: [] },
  ];
}

function gateway(random: Random): Sample[] {
  const device = `shellyblugwg3-${id(random)}`;
  const address = `7c:c6:b6:${id(random)
    .slice(0, 6)
    .replace(/(..)(..)(..)/, '$1:$2:$3')}`;
  const { ts, at } = instant(random);
  const celsius = random.int(-300, 500) / 10;
  const components = [
    { key: 'bthomedevice:200', status: { id: 200, rssi: -60, battery: 81 }, config: { id: 200, addr: address } },
    { key: 'bthomesensor:201', status: { id: 201 }, config: { id: 201, addr: address, obj_id: 69, idx: 0 } },
  ];
  const seen = Math.floor(ts) - 20;
  const sensor = { id: 201, value: celsius, last_updated_ts: seen };
  const data = { BTHome_version: 2, pid: 4, address: address.toUpperCase(), window: 1, humidity: 41, rssi: -71 };
  return [
    {
      topic: 'installer/rpc',
      payload: JSON.stringify({ id: 1, src: device, dst: 'installer', result: { components, total: 2 } }),
      says: [reading(address, 'battery_pct', 81), reading(address, 'rssi_dbm', -60)],
    },
    notify(device, `${device}/events/rpc`, 'NotifyStatus', { ts, 'bthomesensor:201': sensor }, [
      { ...reading(address, 'temperature_c', celsius), at: new Date(seen * 1000).toISOString() },
    ]),
    notify(
      device,
      `${device}/events/rpc`,
      'NotifyEvent',
      { ts, events: [{ component: 'script:1', id: 1, event: 'shelly-blu', data, ts }] },
      [
        { ...reading(address, 'door', 'open'), at },
        { ...reading(address, 'humidity_pct', 41), at },
        { ...reading(address, 'rssi_dbm', -71), at },
      ],
    ),
  ];
}

function notify(src: string, topic: string, method: string, params: object, says: readonly SampleLine[]): Sample {
  return { topic, payload: JSON.stringify({ src, dst: `${src}/events`, method, params }), says };
}

function id(random: Random): string {
  return random
    .int(0, 2 ** 40)
    .toString(16)
    .padStart(12, '0');
}

/** A time in seconds with two decimals, as the devices send it. */
function instant(random: Random): { ts: number; at: string } {
  const hundredths = random.int(176_000_000_000, 179_000_000_000);
  return { ts: hundredths / 100, at: new Date(hundredths * 10).toISOString() };
}

function reading(
  device: string,
  metric: string,
  value: number | boolean | string | null,
  part: string | null = null,
): SampleLine {
  return { kind: 'reading', device, metric, part, value, quality: 'good', historical: false };
}
