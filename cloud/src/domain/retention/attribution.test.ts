import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY } from '../calendar.ts';
import type { ClientFacts } from '../facts.ts';
import { ago, arrival, AS_OF, contented, facts, incident } from '../testing/facts.ts';
import { attribution } from './attribution.ts';
import { indicators } from './indicators.ts';
import { score } from './score.ts';

function charged(given: ClientFacts): ReturnType<typeof attribution> {
  return attribution(given, indicators(given));
}

function withIncidents(...more: ReturnType<typeof incident>[]): ClientFacts {
  const base = contented();
  return { ...base, incidents: [...base.incidents, ...more] };
}

describe('the published check', () => {
  // Severity 3, 22 minutes against 15, weight 13 of 100, bad bound 6: 13·1.4/6.
  const at = (daysLater: number): ClientFacts => {
    const base = withIncidents(
      incident('trapped', { asset: 'lift-2', openedAt: ago(0), terms: { on_site: { target: 900, after: 1320 } } }),
    );
    const trapped = base.incidents.map((each) => (each.id === 'trapped' ? { ...each, recordedAt: 0 } : each));
    const shifted = daysLater * DAY;
    // Seen later by shifting T0 back, so that everything else is as fresh as before.
    return {
      ...base,
      incidents: trapped.map((each) => (each.id === 'trapped' ? moved(each, -shifted - 1_320_000) : each)),
    };
  };

  test('a passenger trapped for 22 minutes instead of 15 costs 3.03 points', () => {
    const cost = costOf(at(0), 'trapped');
    expect(cost).toBeCloseTo((13 * 1.4) / 6, 2);
    expect(cost?.toFixed(2)).toBe('3.03');
  });

  test('and 1.52 points after 30 days', () => {
    const cost = costOf(at(30), 'trapped');
    expect(cost).toBeCloseTo((13 * 0.7) / 6, 2);
    expect(cost?.toFixed(2)).toBe('1.52');
  });
});

describe('sentences', () => {
  test('say what was promised, what happened and what it cost, in both languages', () => {
    const given = withIncidents(arrival('late', 523, { openedAt: ago(1) }));
    const line = charged(given).find(({ id }) => id === 'late');
    expect(line?.sentence.en).toMatch(/^On site 1:43 late \(08:43 against 07:00\): −\d\.\d\d points\./);
    expect(line?.sentence.zh).toMatch(/^到场超时 1 分 43 秒（实际 08:43，承诺 07:00）：−\d\.\d\d 分。/);
    expect(line?.sentence.en).toContain(`−${line?.byIndicator['sla_breach_load']?.toFixed(2)} points`);
  });

  test('half a second late does not read 07:00 against 07:00', () => {
    const line = charged(withIncidents(arrival('late', 420.4)))[0];
    expect(line?.sentence.en).toContain('On site 0:01 late (07:01 against 07:00)');
  });

  test('say of one that nobody attended that it still waits', () => {
    const line = charged(withIncidents(arrival('never', null, { openedAt: ago(0.01) })))[0];
    expect(line?.sentence.en).toContain('On site promised within 07:00, still not so after 14:24');
  });

  test('an incident whose promise was kept is listed, says so and costs nothing', () => {
    const [line, ...others] = charged(contented());
    expect(others).toEqual([]);
    expect(line).toMatchObject({ id: 'kept', pointsLost: 0, byIndicator: {}, approximate: false });
    expect(line?.sentence.en).toBe('On site after 05:00 of 07:00: promise kept, no points lost.');
  });
});

test('an incident with a kept promise leaves the score where it was', () => {
  const before = score(indicators(contented())).score;
  const more = withIncidents(arrival('also-kept', 419, { openedAt: ago(1), resolvedAt: ago(0.95) }));
  expect(score(indicators(more)).score).toBe(before);
});

test('a running, excluded or unknown clock is neither charged nor praised', () => {
  const verdicts = ['running', 'excluded', 'unknown'] as const;
  const open = verdicts.map((verdict) =>
    incident(verdict, { asset: verdict, terms: { on_site: { target: 420, verdict } } }),
  );
  expect(charged(withIncidents(...open)).map(({ id }) => id)).toEqual(['kept']);
});

test('beyond the bad bound the full loss is shared pro rata', () => {
  const worst = [1, 2, 3, 4].map((i) => arrival(`${i}`, 420 * (1 + i), { openedAt: ago(0.2) }));
  const given = withIncidents(...worst);
  const load = indicators(given).find(({ name }) => name === 'sla_breach_load');
  expect(load?.value).toBeGreaterThan(6);
  expect(load?.u).toBe(0);
  const costs = charged(given).map(({ byIndicator }) => byIndicator['sla_breach_load'] ?? 0);
  expect(costs.reduce((sum, cost) => sum + cost, 0)).toBeCloseTo(load?.pointsLost ?? Number.NaN, 10);
  // 1, 2, 2 and 2 times overrun (the last two are cut): shares of 1, 2, 2, 2 in 7.
  const loss = load?.pointsLost ?? Number.NaN;
  expect(['1', '2', '3', '4'].map((id) => costOf(given, id))).toEqual(
    [1, 2, 2, 2].map((part) => expect.closeTo((loss * part) / 7, 10)),
  );
});

test('a percentile is shared by leaving one out, and says that it is approximate', () => {
  const assigned = [30, 40, 50, 60, 70, 180, 240].map((after, i) =>
    incident(`${i}`, { asset: `a${i}`, terms: { acknowledge: { target: 120, after } } }),
  );
  const given = withIncidents(...assigned);
  const p90 = indicators(given).find(({ name }) => name === 'assign_p90');
  const lines = charged(given).filter(({ byIndicator }) => byIndicator['assign_p90'] !== undefined);
  expect(lines.map(({ id }) => id).toSorted()).toEqual(['5', '6']);
  expect(lines.every(({ approximate }) => approximate)).toBe(true);
  expect(lines[0]?.sentence.en).toContain('about −');
  const sum = lines.reduce((total, { byIndicator }) => total + (byIndicator['assign_p90'] ?? 0), 0);
  expect(sum).toBeGreaterThan(0);
  expect(sum).toBeLessThanOrEqual((p90?.pointsLost ?? 0) + 1e-9);
});

test('running close to the promise costs the indicator but is charged to nobody', () => {
  const close = [100, 110, 115].map((after, i) =>
    incident(`${i}`, { asset: `a${i}`, terms: { acknowledge: { target: 120, after } } }),
  );
  const given = facts({ incidents: close });
  expect(indicators(given).find(({ name }) => name === 'assign_p90')?.pointsLost).toBeGreaterThan(0);
  expect(charged(given).map(({ pointsLost }) => pointsLost)).toEqual([0, 0, 0]);
});

test('an incident that was reached in time but repaired too late is listed once, with the repair', () => {
  const slow = incident('slow', {
    asset: 'lift-2',
    severity: 'major',
    terms: { on_site: { target: 420, after: 300 }, resolve: { target: 3600, after: 7200 } },
  });
  const lines = charged(withIncidents(slow)).filter(({ id }) => id === 'slow');
  expect(lines.map(({ byIndicator }) => Object.keys(byIndicator))).toEqual([['resolved_on_time']]);
  expect(lines[0]?.sentence.en).toMatch(/^Resolved 1:00:00 late \(2:00:00 against 1:00:00\): −\d\.\d\d points\.$/);
});

test('a repair that did not last is charged, not the fault that came back', () => {
  const first = arrival('first', 300, { asset: 'lift-7', openedAt: ago(20), resolvedAt: ago(19.9) });
  const again = arrival('again', 300, { asset: 'lift-7', openedAt: ago(10), resolvedAt: ago(9.9) });
  const lines = charged(withIncidents(first, again));
  expect(lines.filter(({ pointsLost }) => pointsLost > 0).map(({ id }) => id)).toEqual(['first']);
  expect(lines.find(({ id }) => id === 'again')?.pointsLost).toBe(0);
});

test('what incidents are charged with never exceeds what the indicator lost; nobody without a breach or relapse is charged', () => {
  const story = fc.record({
    onSite: fc.option(fc.integer({ min: 1, max: 3000 })),
    acknowledge: fc.integer({ min: 1, max: 500 }),
    repair: fc.integer({ min: 60, max: 40_000 }),
    days: fc.double({ min: 0.6, max: 89, noNaN: true }),
    asset: fc.integer({ min: 0, max: 3 }),
    severity: fc.constantFrom('critical' as const, 'major' as const, 'minor' as const),
  });
  fc.assert(
    fc.property(fc.array(story, { maxLength: 12 }), (stories) => {
      const incidents = stories.map(({ onSite, acknowledge, repair, days, asset, severity }, i) =>
        incident(`${i}`, {
          asset: `lift-${asset}`,
          openedAt: new Date(Math.floor(AS_OF - days * DAY)).toISOString(),
          severity,
          terms: {
            acknowledge: { target: 120, after: acknowledge },
            on_site: { target: 420, after: onSite },
            resolve: { target: 14_400, after: repair },
          },
        }),
      );
      const given = withIncidents(...incidents);
      const measured = indicators(given);
      const lines = attribution(given, measured);
      for (const { name, pointsLost } of measured) {
        const sum = lines.reduce((total, { byIndicator }) => total + (byIndicator[name] ?? 0), 0);
        expect(sum).toBeLessThanOrEqual((pointsLost ?? 0) + 1e-9);
      }
      for (const line of lines.filter(({ pointsLost }) => pointsLost > 0)) {
        const told = given.incidents.find(({ id }) => id === line.id);
        const broken = told?.clocks.some(({ verdict }) => verdict === 'breached') ?? false;
        expect(broken || line.byIndicator['repeat_failure'] !== undefined).toBe(true);
      }
    }),
  );
});

function costOf(given: ClientFacts, id: string): number | undefined {
  return charged(given).find((line) => line.id === id)?.byIndicator['sla_breach_load'];
}

/** The same incident, some milliseconds earlier or later. */
function moved<T extends ReturnType<typeof incident>>(told: T, by: number): T {
  const shift = (text: string | null): string | null =>
    text === null ? null : new Date(Date.parse(text) + by).toISOString();
  return {
    ...told,
    openedAt: shift(told.openedAt),
    onSiteAt: shift(told.onSiteAt),
    clocks: told.clocks.map((clock) => ({
      ...clock,
      startedAt: shift(clock.startedAt),
      dueAt: shift(clock.dueAt),
      metAt: shift(clock.metAt),
    })),
  };
}
