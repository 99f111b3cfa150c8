import type { Random } from '../../random.ts';
import { uplink } from '../chirpstack/encode.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { ttsUplink } from '../tts/encode.ts';

type Value = Exclude<SampleLine['value'], undefined>;

/** Objects of makers that have no dialect: plain names, units in names and beside values, Cayenne LPP's channels. */
export function lorawanSamples(random: Random): Sample[] {
  const devEui = `0212${random.int(0, 0xffff_ffff).toString(16).padStart(12, '0')}`;
  const at = Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23), random.int(0, 59));
  const celsius = random.int(-200, 600) / 10;
  const percent = random.int(0, 1000) / 10;
  const millivolts = random.int(2000, 3600);
  const millimetres = random.int(1, 9000);
  const wet = random.chance(0.5);
  const reading = (metric: string, value: Value, part: string | null = null): SampleLine => {
    return { kind: 'reading', device: devEui, metric, part, value, at: new Date(at).toISOString(), quality: 'good' };
  };
  const heard = (object: Record<string, unknown>, ...says: SampleLine[]): Sample => ({
    ...uplink({ devEui, deviceName: 'd', deviceProfileName: 'own', at, fCnt: 1, object }),
    says,
  });
  return [
    heard(
      { temperature: celsius, humidity: percent, battery: 90 },
      reading('temperature_c', celsius),
      reading('humidity_pct', percent),
    ),
    heard(
      { water_leak: wet, batteryVoltage: millivolts },
      reading('leak', wet),
      reading('battery_v', millivolts / 1000),
    ),
    heard(
      { distance_mm: millimetres, battery_mV: millivolts },
      reading('distance_m', millimetres / 1000),
      reading('battery_v', millivolts / 1000),
    ),
    heard({ air_temperature: { value: celsius, unit: '°C' } }, reading('temperature_c', celsius)),
    heard({ temperatureSensor: { 4: celsius } }, reading('temperature_c', celsius, 'ch4')),
    { ...heard({ colour: 'red' }), says: [{ kind: 'rejected', device: devEui }] },
    {
      ...ttsUplink({
        device: 'cayenne',
        devEui,
        at,
        fCnt: 1,
        decoded: { temperature_1: celsius, relative_humidity_2: percent, analog_in_3: 1 },
      }),
      says: [
        { ...reading('temperature_c', celsius, 'ch1'), device: 'cayenne' },
        { ...reading('humidity_pct', percent, 'ch2'), device: 'cayenne' },
      ],
    },
  ];
}
