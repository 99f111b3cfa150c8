import { createHash } from 'node:crypto';
import { CRM_KINDS, type CrmKind } from '@keepsite/cloud-contract';
import { Batch, DailyEnergy, foldAll, IncidentEvent, unpackReadings, type Incident } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { dayStart } from '../local-time.ts';
import { loadsOf } from '../physics/load.ts';
import { buildWorld } from '../world/world.ts';
import { canonical, CHAIN_BEGINS, chained } from './canonical.ts';
import { crmHistory } from './crm.ts';
import { historyBlocks, historyDaily } from './energy.ts';
import { HISTORY_EDGE, historyEvents } from './events.ts';

const world = buildWorld(1);
const [FROM, END] = ['2026-08-24', '2026-11-22'];
const [from, end] = [dayStart(FROM, world.zone), dayStart(END, world.zone)];
const events = historyEvents(world, from, end);
const incidents = [...Map.groupBy(events, (event) => event.incident).values()].map((list) => foldAll(list) as Incident);
const of = (client: string) => incidents.filter((incident) => incident.clients.includes(client));
const onSite = (list: readonly Incident[]) =>
  list.flatMap(({ clocks }) => clocks.filter(({ term }) => term === 'on_site'));

/** A second opinion on canonical JSON, for values whose keys are plain ASCII: written another way on purpose. */
function sortedText(value: unknown): string {
  return JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'object' || member === null || Array.isArray(member)) return member;
    const sorted: Record<string, unknown> = {};
    for (const name of Object.keys(member).toSorted()) sorted[name] = (member as Record<string, unknown>)[name];
    return sorted;
  });
}

describe('the chain', () => {
  test('canonical JSON is that of RFC 8785’s own example', () => {
    const sample = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonical(sample)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  test('members are sorted by UTF-16 code units, as in RFC 8785 section 3.2.3', () => {
    const names = ['\u20ac', '\r', '\ufb33', '1', '\ud83d\ude00', '\u0080', '\u00f6'];
    const text = canonical(Object.fromEntries(names.map((name) => [name, 0])));
    expect(Object.keys(JSON.parse(text))).toHaveLength(7);
    expect([...text.matchAll(/"((?:\\.|[^"])+)":/g)].map((match) => JSON.parse(`"${match[1]}"`))).toEqual([
      '\r',
      '1',
      '\u0080',
      '\u00f6',
      '\u20ac',
      '\ud83d\ude00',
      '\ufb33',
    ]);
  });

  test('what JSON cannot hold is refused', () => {
    expect(() => canonical({ a: Number.NaN })).toThrow(/not finite/);
    expect(() => canonical('\ud800')).toThrow(/surrogate/);
  });

  test('every link holds: sequence without gaps, previous hash, hash over everything but hash and signature', () => {
    let prev = CHAIN_BEGINS;
    for (const [i, event] of events.entries()) {
      const { hash, signature, ...rest } = event;
      expect(signature).toBeNull();
      expect([event.seq, event.prev]).toEqual([i + 1, prev]);
      expect(hash).toBe(createHash('sha256').update(sortedText(rest)).digest('hex'));
      prev = hash;
    }
  });

  test('one changed letter breaks the link', () => {
    const { hash, prev, signature: _, ...event } = events[5] as IncidentEvent;
    expect(chained(event, prev).hash).toBe(hash);
    expect(chained({ ...event, incident: `${event.incident}x` }, prev).hash).not.toBe(hash);
  });

  test('what a reader fills in by default is already there', () => {
    for (const event of events) expect(IncidentEvent.parse(event)).toEqual(event);
  });
});

describe('the incidents of ninety days', () => {
  test('are 150 to 250, all simulated, closed and cleared, in the order of time', () => {
    expect(incidents.length).toBeGreaterThanOrEqual(150);
    expect(incidents.length).toBeLessThanOrEqual(250);
    expect(
      incidents.filter(
        ({ simulated, response, condition }) => !simulated || response !== 'closed' || condition !== 'cleared',
      ),
    ).toEqual([]);
    expect(events.every((event) => event.edge === HISTORY_EDGE && event.at >= (events[event.seq - 2]?.at ?? ''))).toBe(
      true,
    );
    expect(events[0]?.at).toSatisfy((at: string) => Date.parse(at) >= from);
    expect(events.at(-1)?.at).toSatisfy((at: string) => Date.parse(at) < end);
  });

  test('a clock is met exactly when the term was kept, and every late one has a breach at its due instant', () => {
    for (const incident of incidents) {
      const reached = {
        acknowledge: incident.acknowledgedAt,
        on_site: incident.onSiteAt,
        resolve: incident.resolvedAt,
      };
      for (const { term, dueAt, metAt, verdict } of incident.clocks) {
        expect(metAt).toBe(reached[term]);
        expect(verdict).toBe((reached[term] ?? '') <= dueAt ? 'met' : 'breached');
        const breaches = events.filter(
          ({ incident: id, change }) =>
            id === incident.id && change.kind === 'clock' && change.term === term && change.metAt === null,
        );
        expect(breaches.map(({ at }) => at)).toEqual(verdict === 'met' ? [] : [dueAt]);
      }
    }
  });

  test('critical and major ones page people and have three clocks, minor ones have neither', () => {
    for (const { severity, clocks, pages, plan } of incidents) {
      const minor = severity === 'minor';
      expect([clocks.length, pages.length > 0, plan === null]).toEqual(minor ? [0, false, true] : [3, true, false]);
    }
  });

  test('a claim without presence is released at five minutes and taken by the next crew', () => {
    const released = incidents.filter(({ timeline }) => timeline.some(({ kind }) => kind === 'released'));
    expect(released.length).toBeGreaterThan(5);
    for (const { timeline, openedAt } of released) {
      const kinds = timeline
        .map(({ kind }) => kind)
        .filter((kind) => ['acknowledged', 'released', 'on_site'].includes(kind));
      expect(kinds).toEqual(['acknowledged', 'released', 'acknowledged', 'on_site']);
      const at = timeline.find(({ kind }) => kind === 'released')?.at ?? '';
      expect(Date.parse(at) - Date.parse(openedAt)).toBe(300_000);
    }
  });

  test('episodes count the incidents of an asset and fault', () => {
    for (const list of Map.groupBy(incidents, ({ asset, fault }) => `${asset} ${fault}`).values()) {
      expect(list.map(({ episode }) => episode)).toEqual(list.map((_, i) => i + 1));
    }
  });

  test('fortunes differ: the data center’s record is perfect, Qiming’s elevators keep failing and we come late', () => {
    expect(onSite(of('yunfan-bank')).length).toBeGreaterThan(10);
    expect(onSite(of('yunfan-bank')).filter(({ verdict }) => verdict !== 'met')).toEqual([]);
    const late = onSite(of('qiming-design')).filter(({ verdict }) => verdict === 'breached').length;
    expect(late).toBeGreaterThanOrEqual(5);
    expect(of('qiming-design').filter(({ asset }) => asset === 'bj-lift-3').length).toBeGreaterThan(12);
  });

  test('the same seed and days give the same events; another seed others', () => {
    expect(historyEvents(buildWorld(1), from, end)).toEqual(events);
    expect(historyEvents(buildWorld(2), from, end)[0]?.hash).not.toBe(events[0]?.hash);
  });
});

describe('the energy of the history', () => {
  const loads = loadsOf(world.meters, world.zone, world.seed);
  const blocks = historyBlocks(world, loads, FROM, 10);
  const daily = historyDaily(world, loads, FROM, 40);

  test('blocks are numbered from 1 and fit a batch', () => {
    expect(blocks.map(({ seq }) => seq)).toEqual(Array.from({ length: 10 }, (_, i) => i + 1));
    expect(Batch.parse({ edge: HISTORY_EDGE, sentAt: '2026-11-22T00:00:00.000Z', blocks, daily }).blocks).toEqual(
      blocks,
    );
  });

  test('every meter has its hours, an incoming supply its quarters', () => {
    const readings = unpackReadings(blocks[0] ?? { seq: 1, series: [], rows: [] });
    for (const meter of world.meters) {
      const mine = readings.filter(({ device, metric }) => device === meter.device && metric === 'energy_import_kwh');
      expect(mine.length).toBe(meter.kind === 'sum' ? 96 : 24);
    }
  });

  test('history and the live meter agree: one counter, one load', () => {
    const load = loads.get('bj-b-meter');
    const last = unpackReadings(blocks[9] ?? { seq: 1, series: [], rows: [] }).findLast(
      ({ device, metric }) => device === 'shellypro3em-a8032ab20003' && metric === 'energy_import_kwh',
    );
    expect(last?.value).toBeCloseTo(load?.kwhAt(last?.at ?? 0) ?? 0, 3);
    expect(last?.part).toBe('total');
  });

  test('a day’s kWh is the sum of its hours, its night a share of it, its usual the same weekdays before', () => {
    for (const row of daily) expect(DailyEnergy.parse(row)).toEqual(row);
    const mine = daily.filter(({ asset }) => asset === 'bj-b-meter');
    const counters = unpackReadings(blocks[2] ?? { seq: 1, series: [], rows: [] }).filter(
      ({ device, metric }) => device === mine[0]?.device && metric === 'energy_import_kwh',
    );
    const next = unpackReadings(blocks[3] ?? { seq: 1, series: [], rows: [] }).find(
      ({ device, metric }) => device === mine[0]?.device && metric === 'energy_import_kwh',
    );
    expect(mine[2]?.kwh).toBeCloseTo(Number(next?.value) - Number(counters[0]?.value), 2);
    expect(
      mine.every(({ nightShare, peakKw }) => (nightShare ?? 0) > 0.02 && (nightShare ?? 1) < 0.6 && (peakKw ?? 0) > 0),
    ).toBe(true);
    expect(mine.slice(0, 14).every(({ usualKwh }) => usualKwh === null)).toBe(true);
    const [a, b] = [mine[28]?.kwh, mine[0]?.kwh].map(Number);
    expect(mine[35]?.usualKwh).toBeGreaterThan(Math.min(a ?? 0, b ?? 0) * 0.5);
    expect(mine.slice(21).every(({ usualKwh }) => usualKwh !== null)).toBe(true);
  });
});

describe('the CRM facts', () => {
  const crm = crmHistory(world, END, 90);

  test('are what the cloud takes, each under an id of its own', () => {
    for (const history of crm.values()) {
      for (const [kind, items] of Object.entries(history) as [CrmKind, readonly { id: string }[]][]) {
        for (const item of items) expect(CRM_KINDS[kind].parse(item)).toEqual(item);
        expect(new Set(items.map(({ id }) => id)).size).toBe(items.length);
      }
    }
    expect([...crm.keys()].toSorted()).toEqual(world.clients.map(({ id }) => id).toSorted());
  });

  test('the owners of Westgate have an invoice that is more than ninety days overdue, nobody else has', () => {
    const overdue = [...crm].filter(([, { invoices = [] }]) =>
      invoices.some(({ dueOn, paidOn }) => paidOn === null && dueOn < '2026-08-24'),
    );
    expect(overdue.map(([client]) => client)).toEqual(['westgate-owners']);
  });

  test('nothing happens after the end', () => {
    const text = JSON.stringify(
      [...crm.values()].map(({ surveys, visits, messages, complaints }) => [surveys, visits, messages, complaints]),
    );
    for (const [, day = ''] of text.matchAll(/"(\d{4}-\d{2}-\d{2})/g)) expect(day <= END).toBe(true);
  });

  test('are the same for the same seed', () => {
    expect(crmHistory(buildWorld(1), END, 90)).toEqual(crm);
  });
});
