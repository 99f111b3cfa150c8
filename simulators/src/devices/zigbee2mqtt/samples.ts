import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';

/**
 * A bridge with a leak sensor, a meter, a tank and a door, as the vendor documents their topics:
 * <https://www.zigbee2mqtt.io/guide/usage/mqtt_topics_and_messages.html>.
 */
export function zigbee2mqttSamples(random: Random): Sample[] {
  const base = random.pick(['zigbee2mqtt', 'z2m', 'park/zigbee2mqtt']);
  return [
    {
      topic: `${base}/bridge/state`,
      payload: random.pick(['online', '{"state":"online"}']),
      says: [{ kind: 'availability', device: `${base}/bridge`, online: true }],
    },
    ...leakSensor(base, random),
    ...meter(base, random),
    ...tank(base, random),
    ...door(base, random),
  ];
}

function leakSensor(base: string, random: Random): Sample[] {
  const device = `cellar/leak ${random.int(1, 1e9)}`;
  const at = Date.UTC(2026, random.int(0, 11), random.int(1, 28), 3, 4, 5);
  const wet = random.pick([true, false, null]);
  const millivolts = random.int(2000, 3300);
  const state = {
    water_leak: wet,
    battery: String(random.int(0, 100)),
    battery_low: wet === true ? null : false,
    tamper: wet === true,
    voltage: millivolts,
    linkquality: random.int(0, 255),
    last_seen: random.pick([at, new Date(at).toISOString()]),
    device_temperature: 31,
  };
  const lines = [
    { ...reading(device, 'leak', wet), quality: wet === null ? ('unknown' as const) : ('good' as const) },
    reading(device, 'battery_pct', Number(state.battery)),
    reading(device, 'battery_v', millivolts / 1000),
    reading(device, 'link_quality', state.linkquality),
  ];
  const faults = [
    fault(device, 'tamper', state.tamper),
    ...(state.battery_low === null ? [] : [fault(device, 'battery_low', false)]),
  ];
  const old = new Date(at + 3_600_000).toISOString();
  const said = [...lines, ...faults].map((line) => ({ ...line, at: new Date(at).toISOString() }));
  return [
    {
      topic: `${base}/${device}`,
      payload: JSON.stringify(state),
      receivedAt: new Date(at + 500).toISOString(),
      says: said,
    },
    {
      topic: `${base}/${device}`,
      payload: JSON.stringify({ water_leak: true, last_seen: state.last_seen }),
      receivedAt: old,
      says: [{ ...reading(device, 'leak', true), quality: 'cached', at: new Date(at).toISOString() }],
    },
    {
      topic: `${base}/${device}/availability`,
      payload: random.pick(['offline', '{"state":"offline"}']),
      says: [{ kind: 'availability', device, online: false }],
    },
    { topic: `${base}/${device}/set`, payload: '{"water_leak":true}', says: [] },
  ];
}

function meter(base: string, random: Random): Sample[] {
  const device = `board-${random.int(1, 1e9)}`;
  const volts = [random.int(2200, 2400) / 10, random.int(2200, 2400) / 10];
  const percent = random.int(2, 100);
  const kwh = random.int(0, 1e9) / 1000;
  const state = {
    voltage: volts[0],
    voltage_phase_b: volts[1],
    power: -12,
    power_phase_b: 30.5,
    power_factor_phase_b: percent,
    energy: kwh,
    produced_energy: 0.25,
    ac_frequency: 49.98,
    state: 'ON',
  };
  return [
    {
      topic: `${base}/${device}`,
      payload: JSON.stringify(state),
      says: [
        reading(device, 'voltage_v', volts[0] as number, 'a'),
        reading(device, 'voltage_v', volts[1] as number, 'b'),
        reading(device, 'active_power_w', -12, 'a'),
        reading(device, 'active_power_w', 30.5, 'b'),
        reading(device, 'power_factor', percent / 100, 'b'),
        reading(device, 'energy_import_kwh', kwh),
        reading(device, 'energy_export_kwh', 0.25),
        reading(device, 'frequency_hz', 49.98),
      ].map((line) => ({ ...line, at: null })),
    },
    { topic: `${base}/${device}/energy`, payload: String(kwh), says: [reading(device, 'energy_import_kwh', kwh)] },
    { topic: `${base}/${device}/state`, payload: 'ON', says: [] },
  ];
}

/** Its bridge tells the units of its attributes before it speaks. */
function tank(base: string, random: Random): Sample[] {
  const device = `tank-${random.int(1, 1e9)}`;
  const centimetres = random.int(0, 400);
  const litresAMinute = random.int(0, 600);
  const high = random.chance(0.5);
  const exposes = [
    { type: 'numeric', name: 'liquid_depth', property: 'liquid_depth', unit: 'cm' },
    { type: 'numeric', name: 'flow_rate', property: 'flow_rate', unit: 'L/min' },
    { type: 'switch', features: [{ type: 'binary', name: 'state', property: 'state' }] },
  ];
  const definition = { vendor: 'Acme', model: 'T-1', exposes };
  return [
    {
      topic: `${base}/bridge/devices`,
      payload: JSON.stringify([{ type: 'EndDevice', friendly_name: device, definition }]),
      says: [],
    },
    {
      topic: `${base}/${device}`,
      payload: JSON.stringify({
        liquid_depth: centimetres,
        flow_rate: litresAMinute,
        liquid_level_percent: 40,
        liquid_state: high ? 'high' : 'normal',
      }),
      says: [
        reading(device, 'water_level_m', centimetres / 100),
        reading(device, 'flow_m3h', (litresAMinute * 60) / 1000),
        { ...fault(device, 'level_high', high), vendorCode: 'liquid_state' },
      ],
    },
    {
      topic: `${base}/bridge/event`,
      payload: JSON.stringify({ type: 'device_leave', data: { friendly_name: device } }),
      says: [{ kind: 'availability', device, online: false }],
    },
  ];
}

function door(base: string, random: Random): Sample[] {
  const device = `door-${random.int(1, 1e9)}`;
  const shut = random.chance(0.5);
  return [
    {
      topic: `${base}/${device}`,
      payload: JSON.stringify({ contact: shut, occupancy: !shut, test: true, vibration: true, illuminance: 4 }),
      retain: true,
      says: [
        reading(device, 'door', shut ? 'closed' : 'open'),
        reading(device, 'occupied', !shut),
        reading(device, 'test', true),
      ].map((line) => ({ ...line, quality: 'cached' as const })),
    },
    {
      topic: `${base}/${device}`,
      payload: JSON.stringify({ smoke: true }),
      says: [{ kind: 'fault', device, fault: 'unknown', vendorCode: 'smoke', state: 'raised' }],
    },
  ];
}

function reading(
  device: string,
  metric: string,
  value: number | boolean | string | null,
  part: string | null = null,
): SampleLine {
  return { kind: 'reading', device, metric, part, value, quality: 'good', historical: false };
}

function fault(device: string, name: string, raised: boolean): SampleLine {
  return { kind: 'fault', device, fault: name, vendorCode: name, state: raised ? 'raised' : 'cleared' };
}
