import type { Random } from '../../random.ts';
import { localText } from '../../local-time.ts';
import { SAMPLE_ZONE, type Sample, type SampleLine } from '../sample.ts';

/** The house's own dialect: one reading, several with times of their own, faults, availability. Source: edge/contract. */
export function keepsiteSamples(random: Random): Sample[] {
  const device = `box-${random.int(1, 99_999)}`;
  const at = Date.UTC(
    2026,
    random.int(0, 11),
    random.int(1, 28),
    random.int(0, 23),
    random.int(0, 59),
    0,
    random.int(0, 999),
  );
  const instant = new Date(at).toISOString();
  const second = at - (at % 1000);
  const wet = random.chance(0.5);
  const kilowattHours = random.int(0, 9_999_999) / 100;
  const raised = random.chance(0.5);
  const part = random.pick(['a', 'b', 'c', 'total', 'ch3']);
  const topic = (kind: string) => `keepsite/park-1/devices/${device}/${kind}`;
  const line = (more: Partial<SampleLine>): SampleLine => ({
    kind: 'reading',
    device,
    part: null,
    at: instant,
    quality: 'good',
    historical: false,
    ...more,
  });
  const heard = (kind: string, body: unknown, ...says: SampleLine[]): Sample => ({
    topic: topic(kind),
    payload: JSON.stringify(body),
    says,
  });
  return [
    heard('reading', { at: instant, metric: 'leak', value: wet }, line({ metric: 'leak', value: wet })),
    heard(
      'reading',
      {
        at,
        readings: [
          { metric: 'energy_import_kwh', part, value: kilowattHours },
          { at: localText(at, SAMPLE_ZONE, 'T'), metric: 'floor', value: 'B2' },
        ],
      },
      line({ metric: 'energy_import_kwh', part, value: kilowattHours }),
      line({ metric: 'floor', value: 'B2', at: new Date(second).toISOString() }),
    ),
    heard(
      'reading',
      { metric: 'water_level_m', value: null, quality: 'bad' },
      line({ metric: 'water_level_m', value: null, quality: 'bad', at: null }),
    ),
    heard(
      'reading',
      { at: instant, metric: 'door', value: null, historical: true },
      line({ metric: 'door', value: null, quality: 'unknown', historical: true }),
    ),
    heard('reading', { at: instant, metric: 'wetness', value: 1 }, { kind: 'rejected', device }),
    heard(
      'fault',
      { at: instant, fault: 'entrapment', state: raised ? 'raised' : 'cleared', vendorCode: 'E7' },
      {
        kind: 'fault',
        device,
        fault: 'entrapment',
        vendorCode: 'E7',
        state: raised ? 'raised' : 'cleared',
        at: instant,
        quality: 'good',
        historical: false,
      },
    ),
    heard(
      'fault',
      { at: instant, fault: 'gremlins', state: 'raised' },
      { kind: 'fault', device, fault: 'unknown', vendorCode: 'gremlins', state: 'raised' },
    ),
    {
      topic: topic('availability'),
      payload: raised ? 'online' : '{"online":false}',
      says: [{ kind: 'availability', device, online: raised }],
    },
    { topic: 'keepsite/park-1/bridge/state', payload: 'online', says: [] },
  ];
}
