import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';

/**
 * A water sensor, a metering plug and a climate sensor behind Z-Wave JS UI, with numbered and with
 * named topics and all three payload types. Source: zwave-js.github.io/zwave-js-ui.
 */
export function zwaveJsSamples(random: Random): Sample[] {
  return [...waterSensor(random), ...plug(random), ...climate(random)];
}

const START = Date.UTC(2026, 0, 1);

function instant(random: Random): number {
  return START + random.int(0, 300 * 86_400_000);
}

function waterSensor(random: Random): Sample[] {
  const node = String(random.int(256, 4_000));
  const time = instant(random);
  const state = random.int(0, 2);
  const battery = random.int(1, 100);
  const said = { device: node, at: new Date(time).toISOString() } as const;
  const reading = { kind: 'reading', ...said, part: null, quality: 'good' } as const;
  const tell = (path: string, value: unknown, says: readonly SampleLine[]): Sample => ({
    topic: `zwave/${node}/${path}`,
    payload: JSON.stringify({ time, value }),
    says,
  });
  const alive = random.chance(0.5);
  return [
    tell('113/0/Water_Alarm/Sensor_status', state, [{ ...reading, metric: 'leak', value: state > 0 }]),
    tell('128/0/level', battery, [{ ...reading, metric: 'battery_pct', value: battery }]),
    tell('128/0/isLow', battery < 10, [
      { kind: 'fault', ...said, fault: 'battery_low', state: battery < 10 ? 'raised' : 'cleared' },
    ]),
    tell('113/0/Home_Security/Cover_status', 3, [{ kind: 'fault', ...said, fault: 'tamper', state: 'raised' }]),
    tell('113/0/Water_Alarm/Sensor_status', 254, [{ kind: 'fault', ...said, fault: 'unknown', state: 'raised' }]),
    tell('112/0/7', 3, []),
    tell('lastActive', time, []),
    {
      topic: `zwave/${node}/status`,
      payload: JSON.stringify({ time, value: alive, status: alive ? 'Alive' : 'Dead', nodeId: Number(node) }),
      says: [{ kind: 'availability', device: node, online: alive }],
    },
  ];
}

function plug(random: Random): Sample[] {
  const device = `floor_${random.int(1, 30)}/plug_${random.int(1, 999)}`;
  const watts = random.int(0, 36_800) / 10;
  const energy = random.int(0, 9_999_999) / 100;
  const reading = { kind: 'reading', device, at: null, quality: 'good' } as const;
  const tell = (path: string, payload: string, says: readonly SampleLine[]): Sample => ({
    topic: `zwave/${device}/${path}`,
    payload,
    says,
  });
  return [
    tell('meter/endpoint_0/value/66049', String(watts), [
      { ...reading, metric: 'active_power_w', part: null, value: watts },
    ]),
    tell('meter/endpoint_2/value/65537', String(energy), [
      { ...reading, metric: 'energy_import_kwh', part: 'ch2', value: energy },
    ]),
    tell('meter/endpoint_0/value/65538', String(energy), [
      { ...reading, metric: 'energy_export_kwh', part: null, value: energy },
    ]),
    tell('meter/endpoint_0/reset', 'false', []),
    tell('switch_binary/endpoint_0/currentValue/set', 'true', []),
    tell('switch_binary/endpoint_0/targetValue', 'true', []),
  ];
}

function climate(random: Random): Sample[] {
  const node = random.int(2, 232);
  const lastUpdate = instant(random);
  const celsius = random.int(-300, 600) / 10;
  const fahrenheit = Number(((celsius * 9) / 5 + 32).toFixed(2));
  const valueId = {
    id: `${node}-49-0-Air temperature`,
    nodeId: node,
    commandClass: 49,
    commandClassName: 'Multilevel Sensor',
    endpoint: 0,
    property: 'Air temperature',
    type: 'number',
    unit: '°F',
    value: fahrenheit,
    lastUpdate,
  };
  const reading = {
    kind: 'reading',
    device: String(node),
    part: null,
    metric: 'temperature_c',
    value: celsius,
  } as const;
  const at = new Date(lastUpdate).toISOString();
  const later = new Date(lastUpdate + 86_400_000).toISOString();
  const topic = `zwave/cellar/${node}/49/0/Air_temperature`;
  return [
    { topic, payload: JSON.stringify(valueId), receivedAt: at, says: [{ ...reading, at, quality: 'good' }] },
    {
      topic,
      payload: JSON.stringify({ time: lastUpdate, value: celsius }),
      receivedAt: later,
      says: [{ ...reading, at, quality: 'cached' }],
    },
  ];
}
