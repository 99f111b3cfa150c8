import { localText } from '../../local-time.ts';
import type { Random } from '../../random.ts';
import { SAMPLE_ZONE, type Sample } from '../sample.ts';

/** A plug with one channel and a three-phase meter, live, after a reset and going away. */
export function tasmotaSamples(random: Random): Sample[] {
  const device = `pow-${random.int(1, 999_999)}`;
  const at = Date.UTC(2026, random.int(0, 11), random.int(1, 28), random.int(0, 23), random.int(0, 59));
  const Power = random.int(-3_000, 3_000);
  const Total = random.int(1, 9_999_999) / 1000;
  const phases = [random.int(200, 250), random.int(200, 250), random.int(200, 250)];
  const reading = { kind: 'reading', device, at: new Date(at).toISOString(), quality: 'good' } as const;
  return [
    { topic: `tele/${device}/LWT`, payload: 'Online', says: [{ kind: 'availability', device, online: true }] },
    {
      topic: `tele/${device}/SENSOR`,
      payload: JSON.stringify({ Time: localText(at, SAMPLE_ZONE, 'T'), ENERGY: { Power, Total, Voltage: phases } }),
      says: [
        { ...reading, metric: 'active_power_w', part: null, value: Power },
        { ...reading, metric: 'energy_import_kwh', part: null, value: Total },
        ...phases.map((value, i) => ({ ...reading, metric: 'voltage_v', part: 'abc'.charAt(i), value })),
      ],
    },
  ];
}
