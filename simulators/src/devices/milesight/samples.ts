import type { Random } from '../../random.ts';
import { uplink } from '../chirpstack/encode.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { ttsUplink } from '../tts/encode.ts';
import { bytesOf, channel, frameOf } from './frame.ts';

type Value = Exclude<SampleLine['value'], undefined>;

interface Sensor {
  readonly random: Random;
  readonly devEui: string;
  readonly at: number;
}

/** Water, distance, clamps and sockets, through a codec and as bare frames, live and after an outage. */
export function milesightSamples(random: Random): Sample[] {
  const devEui = `24e124${random
    .int(0, 2 ** 40 - 1)
    .toString(16)
    .padStart(10, '0')}`;
  const at = Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23), random.int(0, 59));
  const sensor: Sensor = { random, devEui, at };
  return [
    leakOf(sensor),
    leakFrame(sensor),
    keptFrame(sensor),
    leakOverTts(sensor),
    depthFrame(sensor),
    distanceOf(sensor),
  ].concat([clampOf(sensor), clampsFrame(sensor), socketFrame(sensor), laterSocket(sensor), nameless(sensor)]);
}

function says({ devEui, at }: Sensor, metric: string, value: Value, more: Partial<SampleLine> = {}): SampleLine {
  const quality = value === null ? 'bad' : 'good';
  return {
    kind: 'reading',
    device: devEui,
    metric,
    part: null,
    value,
    at: new Date(at).toISOString(),
    quality,
    historical: false,
    ...more,
  };
}

function heard(
  { devEui, at }: Sensor,
  model: string,
  content: { object?: Record<string, unknown>; frame?: Uint8Array },
) {
  return uplink({ devEui, deviceName: 'd', deviceProfileName: `Milesight ${model}`, at, fCnt: 1, ...content });
}

function leakOf(sensor: Sensor): Sample {
  const wet = sensor.random.chance(0.5);
  const battery = sensor.random.int(0, 100);
  return {
    ...heard(sensor, 'EM300-ZLD', { object: { battery, leakage_status: wet ? 'leak' : 'normal' } }),
    says: [says(sensor, 'battery_pct', battery), says(sensor, 'leak', wet)],
  };
}

function leakFrame(sensor: Sensor): Sample {
  const { random } = sensor;
  const [tenths, halves, wet] = [random.int(-400, 700), random.int(0, 200), random.int(0, 1)];
  const frame = frameOf(channel(3, 0x67, ...bytesOf(tenths, 2)), channel(4, 0x68, halves), channel(5, 0, wet));
  return {
    ...heard(sensor, 'EM300-SLD', { frame }),
    says: [
      says(sensor, 'temperature_c', tenths / 10),
      says(sensor, 'humidity_pct', halves / 2),
      says(sensor, 'leak', wet === 1),
    ],
  };
}

function keptFrame(sensor: Sensor): Sample {
  const { random } = sensor;
  const seconds = random.int(1_700_000_000, 1_790_000_000);
  const [tenths, halves, wet] = [random.int(-400, 700), random.int(0, 200), random.int(0, 1)];
  const frame = frameOf(channel(0x20, 0xce, ...bytesOf(seconds, 4), ...bytesOf(tenths, 2), halves, wet));
  const then = { at: new Date(seconds * 1000).toISOString(), historical: true };
  return {
    ...heard(sensor, 'EM300-SLD', { frame }),
    says: [
      says(sensor, 'temperature_c', tenths / 10, then),
      says(sensor, 'humidity_pct', halves / 2, then),
      says(sensor, 'leak', wet === 1, then),
    ],
  };
}

function leakOverTts(sensor: Sensor): Sample {
  const { random, devEui, at } = sensor;
  const wet = random.int(0, 1);
  const frame = frameOf(channel(5, 0, wet));
  return {
    ...ttsUplink({
      device: 'pit',
      devEui,
      at,
      fCnt: random.int(0, 3),
      brand: 'milesight-iot',
      model: 'em300-sld',
      frame,
    }),
    says: [says(sensor, 'leak', wet === 1, { device: 'pit' })],
  };
}

function depthFrame(sensor: Sensor): Sample {
  const failed = sensor.random.chance(0.3);
  const centimetres = failed ? 0xffff : sensor.random.int(0, 1000);
  return {
    ...heard(sensor, 'EM500-SWL', { frame: frameOf(channel(3, 0x77, ...bytesOf(centimetres, 2))) }),
    says: [says(sensor, 'water_level_m', failed ? null : centimetres / 100)],
  };
}

function distanceOf(sensor: Sensor): Sample {
  const distance = sensor.random.int(30, 4500);
  const tilted = sensor.random.chance(0.3);
  return {
    ...heard(sensor, 'EM400-TLD', { object: { distance, position: tilted ? 'tilt' : 'normal' } }),
    says: [says(sensor, 'distance_m', distance / 1000, { quality: tilted ? 'bad' : 'good' })],
  };
}

function clampOf(sensor: Sensor): Sample {
  const current = sensor.random.int(0, 30_000) / 100;
  const object = {
    current,
    current_max: 999,
    current_min: 0,
    total_current: 12,
    current_alarm: { current_threshold_alarm: 'yes' },
  };
  return { ...heard(sensor, 'CT103', { object }), says: [says(sensor, 'current_a', current)] };
}

function clampsFrame(sensor: Sensor): Sample {
  const tenths = sensor.random.int(0, 10_000);
  const frame = frameOf(
    channel(4, 0x99, ...bytesOf(tenths, 2)),
    channel(6, 0x99, 0xff, 0xff),
    channel(7, 0x97, 1, 0, 0, 0),
  );
  return {
    ...heard(sensor, 'CT305', { frame }),
    says: [says(sensor, 'current_a', tenths / 10, { part: 'ch1' }), says(sensor, 'current_a', null, { part: 'ch2' })],
  };
}

function socketFrame(sensor: Sensor): Sample {
  const { random } = sensor;
  const [watts, wattHours, milliamperes] = [random.int(0, 3500), random.int(0, 9_999_999), random.int(0, 16_000)];
  const frame = frameOf(
    channel(4, 0x80, ...bytesOf(watts, 4)),
    channel(6, 0x83, ...bytesOf(wattHours, 4)),
    channel(7, 0xc9, ...bytesOf(milliamperes, 2)),
    channel(8, 0x70, 1),
  );
  return {
    ...heard(sensor, 'WS523', { frame }),
    says: [
      says(sensor, 'active_power_w', watts),
      says(sensor, 'energy_import_kwh', wattHours / 1000),
      says(sensor, 'current_a', milliamperes / 1000),
    ],
  };
}

function laterSocket(sensor: Sensor): Sample {
  const [electric_power, current_rating] = [sensor.random.int(0, 3500), sensor.random.int(0, 1600) / 100];
  const power_consumption = sensor.random.int(0, 99_999) / 100;
  return {
    ...heard(sensor, 'WS515', { object: { electric_power, current_rating, power_consumption } }),
    says: [
      says(sensor, 'active_power_w', electric_power),
      says(sensor, 'current_a', current_rating),
      says(sensor, 'energy_import_kwh', power_consumption),
    ],
  };
}

function nameless(sensor: Sensor): Sample {
  return {
    ...heard(sensor, 'pit', { frame: frameOf(channel(5, 0, 1)) }),
    says: [{ kind: 'rejected', device: sensor.devEui }],
  };
}
