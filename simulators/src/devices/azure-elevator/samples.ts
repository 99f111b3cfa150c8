import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, decimal, sayingOf, UNKNOWN } from '../saying.ts';

/** What one of each unit is, beside the metric that it belongs to. */
const VIBRATIONS = [
  ['mm', 'vibration_mm', 1],
  ['in', 'vibration_mm', 25.4],
  ['m/s2', 'vibration_mps2', 1],
  ['mm/s2', 'vibration_mps2', 0.001],
  ['g', 'vibration_mps2', 9.80665],
] as const;
const SPEEDS = [
  ['m/s', 1],
  ['ft/s', 0.3048],
  ['ft/min', 0.00508],
] as const;

/** The elevator model in several units, a chiller, a truck, a property bag with the time, and a number without its unit. */
export function azureElevatorSamples(random: Random): Sample[] {
  const device = `elevator-${random.int(1, 9_999)}`;
  const say = sayingOf(device, null);
  const topic = `devices/${device}/messages/events`;
  const floor = random.int(-3, 90);
  const celsius = decimal(random, -20, 60, 1);
  const [vibration_unit, metric, factor] = random.pick(VIBRATIONS);
  const vibration = decimal(random, 0, 40, 2);
  const [speed_unit, perUnit] = random.pick(SPEEDS);
  const speed = decimal(random, -9, 9, 1);
  const at = anInstant(random);
  const timed = sayingOf(device, at);
  const created = encodeURIComponent(new Date(at).toISOString());
  return [
    {
      topic,
      payload: JSON.stringify({ floor, vibration, vibration_unit, ...fahrenheit(celsius) }),
      says: [say('floor', String(floor)), say(metric, vibration * factor), say('temperature_c', celsius)],
    },
    {
      topic: `${topic}/%24.mid=${random.int(1, 9_999)}&iothub-creation-time-utc=${created}`,
      payload: JSON.stringify({ floor, speed, speed_unit, temperature: null, temperature_unit: 'F' }),
      says: [
        timed('floor', String(floor)),
        timed('speed_mps', speed * perUnit),
        timed('temperature_c', null, null, UNKNOWN),
      ],
    },
    {
      topic,
      payload: JSON.stringify({
        ...fahrenheit(celsius),
        humidity: 70,
        humidity_unit: '%',
        pressure: 150,
        pressure_unit: 'psig',
      }),
      says: [say('temperature_c', celsius), say('humidity_pct', 70)],
    },
    {
      topic,
      payload: JSON.stringify({ latitude: 47.6, longitude: -122.1, speed: 55, speed_unit: 'mph', fuellevel: 7 }),
      says: [],
    },
    {
      topic,
      payload: JSON.stringify({ floor, temperature: 70 }),
      says: [say('floor', String(floor)), { kind: 'rejected', device }],
    },
  ];
}

/** With as many digits as a double has, so that the way back is exact enough. */
function fahrenheit(celsius: number): { temperature: number; temperature_unit: string } {
  return { temperature: celsius * 1.8 + 32, temperature_unit: 'F' };
}
