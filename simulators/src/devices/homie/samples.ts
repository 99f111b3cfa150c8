import type { Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';

/**
 * A bridge with a child in version 5, and a probe in version 4. Source: the Homie convention,
 * github.com/homieiot/convention.
 */
export function homieSamples(random: Random): Sample[] {
  return [...bridge(random), ...probe(random)];
}

const FAHRENHEIT_ZERO = 32;

function bridge(random: Random): Sample[] {
  const id = random.int(1, 999_999);
  const root = `bridge-${id}`;
  const child = `plant-${id}`;
  const celsius = random.int(-200, 800) / 10;
  const kilowatts = random.int(-500, 50_000) / 1000;
  const wet = random.chance(0.5);
  const battery = random.int(0, 100);
  const reading = { kind: 'reading', device: child, at: null, quality: 'good', historical: false } as const;
  const present = (device: string, online: boolean): SampleLine => ({ kind: 'availability', device, online });
  const tell = (path: string, payload: string, says: readonly SampleLine[], retain = false): Sample => ({
    topic: `homie/5/${path}`,
    payload,
    retain,
    says,
  });
  const description = {
    homie: '5.0',
    version: 1,
    root,
    nodes: {
      air: { properties: { temperature: { datatype: 'float', unit: '°F' } } },
      meter: { properties: { 'power-l2': { datatype: 'float', unit: 'kW' } } },
      pit: { properties: { leak: { datatype: 'boolean' }, note: { datatype: 'string' } } },
      battery: { properties: { level: { datatype: 'integer', unit: '%' } } },
    },
  };
  return [
    tell(`${root}/$description`, JSON.stringify({ homie: '5.0', version: 1, children: [child] }), [], true),
    tell(`${root}/$state`, 'ready', [present(root, true)]),
    tell(`${child}/$description`, JSON.stringify(description), [], true),
    tell(`${child}/$state`, random.pick(['ready', 'sleeping']), [present(child, true)], true),
    tell(`${child}/air/temperature`, ((celsius * 9) / 5 + FAHRENHEIT_ZERO).toFixed(2), [
      { ...reading, metric: 'temperature_c', part: null, value: celsius },
    ]),
    tell(`${child}/meter/power-l2`, String(kilowatts), [
      { ...reading, metric: 'active_power_w', part: 'b', value: Math.round(kilowatts * 1000) },
    ]),
    tell(
      `${child}/pit/leak`,
      String(wet),
      [{ ...reading, quality: 'cached', metric: 'leak', part: null, value: wet }],
      true,
    ),
    tell(`${child}/pit/note`, 'checked by hand', []),
    tell(`${child}/battery/level`, String(battery), [
      { ...reading, metric: 'battery_pct', part: null, value: battery },
    ]),
    tell(`${child}/battery/level/$target`, '5', []),
    tell(`${child}/pit/leak/set`, 'true', []),
    tell(`${child}/$log/warn`, 'low', []),
    tell(`${root}/$state`, 'lost', [present(root, false), present(child, false)]),
  ];
}

function probe(random: Random): Sample[] {
  const device = `probe-${random.int(1, 999_999)}`;
  const before = random.int(0, 500) / 10;
  const after = random.int(0, 500) / 10;
  const volts = random.int(2000, 3300);
  const reading = { kind: 'reading', device, part: null, at: null, quality: 'good' } as const;
  const tell = (path: string, payload: string, says: readonly SampleLine[]): Sample => ({
    topic: `homie/${device}/${path}`,
    payload,
    says,
  });
  return [
    tell('$homie', '4.0.0', []),
    tell('room/temperature', String(before), [{ ...reading, metric: 'room/temperature', value: before }]),
    tell('room/temperature/$unit', '°C', []),
    tell('room/temperature/$datatype', 'float', []),
    tell('room/temperature', String(after), [{ ...reading, metric: 'temperature_c', value: after }]),
    tell('battery/voltage/$unit', 'mV', []),
    tell('battery/voltage', String(volts), [{ ...reading, metric: 'battery_v', value: volts / 1000 }]),
    tell('$state', 'disconnected', [{ kind: 'availability', device, online: false }]),
  ];
}
