import type { Random } from '../../random.ts';
import { uplink } from '../chirpstack/encode.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { ttsUplink } from '../tts/encode.ts';

type Value = Exclude<SampleLine['value'], undefined>;

/**
 * Water, doors, distances, probes and flow as the vendor's decoders print them. Source:
 * github.com/dragino/dragino-end-node-decoder and the models' manuals at wiki.dragino.com.
 */
export function draginoSamples(random: Random): Sample[] {
  const devEui = `a84041${random
    .int(0, 2 ** 40 - 1)
    .toString(16)
    .padStart(10, '0')}`;
  const at = Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23), random.int(0, 59));
  const volts = random.int(2100, 3600) / 1000;
  const wet = random.int(0, 1);
  const open = random.int(0, 1);
  const times = random.int(0, 9999);
  const alarm = random.chance(0.5);
  const millimetres = random.int(21, 7500);
  const tenths = random.int(-400, 1000);
  const pulses = random.int(0, 99_999);
  const centimetres = random.int(1, 500);

  const reading = (metric: string, value: Value, part: string | null = null): SampleLine => ({
    kind: 'reading',
    device: devEui,
    metric,
    part,
    value,
    at: new Date(at).toISOString(),
    quality: value === null ? 'bad' : 'good',
  });
  const stated: SampleLine = {
    kind: 'fault',
    device: devEui,
    fault: 'unknown',
    vendorCode: 'ALARM',
    state: alarm ? 'raised' : 'cleared',
  };
  const heard = (object: Record<string, unknown>, ...says: SampleLine[]): Sample => ({
    ...uplink({ devEui, deviceName: 'd', deviceProfileName: 'pump room', at, fCnt: 1, object }),
    says,
  });

  return [
    heard(
      {
        Node_type: 'LWL02',
        BAT_V: volts,
        MOD: 2,
        WATER_LEAK_STATUS: wet,
        WATER_LEAK_TIMES: times,
        LAST_WATER_LEAK_DURATION: 1,
      },
      reading('battery_v', volts),
      reading('leak', wet === 1),
    ),
    heard(
      {
        BatV: volts,
        door_open_status: open,
        water_leak_status: 0,
        alarm: alarm ? 1 : 0,
        mod: 1,
        open_times: times,
        open_duration: 0,
      },
      reading('battery_v', volts),
      reading('door', open === 1 ? 'open' : 'closed'),
      reading('door_cycles_total', times),
      stated,
    ),
    heard(
      { TDC: 'YES', ALARM: alarm ? 'TRUE' : 'FALSE', WATER_LEAK_STATUS: wet === 1 ? 'LEAK' : 'NO LEAK' },
      reading('leak', wet === 1),
      stated,
    ),
    heard(
      {
        Node_type: 'LDDS75',
        Bat: `${volts} V`,
        Distance: `${millimetres} mm`,
        TempC_DS18B20: `${(tenths / 10).toFixed(2)} °C`,
        Sensor_flag: 1,
      },
      reading('battery_v', volts),
      reading('distance_m', millimetres / 1000),
      reading('temperature_c', tenths / 10),
    ),
    heard({ Node_type: 'LDDS75', Distance: '0 mm', Sensor_flag: 0 }, reading('distance_m', null)),
    heard(
      { Node_type: 'LHT65N', TempC_SHT: tenths / 10, Hum_SHT: 40.5, TempC_DS: 327.67 },
      reading('temperature_c', tenths / 10),
      reading('humidity_pct', 40.5),
      reading('temperature_c', null, 'ch1'),
    ),
    heard({ Node_type: 'SW3L', MOD: 0, Calculate_flag: 1, Total_pulse: pulses }, reading('flow_total_l', pulses / 390)),
    heard(
      { Node_type: 'PS-LB', IDC_intput_mA: 8.125, Water_deep_cm: centimetres },
      reading('water_level_m', centimetres / 100),
    ),
    heard({ Node_type: 'CPL01', PIN_STATUS: 'CONNECT', TOTAL_PULSE: pulses }),
    {
      ...ttsUplink({
        device: 'd',
        devEui,
        at,
        fCnt: 3,
        brand: 'dragino',
        model: 'd22-lb',
        decoded: { TempC1: tenths / 10, TempC2: 1.5 },
      }),
      says: [
        { ...reading('temperature_c', tenths / 10, 'ch1'), device: 'd' },
        { ...reading('temperature_c', 1.5, 'ch2'), device: 'd' },
      ],
    },
  ];
}
