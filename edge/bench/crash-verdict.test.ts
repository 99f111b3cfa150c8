import type { Incident, IncidentEvent, Reading } from '@keepsite/edge-contract';
import { GENESIS, link } from '@keepsite/edge-evidence';
import { expect, test } from 'vitest';
import type { HeardPage } from './crash-phones.ts';
import { createCrashLane } from './crash-story.ts';
import { judge } from './crash-verdict.ts';

/** A lane that has said ten messages, the first of them a fault, all acknowledged; and a store that has kept them. */
function told() {
  const lane = createCrashLane(0, 2);
  for (let n = 0; n < 10; n += 1) Object.assign(lane.next(), { sent: 1, acknowledged: true });
  const kept = [...lane.readings].flatMap(([device, spoken]) =>
    spoken.map(({ at, value }) => ({ device, metric: 'trips_total', part: null, at, value }) as unknown as Reading),
  );
  return { lane, kept };
}

function noted(seq: number, prev = GENESIS): IncidentEvent {
  const at = '2026-11-01T00:00:00.000Z';
  const fact = { incident: 'i', at, by: { kind: 'system', id: 'edge' }, change: { kind: 'noted', text: 'x' } } as const;
  return link(fact, { edge: 'e', seq, prev, recordedAt: at });
}

function judged(
  kept: readonly Reading[],
  lane: ReturnType<typeof createCrashLane>,
  more: Partial<Parameters<typeof judge>[0]> = {},
  pages: HeardPage[] = [],
) {
  const incidents = lane.faults.map(({ asset, fault }) => ({
    id: 'i',
    asset,
    fault,
    episode: 1,
    occurrences: 1,
    condition: 'active',
    pages: [],
  }));
  const store = {
    readings: ({ device }: { device: string }) => kept.filter((reading) => reading.device === device),
    events: () => [],
    incidents: () => incidents as unknown as Incident[],
    sizes: () => ({
      bytes: 0,
      events: 0,
      blocks: 0,
      owedPages: 0,
      quarantined: 0,
      thinned: 0,
      undelivered: 0,
      damaged: 0,
    }),
    ...more,
  };
  return judge(store, [lane], pages);
}

test('a reading that was acknowledged and is gone is lost', () => {
  const { lane, kept } = told();
  const { figures, troubles } = judged(kept.slice(1), lane);
  expect(figures).toMatchObject({ 'readings acknowledged': 9, 'readings lost': 1 });
  expect(troubles.join()).toMatch(/sent 1 times, kept 0 times/);
});

test('a reading that was sent once may stand once only; one that was sent again may stand twice', () => {
  const { lane, kept } = told();
  const [first] = kept as [Reading];
  expect(judged([...kept, first], lane).figures).toMatchObject({ 'readings doubled': 1 });
  const again = lane.readings.get(first.device)?.find(({ at }) => at === first.at);
  Object.assign(again?.letter ?? {}, { sent: 2 });
  const { figures, troubles } = judged([...kept, first], lane);
  expect(figures).toMatchObject({ 'readings doubled': 0, 'readings sent again and kept twice': 1 });
  expect(troubles.join()).not.toMatch(/kept/);
});

test('a reading that nobody said, an incident twice and an incident of nobody are found', () => {
  const { lane, kept } = told();
  const stray = { ...(kept[0] as Reading), value: 99 };
  expect(judged([...kept, stray], lane).troubles.join()).toMatch(/never said .* 99/);
  const one = judged(kept, lane);
  expect(one.figures).toMatchObject({ incidents: 1, 'incidents expected': 1 });
  const [incident] = [
    {
      id: 'i',
      asset: lane.faults[0]?.asset,
      fault: 'entrapment',
      episode: 1,
      occurrences: 1,
      condition: 'active',
      pages: [],
    },
  ];
  const two = [incident, { ...incident, id: 'j' }, { ...incident, fault: 'brake' }] as unknown as Incident[];
  const { troubles } = judged(kept, lane, { incidents: () => two });
  expect(troubles.join()).toMatch(/has 2 incidents/);
  expect(troubles.join()).toMatch(/nobody said anything of asset-lift-0-0 brake/);
});

test('a page that rings twice without saying so is found, and one that says so is not', () => {
  const { lane, kept } = told();
  const ring = (possibleDuplicate: boolean): HeardPage => ({ page: 'p', person: 'li', possibleDuplicate });
  const found = (pages: HeardPage[]) =>
    judged(kept, lane, {}, pages).troubles.filter((trouble) => trouble.includes('repeated'));
  expect(found([ring(false), ring(true)])).toEqual([]);
  expect(found([ring(false), ring(true), ring(false)])).toEqual(['p to li was repeated 1 times without saying so']);
});

test('a broken chain and an incident that its events do not rebuild are found', () => {
  const { lane, kept } = told();
  const chain = [noted(1), noted(2)];
  const events = ({ after }: { after: number }) => chain.filter(({ seq }) => seq > after);
  const { troubles } = judged(kept, lane, { events });
  expect(troubles.join()).toMatch(/breaks at event 2: not_linked/);
  expect(troubles.join()).toMatch(/before it was opened/);
  expect(judged(kept, lane).troubles.join()).toMatch(/does not rebuild it/);
});
