import type { Random } from '../../random.ts';
import type { Sample } from '../sample.ts';
import { anInstant, compactTime, decimal, sayingOf } from '../saying.ts';

/** Numbered points of an ADW300 and keyed ones of a gateway's meter. Source: Acrel's tables of `json-v2` and `acrelHW`. */
export function acrelSamples(random: Random): Sample[] {
  const serial = `0${random.int(1_000_000, 9_999_999)}`;
  const tp = anInstant(random) + random.int(0, 999);
  const say = sayingOf(serial, tp);
  const volts = [decimal(random, 200, 250, 1), decimal(random, 200, 250, 1), decimal(random, 200, 250, 1)];
  const watts = random.int(-50_000, 50_000);
  const kwh = decimal(random, 0, 999_999, 2);
  const at = anInstant(random);
  const meter = `1${random.int(1_000_000, 9_999_999)}`;
  const sayMeter = sayingOf(meter, at);
  return [
    {
      topic: 'platform/acrel/meter/json-v2/analog/0000',
      payload: JSON.stringify({
        data: [
          {
            tp,
            point: [
              { id: 0, val: serial },
              ...volts.map((val, i) => ({ id: 1 + i, val })),
              { id: 13, val: watts / 1000 },
              { id: 28, val: random.chance(0.5) ? kwh : String(kwh) },
              { id: 33, val: '89860426' },
              { id: 35, val: 40 },
            ],
          },
        ],
      }),
      says: [
        ...volts.map((value, i) => say('voltage_v', value, 'abc'.charAt(i))),
        say('active_power_w', watts, 'total'),
        say('energy_import_kwh', kwh),
      ],
    },
    {
      topic: `/gw/acrelHW/AWT100/data/9${meter}`,
      payload: JSON.stringify({
        type: 'data',
        time: compactTime(at),
        gwSN: `9${meter}`,
        meterSN: meter,
        meterName: 'adl400',
        meterStatus: 'normal',
        ch: 0,
        ua: volts[0],
        p: watts / 1000,
        pt: 1,
        ct: 1,
        wh: kwh,
      }),
      says: [
        { kind: 'availability', device: meter, online: true },
        sayMeter('voltage_v', volts[0] ?? null, 'a'),
        sayMeter('active_power_w', watts, 'total'),
        sayMeter('energy_import_kwh', kwh),
      ],
    },
  ];
}
