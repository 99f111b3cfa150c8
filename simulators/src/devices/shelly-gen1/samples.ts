import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';

/**
 * A three-phase meter, a plug, a flood sensor and a thermometer in degrees Fahrenheit, as the
 * vendor documents their topics: <https://shelly-api-docs.shelly.cloud/gen1/>.
 */
export function shellyGen1Samples(random: Random): Sample[] {
  return [...meter(random), ...plug(random), ...flood(random), ...thermometer(random), ...motion(random)];
}

function meter(random: Random): Sample[] {
  const device = `shellyem3-${id(random)}`;
  const below = `shellies/${device}`;
  const phase = random.int(0, 2);
  const part = 'abc'.charAt(phase);
  const watts = random.int(-500_000, 500_000) / 100;
  const wattHours = random.int(0, 1e9) / 10;
  const unixtime = random.int(1_760_000_000, 1_790_000_000);
  const at = new Date(unixtime * 1000).toISOString();
  const emeters = [0, 1, 2].map((index) => ({
    power: watts + index,
    pf: 0.9,
    current: 1.5,
    voltage: 230 + index,
    is_valid: index !== phase,
    total: wattHours,
    total_returned: 0,
  }));
  return [
    says(`${below}/emeter/${phase}/power`, watts.toFixed(2), [reading(device, 'active_power_w', watts, part)]),
    says(`${below}/emeter/${phase}/total`, wattHours.toFixed(1), [
      reading(device, 'energy_import_kwh', wattHours / 1000, part),
    ]),
    says(`${below}/emeter/${phase}/total_returned`, '500.0', [reading(device, 'energy_export_kwh', 0.5, part)]),
    says(`${below}/emeter/${phase}/energy`, String(random.int(0, 9999)), []),
    says(`${below}/relay/0`, random.pick(['on', 'off']), []),
    says(`${below}/info`, JSON.stringify({ unixtime, wifi_sta: { rssi: -61 }, emeters, total_power: watts }), [
      { ...reading(device, 'rssi_dbm', -61), at },
      ...emeters.flatMap((one, index) =>
        Object.entries({
          active_power_w: one.power,
          power_factor: 0.9,
          current_a: 1.5,
          voltage_v: one.voltage,
          energy_import_kwh: wattHours / 1000,
          energy_export_kwh: 0,
        }).map(([metric, value]) => ({
          ...reading(device, metric, value, 'abc'.charAt(index), one.is_valid ? 'good' : 'bad'),
          at,
        })),
      ),
      { ...reading(device, 'active_power_w', watts, 'total'), at },
    ]),
  ];
}

function plug(random: Random): Sample[] {
  const device = `shellyplug-s-${id(random)}`;
  const below = `shellies/${device}`;
  const watts = random.int(0, 250_000) / 100;
  const wattMinutes = random.int(0, 1e8);
  const online = random.chance(0.5);
  return [
    says(`${below}/relay/0/power`, watts.toFixed(2), [reading(device, 'active_power_w', watts, 'ch1')]),
    says(`${below}/relay/0/energy`, String(wattMinutes), [
      reading(device, 'energy_import_kwh', wattMinutes / 60_000, 'ch1'),
    ]),
    says(`${below}/temperature`, '41.20', []),
    says(`${below}/overtemperature`, '0', []),
    says(`${below}/overtemperature`, '1', [fault(device, 'overtemperature', 'raised')]),
    says(`${below}/overtemperature`, '0', [fault(device, 'overtemperature', 'cleared')]),
    says(`${below}/online`, String(online), [{ kind: 'availability', device, online }]),
  ];
}

function flood(random: Random): Sample[] {
  const device = `shellyflood-${id(random)}`;
  const below = `shellies/${device}`;
  const wet = random.chance(0.5);
  const battery = random.int(0, 100);
  return [
    says(`${below}/sensor/flood`, String(wet), [reading(device, 'leak', wet)]),
    { ...says(`${below}/sensor/flood`, 'true', [reading(device, 'leak', true, null, 'cached')]), retain: true },
    says(`${below}/sensor/battery`, String(battery), [reading(device, 'battery_pct', battery)]),
    says(`${below}/sensor/error`, '0', []),
    says(`${below}/sensor/act_reasons`, '["sensor"]', []),
    says(`${below}/online`, 'false', []),
    says(`${below}/announce`, JSON.stringify({ id: device, model: 'SHWT-1', mac: 'AABBCC' }), []),
  ];
}

function thermometer(random: Random): Sample[] {
  const device = `shellyht-${id(random)}`;
  const celsius = random.int(-20, 50);
  const fahrenheit = celsius * 1.8 + 32;
  const info = {
    unixtime: 0,
    is_valid: true,
    tmp: { value: fahrenheit, units: 'F', tC: celsius, tF: fahrenheit, is_valid: true },
    hum: { value: 55.5, is_valid: random.chance(0.5) },
    bat: { value: 70, voltage: 2.81 },
  };
  return [
    says(`shellies/${device}/info`, JSON.stringify(info), [
      reading(device, 'temperature_c', celsius),
      info.hum.is_valid ? reading(device, 'humidity_pct', 55.5) : reading(device, 'humidity_pct', null, null, 'bad'),
      reading(device, 'battery_pct', 70),
      reading(device, 'battery_v', 2.81),
    ]),
    says(`shellies/${device}/sensor/temperature`, fahrenheit.toFixed(1), [reading(device, 'temperature_c', celsius)]),
    says(`shellies/${device}/sensor/humidity`, '999.0', [reading(device, 'humidity_pct', null, null, 'bad')]),
  ];
}

function motion(random: Random): Sample[] {
  const device = `shellymotionsensor-${id(random)}`;
  const seen = random.chance(0.5);
  const timestamp = random.int(1_760_000_000, 1_790_000_000);
  const status = { motion: seen, timestamp, active: true, vibration: false, lux: 12, bat: 55 };
  return [
    says(`shellies/${device}/status`, JSON.stringify(status), [
      { ...reading(device, 'occupied', seen), at: seen ? new Date(timestamp * 1000).toISOString() : null },
      reading(device, 'battery_pct', 55),
    ]),
  ];
}

function id(random: Random): string {
  return random.int(0, 0xff_ff_ff).toString(16).toUpperCase().padStart(6, '0');
}

function says(topic: string, payload: string, lines: readonly SampleLine[]): Sample {
  return { topic, payload, says: lines };
}

function reading(
  device: string,
  metric: string,
  value: number | boolean | null,
  part: string | null = null,
  quality: 'good' | 'bad' | 'cached' = 'good',
): SampleLine {
  return { kind: 'reading', device, metric, part, value, quality, at: null, historical: false };
}

function fault(device: string, vendorCode: string, state: 'raised' | 'cleared'): SampleLine {
  return { kind: 'fault', device, fault: 'unknown', vendorCode, state };
}
