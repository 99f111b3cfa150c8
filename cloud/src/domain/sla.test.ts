import { SlaReport, type Contract } from '@keepsite/cloud-contract';
import { instantMillis } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IncidentFacts } from './facts.ts';
import { contractOf, slaReport } from './sla.ts';
import { arrival, AS_OF, CONTRACT, incident } from './testing/facts.ts';

const NOVEMBER = '2026-11-05T02:00:00.000Z';

function november(incidents: readonly IncidentFacts[], contract: Contract | null = CONTRACT): SlaReport {
  return slaReport({ client: 'acme', contract, period: '2026-11', incidents, now: AS_OF });
}

function onSite(report: SlaReport): SlaReport['terms'][number] {
  const term = report.terms.find((each) => each.term === 'on_site');
  if (term === undefined) throw new Error('no on-site term');
  return term;
}

describe('verdicts', () => {
  const five = [
    arrival('a', 300, { openedAt: NOVEMBER }),
    arrival('b', 420, { openedAt: NOVEMBER }),
    arrival('c', 523, { openedAt: NOVEMBER }),
    incident('d', { openedAt: NOVEMBER, terms: { on_site: { target: 420, verdict: 'excluded' } } }),
    incident('e', { openedAt: NOVEMBER, terms: { on_site: { target: 420, verdict: 'unknown' } } }),
    incident('f', { openedAt: NOVEMBER, terms: { on_site: { target: 420, verdict: 'running' } } }),
  ];

  test('attainment is met over met and breached; excluded, unknown and running stand beside it', () => {
    const { met, breached, excluded, unknown, running, attainment } = onSite(november(five));
    expect({ met, breached, excluded, unknown, running }).toEqual({
      met: 2,
      breached: 1,
      excluded: 1,
      unknown: 1,
      running: 1,
    });
    expect(attainment).toBeCloseTo(2 / 3, 12);
  });

  test("the edge's verdict stands even where the times say otherwise", () => {
    const adjusted = incident('a', {
      openedAt: NOVEMBER,
      terms: { on_site: { target: 420, after: 900, verdict: 'met' } },
    });
    expect(onSite(november([adjusted])).met).toBe(1);
  });

  test('silence is not 100 %', () => {
    expect(onSite(november([])).attainment).toBeNull();
    expect(onSite(november([five[4]!])).attainment).toBeNull();
  });

  test('the report is what the contract between cloud and screens says', () => {
    expect(SlaReport.parse(november(five))).toEqual(november(five));
  });
});

describe('times', () => {
  test('late arrivals are in the percentiles, those who never came are not', () => {
    const report = november([
      arrival('a', 100, { openedAt: NOVEMBER }),
      arrival('b', 300, { openedAt: NOVEMBER }),
      arrival('c', 500, { openedAt: NOVEMBER }),
      arrival('d', null, { openedAt: NOVEMBER }),
    ]);
    expect(onSite(report).seconds).toEqual({ p50: 300, p95: 480 });
  });

  test('a late milestone counts where the clock has none, an early unproven one does not', () => {
    const openedAt = NOVEMBER;
    const late = arrival('a', null, { openedAt, onSiteAt: '2026-11-05T02:10:00.000Z' });
    const unproven = arrival('b', null, { openedAt, onSiteAt: '2026-11-05T02:03:00.000Z' });
    expect(onSite(november([late, unproven])).seconds).toEqual({ p50: 600, p95: 600 });
  });

  test('what was excluded has no time', () => {
    const excluded = incident('a', {
      openedAt: NOVEMBER,
      terms: { on_site: { target: 420, after: 60, verdict: 'excluded' } },
    });
    expect(onSite(november([excluded])).seconds).toEqual({ p50: null, p95: null });
  });
});

describe('which incidents count', () => {
  test.each([
    ['the last millisecond of October in Shanghai', '2026-10-31T15:59:59.999Z', 0],
    ['the first of November in Shanghai', '2026-10-31T16:00:00.000Z', 1],
    ['after now', '2026-11-25T00:00:00.000Z', 0],
  ])('opened at %s', (_, openedAt, expected) => {
    expect(november([arrival('a', 60, { openedAt })]).incidents).toHaveLength(expected);
  });

  test("another client's incident does not, a shared one does", () => {
    const others = arrival('a', 60, { openedAt: NOVEMBER, clients: ['beta'] });
    const shared = arrival('b', 60, { openedAt: NOVEMBER, clients: ['beta', 'acme'] });
    expect(november([others, shared]).incidents.map(({ id }) => id)).toEqual(['b']);
  });

  test('days that the contract does not cover are left out, its last day is excluded', () => {
    const contract = { ...CONTRACT, from: '2026-11-05', to: '2026-11-06' };
    const opened = ['2026-11-04T15:59:59.999Z', '2026-11-04T16:00:00.000Z', '2026-11-05T16:00:00.000Z'];
    const report = november(
      opened.map((openedAt, i) => arrival(`${i}`, 60, { openedAt })),
      contract,
    );
    expect(report.incidents.map(({ id }) => id)).toEqual(['1']);
  });

  test('without a contract nothing was promised and nothing is counted', () => {
    const report = november([arrival('a', 60, { openedAt: NOVEMBER })], null);
    expect(report).toMatchObject({ contract: null, contractVersion: null, terms: [], incidents: [] });
  });

  test('a repair has a promise of its own and is left out; one that a sensor made more of is not', () => {
    const repair = {
      id: 'report-0001',
      category: 'plumbing',
      urgency: 'urgent',
      channel: 'form',
      text: 'drips',
    } as const;
    const told = { openedAt: NOVEMBER, repair: { ...repair, photos: [] } };
    const own = incident('a', { ...told, terms: { acknowledge: { target: 1_800, after: 900 } } });
    expect(november([own, arrival('b', 60, told)]).incidents.map(({ id }) => id)).toEqual(['b']);
  });

  test('a drill is counted nowhere, however well or badly it went', () => {
    const report = november([
      arrival('a', 60, { openedAt: NOVEMBER }),
      arrival('b', 900, { openedAt: NOVEMBER, drill: true }),
      arrival('c', 30, { openedAt: NOVEMBER, drill: true }),
    ]);
    expect(report.incidents.map(({ id }) => id)).toEqual(['a']);
    expect(onSite(report)).toMatchObject({ met: 1, breached: 0, seconds: { p50: 60 } });
  });

  test('what began at the end of announced maintenance is timed from there', () => {
    const late = arrival('a', 900, { openedAt: NOVEMBER });
    const at = (seconds: number) => new Date(Date.parse(NOVEMBER) + seconds * 1_000).toISOString();
    const clocks = late.clocks.map((clock) => ({
      ...clock,
      startedAt: at(840),
      dueAt: at(1_260),
      verdict: 'met' as const,
    }));
    expect(onSite(november([{ ...late, clocks }])).seconds.p50).toBe(60);
  });

  test('a simulated incident counts and is marked', () => {
    const report = november([arrival('a', 60, { openedAt: NOVEMBER, simulated: true })]);
    expect([report.incidents[0]?.simulated, onSite(report).met]).toEqual([true, 1]);
  });
});

describe('terms', () => {
  test('a promised term without any clock is listed empty, a clock without promise has no target', () => {
    const contract = { ...CONTRACT, terms: CONTRACT.terms.slice(0, 1) };
    const report = november([arrival('a', 60, { openedAt: NOVEMBER })], contract);
    expect(report.terms.map(({ term, targetSeconds }) => [term, targetSeconds])).toEqual([
      ['acknowledge', 120],
      ['on_site', null],
    ]);
  });
});

test('months add up to the year: every incident counts in exactly one of them', () => {
  const year = [instantMillis('2025-12-31T16:00:00.000Z'), instantMillis('2026-12-31T15:59:59.999Z')] as const;
  const instants = fc.array(fc.integer({ min: year[0], max: year[1] }), { maxLength: 30 });
  fc.assert(
    fc.property(instants, (times) => {
      const incidents = times.map((at, i) => arrival(`${i}`, 60, { openedAt: new Date(at).toISOString() }));
      const months = Array.from({ length: 12 }, (_, i) => `2026-${String(i + 1).padStart(2, '0')}`);
      const counted = months.flatMap((period) =>
        slaReport({ client: 'acme', contract: CONTRACT, period, incidents, now: year[1] }).incidents.map(
          ({ id }) => id,
        ),
      );
      expect(counted.toSorted()).toEqual(incidents.map(({ id }) => id).toSorted());
    }),
  );
});

describe('the contract of a month', () => {
  const old = { ...CONTRACT, id: 'old', from: '2025-01-01', to: '2026-11-10' };
  const renewal = { ...CONTRACT, id: 'new', from: '2026-11-10', to: '2027-11-10' };

  test('is the one that runs latest when a renewal falls into it', () => {
    expect(contractOf([renewal, old], '2026-11')?.id).toBe('new');
    expect(contractOf([renewal, old], '2026-10')?.id).toBe('old');
  });

  test('is its highest version, and an older version never comes back', () => {
    const amended = { ...old, version: 2, to: '2026-10-01' };
    expect(contractOf([old, amended], '2026-09')?.version).toBe(2);
    expect(contractOf([old, amended], '2026-11')).toBeNull();
  });

  test('does not exist on its renewal date', () => {
    expect(contractOf([{ ...old, to: '2026-11-01' }], '2026-11')).toBeNull();
  });
});
