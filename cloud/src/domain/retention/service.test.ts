import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '../calendar.ts';
import { facts, ago, arrival, AS_OF, CONTRACT, incident } from '../testing/facts.ts';
import type { ClientFacts } from '../facts.ts';
import { breachLoad, incidentsAt } from './incident-load.ts';
import { indicators } from './indicators.ts';
import type { Indicator } from './measurement.ts';
import type { IndicatorName } from './scorecard.ts';
import { score } from './score.ts';

function measure(name: IndicatorName, rest: Partial<ClientFacts>): Indicator {
  const found = indicators(facts(rest)).find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

const now = { openedAt: ago(0) };

describe('breach load', () => {
  // A trapped passenger (critical), 22 minutes against 15: 3·(22/15 − 1) = 1.4.
  const trapped = incident('t', { ...now, terms: { on_site: { target: 900, after: 1320 } } });

  test('is severity times overrun, halved in 30 days', () => {
    expect(breachLoad(trapped, AS_OF)).toBeCloseTo(1.4, 12);
    expect(breachLoad(trapped, AS_OF + 30 * DAY)).toBeCloseTo(0.7, 12);
  });

  test.each([
    ['on time', arrival('a', 420, now), 0],
    ['a tenth late', arrival('a', 462, now), 0.3],
    ['three times the promise', arrival('a', 1260, now), 6],
    ['ten times the promise', arrival('a', 4200, now), 6],
    ['major', arrival('a', 630, { ...now, severity: 'major' }), 1],
    ['minor', arrival('a', 630, { ...now, severity: 'minor' }), 0.5],
    ['info', arrival('a', 630, { ...now, severity: 'info' }), 0],
    ['excluded', incident('a', { ...now, terms: { on_site: { target: 420, after: 900, verdict: 'excluded' } } }), 0],
    ['unknown', incident('a', { ...now, terms: { on_site: { target: 420, after: 900, verdict: 'unknown' } } }), 0],
    ['adjusted to met', incident('a', { ...now, terms: { on_site: { target: 420, after: 900, verdict: 'met' } } }), 0],
    ['no clocks', incident('a', now), 0],
  ])('%s', (_, each, expected) => {
    expect(breachLoad(each, AS_OF)).toBeCloseTo(expected, 12);
  });

  test('grows while nobody comes', () => {
    const waiting = arrival('w', null, { openedAt: ago(0) });
    expect(breachLoad(waiting, AS_OF + 630_000)).toBeCloseTo(3 * 0.5, 3);
  });

  test('counts the on-site promise; where there is none, the repair', () => {
    const lateRepair = incident('r', {
      ...now,
      terms: { on_site: { target: 420, after: 60 }, resolve: { target: 600, after: 900 } },
    });
    const onlyRepair = incident('r', { ...now, terms: { resolve: { target: 600, after: 900 } } });
    expect(breachLoad(lateRepair, AS_OF)).toBe(0);
    expect(breachLoad(onlyRepair, AS_OF)).toBeCloseTo(1.5, 12);
  });

  test('is zero under watch without incidents, and unknown without a watch', () => {
    expect(measure('sla_breach_load', {}).value).toBe(0);
    expect(measure('sla_breach_load', { watch: null }).value).toBeNull();
  });

  test('forgets after 90 days', () => {
    expect(measure('sla_breach_load', { incidents: [arrival('a', 1260, { openedAt: ago(90) })] }).value).toBe(0);
    expect(
      measure('sla_breach_load', { incidents: [arrival('a', 1260, { openedAt: ago(89.9) })] }).value,
    ).toBeGreaterThan(0);
  });
});

describe('assignment', () => {
  const assigned = (id: string, after: number | null, verdict?: 'running') =>
    incident(id, { terms: { acknowledge: { target: 100, after, ...(verdict ? { verdict } : {}) } } });

  test('is the 90th percentile of the time against the promise', () => {
    const { value, sentence } = measure('assign_p90', {
      incidents: [10, 20, 30, 40, 150].map((s, i) => assigned(`${i}`, s)),
    });
    expect(value).toBeCloseTo(0.4 + 0.6 * 1.1, 12);
    expect(sentence.en).toContain('1 of 5 assignments took longer than promised');
    expect(sentence.zh).toContain('5 次派单中有 1 次超时');
  });

  test('without a timed assignment is unknown', () => {
    expect(measure('assign_p90', { incidents: [assigned('a', null, 'running')] }).value).toBeNull();
  });
});

describe('repairs on time', () => {
  const repaired = (id: string, after: number) =>
    incident(id, { asset: id, terms: { resolve: { target: 1000, after } } });

  test('few cases are evened out towards the good bound', () => {
    const { value } = measure('resolved_on_time', { incidents: [repaired('a', 900), repaired('b', 1100)] });
    expect(value).toBeCloseTo((100 * (1 + 9.8)) / 12, 10);
  });

  test('kept promises lose nothing, however few they are', () => {
    expect(measure('resolved_on_time', { incidents: [repaired('a', 900)] }).pointsLost).toBe(0);
  });

  test('without a repair that came due it is unknown, not 100 %', () => {
    expect(measure('resolved_on_time', {}).value).toBeNull();
  });
});

describe('downtime', () => {
  const down = (id: string, minutes: number, onSite: number, rest = {}) =>
    arrival(id, onSite, {
      openedAt: ago(10),
      resolvedAt: new Date(AS_OF - 10 * DAY + minutes * MINUTE).toISOString(),
      ...rest,
    });

  // 240 minutes a month allow 720 in 90 days.
  test('behind a broken promise every minute counts', () => {
    expect(measure('critical_downtime', { incidents: [down('a', 360, 900)] }).value).toBeCloseTo(0.5, 12);
  });

  test('behind kept promises only what goes beyond the allowance counts', () => {
    expect(measure('critical_downtime', { incidents: [down('a', 700, 300)] }).value).toBe(0);
    expect(measure('critical_downtime', { incidents: [down('a', 1080, 300)] }).value).toBeCloseTo(0.5, 12);
  });

  test('overlapping stretches of one asset are counted once, of two assets twice', () => {
    const same = { asset: 'pump' };
    expect(
      measure('critical_downtime', { incidents: [down('a', 360, 900, same), down('b', 360, 900, same)] }).value,
    ).toBeCloseTo(0.5, 12);
    expect(measure('critical_downtime', { incidents: [down('a', 360, 900), down('b', 360, 900)] }).value).toBeCloseTo(
      1,
      12,
    );
  });

  test('only critical incidents tell of it, cancelled ones and silence do not', () => {
    const others = [
      down('a', 360, 900, { severity: 'major' }),
      down('b', 360, 900, { response: 'cancelled' }),
      down('c', 360, 900, { fault: 'no_data' }),
    ];
    expect(measure('critical_downtime', { incidents: others }).value).toBe(0);
  });

  test('ends when the sensors say that it is over, even if nobody has signed the repair', () => {
    const cleared = arrival('a', 900, { openedAt: ago(10), clearedAt: ago(9.9), resolvedAt: ago(5) });
    expect(measure('critical_downtime', { incidents: [cleared] }).value).toBeCloseTo(144 / 720, 10);
  });

  test('still down counts until now', () => {
    const open = arrival('a', 900, { openedAt: new Date(AS_OF - 72 * MINUTE).toISOString() });
    expect(measure('critical_downtime', { incidents: [open] }).value).toBeCloseTo(0.1, 12);
  });

  test("of a client watched for a week is held against one month's allowance", () => {
    const watch = { since: AS_OF - 11 * DAY, lastHeardAt: AS_OF };
    expect(measure('critical_downtime', { watch, incidents: [down('a', 240, 900)] }).value).toBeCloseTo(1, 12);
  });

  test('without a contract there is no allowance and no value', () => {
    expect(measure('critical_downtime', { contracts: [] }).value).toBeNull();
    const ended = { ...CONTRACT, to: '2026-11-20', recordedAt: 0 };
    expect(measure('critical_downtime', { contracts: [ended] }).value).toBeNull();
  });
});

describe('repeat failures', () => {
  const repaired = (id: string, daysAgo: number, rest = {}) =>
    arrival(id, 300, { asset: 'lift-9', openedAt: ago(daysAgo), resolvedAt: ago(daysAgo - 0.1), ...rest });

  test('count the repair after which the same fault came back within 30 days', () => {
    const { value, charges } = measure('repeat_failure', { incidents: [repaired('a', 40), repaired('b', 15)] });
    expect(value).toBeCloseTo((100 * (1 + 0.3)) / 12, 10);
    expect(charges.map((charge) => charge.incident)).toEqual(['a']);
    expect(charges[0]?.why.en).toBe('The same fault came back 24 days after the repair');
  });

  test.each([
    ['after 31 days', repaired('b', 8.8)],
    ['on another asset', repaired('b', 15, { asset: 'lift-8' })],
    ['as another fault', repaired('b', 15, { fault: 'brake' })],
    ['but was cancelled', repaired('b', 15, { response: 'cancelled' })],
  ])('not when it came back %s', (_, again) => {
    expect(measure('repeat_failure', { incidents: [repaired('a', 40), again] }).charges).toEqual([]);
  });

  test('two unmapped codes are the same fault only if the vendor says so', () => {
    const first = repaired('a', 40, { fault: 'unknown', vendorCode: 'E1' });
    expect(
      measure('repeat_failure', { incidents: [first, repaired('b', 15, { fault: 'unknown', vendorCode: 'E2' })] })
        .charges,
    ).toEqual([]);
    expect(
      measure('repeat_failure', { incidents: [first, repaired('b', 15, { fault: 'unknown', vendorCode: 'E1' })] })
        .charges,
    ).toHaveLength(1);
  });
});

describe('what was known', () => {
  test('incidents written down later, and what happened to them later, do not exist yet', () => {
    const late = { ...arrival('a', 900, { openedAt: ago(1) }), recordedAt: AS_OF + 1 };
    const coming = arrival('b', 900, { openedAt: new Date(AS_OF - 300_000).toISOString() });
    const seen = incidentsAt(facts({ incidents: [late, coming] }));
    expect(seen.map(({ id, onSiteAt }) => [id, onSiteAt])).toEqual([['b', null]]);
    expect(seen[0]?.clocks[0]).toMatchObject({ verdict: 'running', metAt: null });
  });

  test('a drill costs nothing, however badly it went', () => {
    const drill = arrival('a', 4200, { drill: true });
    expect(incidentsAt(facts({ incidents: [drill] }))).toEqual([]);
    expect(measure('sla_breach_load', { incidents: [drill] }).value).toBe(0);
  });

  test("another client's incident costs nothing", () => {
    const theirs = arrival('a', 4200, { clients: ['beta'] });
    expect(measure('sla_breach_load', { incidents: [theirs] }).value).toBe(0);
  });

  test('a site that fell silent weighs less and less', () => {
    const silent = { since: 0, lastHeardAt: AS_OF - 14 * DAY };
    const { weight, asOf, sentence } = measure('sla_breach_load', { watch: silent });
    expect(weight).toBeCloseTo(6.5, 10);
    expect(asOf).toBe(ago(14));
    expect(sentence.en).toContain('14 days old');
  });
});

test('a later arrival never raises the score', () => {
  const seconds = fc.integer({ min: 1, max: 6000 });
  fc.assert(
    fc.property(fc.array(seconds, { minLength: 1, maxLength: 6 }), fc.nat(), seconds, (times, which, later) => {
      const scoreOf = (arrivals: readonly number[]): number => {
        const incidents = arrivals.map((after, i) =>
          incident(`${i}`, {
            asset: `asset-${i % 3}`,
            openedAt: ago(3 + i),
            terms: {
              acknowledge: { target: 120, after: Math.ceil(after / 4) },
              on_site: { target: 420, after },
              resolve: { target: 3600, after: after + 900 },
            },
          }),
        );
        return score(indicators(facts({ incidents }))).score ?? Number.NaN;
      };
      const at = which % times.length;
      const delayed = times.with(at, (times[at] ?? 0) + later);
      expect(scoreOf(delayed)).toBeLessThanOrEqual(scoreOf(times) + 1e-9);
    }),
  );
});
