import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { decimal, sayingOf, type Say } from '../saying.ts';

type Row = readonly [
  volts: number,
  amperes: number,
  watts: number,
  drawn: number,
  fed: number,
  hertz: number,
  factor: number,
];

/** A three-phase meter with net metering and a single-phase one. Source: iammeter.com, "Interpreting the JSON data". */
export function iammeterSamples(random: Random): Sample[] {
  const row = (): Row => [
    decimal(random, 200, 250, 1),
    decimal(random, 0, 99, 1),
    decimal(random, -9_999, 9_999, 1),
    decimal(random, 0, 9_999, 3),
    decimal(random, 0, 9_999, 3),
    decimal(random, 49, 51, 2),
    decimal(random, 0, 1, 2),
  ];
  const [three, single] = [serialOf(random), serialOf(random)];
  const rows = [row(), row(), row()];
  const sum = row();
  const one = row();
  const head = { method: 'uploadsn', mac: 'B0F893000001', version: 'i.75.98.71', server: 'em' };
  const say = sayingOf(three, null);
  return [
    {
      topic: `device/${three}/realtime`,
      payload: JSON.stringify({ ...head, SN: three, Datas: [...rows, sum] }),
      says: [
        ...rows.flatMap((values, i) => phase(say, values, 'abc'.charAt(i))),
        say('active_power_w', sum[2], 'total'),
        say('energy_import_kwh', sum[3], 'total'),
        say('energy_export_kwh', sum[4], 'total'),
      ],
    },
    {
      topic: `device/${single}/realtime`,
      payload: JSON.stringify({ ...head, SN: single, Data: one }),
      says: phase(sayingOf(single, null), one, null),
    },
  ];
}

function serialOf(random: Random): string {
  return random.int(0x1000_0000, 0x7fff_ffff).toString(16).toUpperCase();
}

function phase(say: Say, [volts, amperes, watts, drawn, fed, hertz, factor]: Row, part: string | null) {
  return [
    say('voltage_v', volts, part),
    say('current_a', amperes, part),
    say('active_power_w', watts, part),
    say('energy_import_kwh', drawn, part),
    say('energy_export_kwh', fed, part),
    say('frequency_hz', hertz, part),
    say('power_factor', factor, part),
  ];
}
