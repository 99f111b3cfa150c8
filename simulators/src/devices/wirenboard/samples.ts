import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';

/**
 * A three-phase meter, a leak controller and a climate sensor of a Wiren Board controller. Source:
 * github.com/wirenboard/conventions and the templates of wb-mqtt-serial.
 */
export function wirenboardSamples(random: Random): Sample[] {
  return [...meter(random), ...leaks(random), ...climate(random)];
}

function control(device: string, name: string, payload: string, says: readonly SampleLine[], retain = false): Sample {
  return { topic: `/devices/${device}/controls/${name}`, payload, retain, says };
}

function meter(random: Random): Sample[] {
  const device = `wb-map3e_${random.int(1, 247)}`;
  const watts = random.int(-9_999_999, 9_999_999) / 1000;
  const volts = random.int(200_000, 250_000) / 1000;
  const energy = random.int(0, 99_999_999) / 1000;
  const [number, letter] = random.pick([
    ['L1', 'a'],
    ['L2', 'b'],
    ['L3', 'c'],
  ] as const);
  const reading = { kind: 'reading', device, at: null, quality: 'good' } as const;
  const power = { ...reading, metric: 'active_power_w', part: 'total' } as const;
  return [
    control(device, 'Total P/meta', JSON.stringify({ type: 'value', units: 'W', readonly: true, order: 1 }), [], true),
    control(device, 'Total P', String(watts), [{ ...power, value: watts }]),
    control(device, `Urms ${number}`, String(volts), [{ ...reading, metric: 'voltage_v', part: letter, value: volts }]),
    control(device, `AP energy ${number}`, String(energy), [
      { ...reading, metric: 'energy_import_kwh', part: letter, value: energy },
    ]),
    control(device, `Upeak ${number}`, '325.1', []),
    control(device, 'Serial', '4262', []),
    control(device, 'Total P/meta/error', 'r', [{ ...power, value: null, quality: 'bad' }]),
    control(device, 'Total P', String(watts), [{ ...power, value: watts, quality: 'bad' }]),
    control(device, 'Total P/meta/error', '', []),
    control(device, 'Total P', String(watts), [{ ...power, value: watts }]),
    {
      topic: `/devices/${device}/meta/error`,
      payload: 'r',
      retain: true,
      says: [{ kind: 'availability', device, online: false }],
    },
  ];
}

function leaks(random: Random): Sample[] {
  const device = `wb-mwac-v2_${random.int(1, 247)}`;
  const input = random.int(1, 5);
  const wet = random.chance(0.5);
  const litres = random.int(0, 9_999_999);
  const reading = { kind: 'reading', device, at: null, quality: 'good' } as const;
  const leak = { ...reading, metric: 'leak', value: wet } as const;
  return [
    control(device, `Input F${input}`, wet ? '1' : '0', [{ ...leak, part: `ch${input}` }]),
    control(device, 'Leakage Mode', wet ? '1' : '0', [{ ...leak, part: null }]),
    control(device, `Input F${input} Counter`, String(random.int(0, 9)), []),
    control(device, 'Output K1', '1', []),
    control(device, 'Output K1/on', '0', []),
    control(device, 'P1 Volume/meta/units', 'm^3', []),
    control(device, 'P1 Volume', String(litres / 1000), [
      { ...reading, metric: 'water_total_m3', value: litres / 1000 },
    ]),
  ];
}

function climate(random: Random): Sample[] {
  const device = `wb-msw-v3_${random.int(1, 247)}`;
  const celsius = random.int(-4000, 8000) / 100;
  const humidity = random.int(0, 10_000) / 100;
  const reading = { kind: 'reading', device, part: null, at: null } as const;
  return [
    control(device, 'Temperature/meta/type', 'temperature', [], true),
    control(
      device,
      'Temperature',
      String(celsius),
      [{ ...reading, metric: 'temperature_c', value: celsius, quality: 'cached' }],
      true,
    ),
    control(device, 'Humidity', String(humidity), [
      { ...reading, metric: 'humidity_pct', value: humidity, quality: 'good' },
    ]),
    control(device, 'Buzzer', '0', []),
  ];
}
