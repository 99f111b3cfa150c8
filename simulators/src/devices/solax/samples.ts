import { localText } from '../../local-time.ts';
import type { Random } from '../../random.ts';
import { SAMPLE_ZONE, type Sample } from '../sample.ts';
import { anInstant, decimal, sayingOf } from '../saying.ts';

/** Lists of a three-phase hybrid, a broken one of an old dongle, and the cloud's answer. Sources: SolaX Cloud API, nazar-pc/solax-local-api-docs. */
export function solaxSamples(random: Random): Sample[] {
  const sn = `SQ${random.int(1_000, 9_999)}`;
  const say = sayingOf(sn, null);
  const at = anInstant(random);
  const cloud = sayingOf(`H34T${sn}`, at);
  const [decivolts, deciamperes, watts] = [random.int(2_000, 2_500), random.int(-300, 300), random.int(-9_000, 9_000)];
  const [hertz, fed, drawn] = [random.int(4_900, 5_100), random.int(0, 9_999_999), random.int(0, 9_999_999)];
  const Data: number[] = Array.from({ length: 300 }, () => 0);
  // Sixteen bits, two's complement; a register of 32 bits has its lower half first.
  Object.assign(Data, { 1: decivolts, 4: deciamperes & 0xffff, 7: watts & 0xffff, 16: hertz });
  Object.assign(Data, { 86: fed & 0xffff, 87: fed >>> 16, 88: drawn & 0xffff, 89: drawn >>> 16 });
  const zero = (metric: string, part: string) => say(metric, 0, part);
  const acpower = decimal(random, -5_000, 5_000, 1);
  return [
    {
      topic: `solax/${sn}/data`,
      payload: JSON.stringify({
        sn,
        ver: '3.006.04',
        type: 14,
        Data,
        Information: [10, 14, 'H34', 8, 1.3, 0, 1.28, 1.04, 0, 1],
      }),
      says: [
        ...['a', 'c'].flatMap((part) => [
          zero('voltage_v', part),
          zero('current_a', part),
          zero('active_power_w', part),
        ]),
        say('voltage_v', decivolts / 10, 'b'),
        say('current_a', deciamperes / 10, 'b'),
        say('active_power_w', watts, 'b'),
        say('frequency_hz', hertz / 100),
        say('energy_export_kwh', fed / 100),
        say('energy_import_kwh', drawn / 100),
      ],
    },
    {
      topic: `solax/${sn}/data`,
      payload: `{"method":"uploadsn","version":"Solax_SI_CH_2nd_20190910_DE01","type":"AL_SE","SN":"${sn}","Data":[1.5,,,${decivolts}],"Status":"2"}`,
      says: [{ kind: 'rejected' }],
    },
    {
      topic: 'solax/cloud',
      payload: JSON.stringify({
        success: true,
        result: {
          inverterSN: `H34T${sn}`,
          sn,
          acpower,
          feedinpower: 3,
          feedinenergy: 44.5,
          consumeenergy: 99.25,
          uploadTime: localText(at, SAMPLE_ZONE),
        },
      }),
      says: [cloud('active_power_w', acpower), cloud('energy_export_kwh', 44.5), cloud('energy_import_kwh', 99.25)],
    },
  ];
}
