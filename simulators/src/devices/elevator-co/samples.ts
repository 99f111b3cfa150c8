import type { Millis } from '@keepsite/edge-contract';
import { uuidOf, type Random } from '../../random.ts';
import type { Sample, SampleLine } from '../sample.ts';
import { anInstant, sayingOf } from '../saying.ts';

const BASE = 'apim/elevator-co/api/V1/json';
const DATA_PRODUCT = 'apim/elevator-co/data-product/V1/json';
const TROUBLES = [
  ['passenger trapped in car', 'entrapment'],
  ['alarm button pressed', 'passenger_alarm'],
  ['door does not close, unable to close', 'door_fails_to_close'],
  ['brake did not release', 'brake'],
  ['counterweight guide worn', 'unknown'],
] as const;

/** Advice, usage and a receipt, which say nothing; an alarm, and a fault that ends; a data product's alarm and journey. */
export function elevatorCoSamples(random: Random): Sample[] {
  const id = `elevator-id-${random.int(1, 9_999)}`;
  const region = random.pick(['fr', 'de', 'us-east', 'us-west']);
  const place = (event: string) => `${region}/elevator/${event}/elev-make-${random.int(1, 2)}/${id}`;
  const at = anInstant(random);
  const tracking = uuidOf('elevator-co', id, at);
  const [description, fault] = random.pick(TROUBLES);
  const code = `F-${random.int(100, 999)}`;
  const line = (when: Millis, state: 'raised' | 'cleared'): SampleLine => ({
    kind: 'fault',
    device: id,
    fault,
    vendorCode: code,
    state,
    at: new Date(when).toISOString(),
    quality: 'good',
  });
  const later = at + random.int(1, 90) * 60_000;
  return [
    event(
      place(random.pick(['maintenance', 'maintenace'])),
      at,
      tracking,
      {
        component_id: `ABC-${random.int(1000, 9999)}`,
        description,
        timewindow_days: random.int(1, 40),
        probability_of_failure_pct: random.int(1, 100),
        details: { reasons: ['avg journeys / day > 25'] },
      },
      [],
    ),
    {
      topic: `${BASE}/status/${tracking}`,
      payload: JSON.stringify({
        status_update: {
          timestamp: stamp(later),
          status: random.pick(['received', 'resolved']),
          tracking_id: tracking,
        },
      }),
      says: [],
    },
    event(place('usage'), at, tracking, { journeys: random.int(1, 500) }, []),
    event(place(random.pick(['alarm', 'fault'])), at, tracking, { fault_code: code, description }, [
      line(at, 'raised'),
    ]),
    event(place('fault'), later, tracking, { fault_code: code, description, status: 'cleared' }, [
      line(later, 'cleared'),
    ]),
    ...dataProducts(id, later, random),
  ];
}

/** A critical alarm tells what was measured; a journey says nothing. */
function dataProducts(id: string, at: Millis, random: Random): Sample[] {
  const place = (event: string) => `elevator/${event}/hotels/FR/paris/opera/elevator-make-ABC/${id}`;
  const [floor, discrepancy_mm] = [random.int(-2, 40), random.int(-30, 30)];
  const alarm = { type: 'car2floor_alignment', description: 'misalignment car to floor', code: 42 };
  const say = sayingOf(id, at);
  const instant = new Date(at).toISOString();
  return [
    event(
      place('critical-alarm'),
      at,
      undefined,
      { ...alarm, details: { floor, discrepancy_mm } },
      [
        { kind: 'fault', device: id, fault: 'unknown', vendorCode: 42, state: 'raised', at: instant, quality: 'good' },
        say('leveling_error_mm', discrepancy_mm),
        say('floor', String(floor)),
      ],
      DATA_PRODUCT,
    ),
    event(place('journey'), at, undefined, { type: 'up', from_floor: floor, to_floor: floor + 2 }, [], DATA_PRODUCT),
  ];
}

function event(
  place: string,
  at: Millis,
  tracking_id: string | undefined,
  body: object,
  says: readonly SampleLine[],
  base = BASE,
): Sample {
  const topic = `${base}/${place}`;
  return {
    topic,
    payload: JSON.stringify({ header: { topic, timestamp: stamp(at), tracking_id }, body }, null, 2),
    says,
  };
}

/** `2021-02-15-13:25:27-UTC`. */
function stamp(at: Millis): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', '-')}-UTC`;
}
