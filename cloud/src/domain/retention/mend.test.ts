import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { contented, crm, facts, invoice } from '../testing/facts.ts';
import type { ClientFacts } from '../facts.ts';
import { indicators } from './indicators.ts';
import type { Indicator } from './measurement.ts';
import { mend, neededUnit, replay } from './mend.ts';
import { pointsLost, score } from './score.ts';
import { INDICATORS, SCORECARD } from './scorecard.ts';

/** The twelve indicators, standing where the test says. */
function standing(units: readonly (number | null)[]): Indicator[] {
  const base = indicators(contented());
  const placed = base.map((each, i) => {
    const u = units[i] ?? null;
    const { good, bad } = each;
    return { ...each, u, value: u === null ? null : bad + u * (good - bad) };
  });
  const { observed } = score(placed);
  return placed.map((each) => ({ ...each, pointsLost: pointsLost(each, observed) }));
}

const at = (changes: { readonly [name in (typeof INDICATORS)[number]]?: number | null }): Indicator[] =>
  standing(INDICATORS.map((name) => (name in changes ? (changes[name] ?? null) : 1)));

describe('where one indicator suffices', () => {
  test('it is asked for no more than the target needs', () => {
    // 100 − 13 − 8·… : breach load at 0 and payment at 0 leave 75; a little more is lost in contact.
    const given = at({ sla_breach_load: 0, payment_delay: 0, contact_gap: 0.5 });
    expect(score(given).score).toBeCloseTo(71, 10);
    const [first] = mend(given);
    expect(first).toMatchObject({ name: 'sla_breach_load' });
    expect(first?.points).toBeCloseTo(4, 10);
    // u* = 4/13, so the load must fall from 6 to 6·(1 − 4/13).
    expect(first?.sentence.en).toBe('Broken promises: from 6 to 4.15 wins 4.00 points. Alone enough for 75.');
    expect(replay(given, [{ name: 'sla_breach_load', u: 4 / 13 }])).toBeCloseTo(75, 10);
  });

  test('every other that suffices alone is offered too, dearest loss first', () => {
    const names = mend(at({ sla_breach_load: 0, payment_delay: 0, contact_gap: 0.5 })).map(({ name }) => name);
    expect(names).toEqual(['sla_breach_load', 'payment_delay', 'contact_gap']);
  });
});

describe('where none suffices', () => {
  const given = at({ sla_breach_load: 0, payment_delay: 0, contact_gap: 0, resolved_on_time: 0, nps_adj: 0 });

  test('the dearest are combined, the last one only as far as needed, and together they reach the target', () => {
    expect(score(given).score).toBeCloseTo(50, 10);
    const plan = mend(given);
    expect(plan.map(({ name }) => name)).toEqual(['sla_breach_load', 'payment_delay']);
    expect(plan.map(({ points }) => points)).toEqual([expect.closeTo(13, 10), expect.closeTo(12, 10)]);
    expect(plan[0]?.sentence.en).toContain('Together (2 indicators) enough for 75.');
  });

  test('what people say of us is not asked for', () => {
    expect(
      mend(at({ nps_adj: 0, chat_negativity: 0, payment_delay: 0, contact_gap: 0 })).map(({ name }) => name),
    ).not.toContain('nps_adj');
  });

  test('says so when even all of them would not reach it', () => {
    const silent = standing(INDICATORS.map((name) => (SCORECARD.lines[name].actionable ? null : 0)).with(6, 0));
    expect(mend(silent)[0]?.sentence.en).toContain('All of them together reach 46.2, not 75.');
  });
});

test('a client above the target still sees every loss', () => {
  const lines = mend(at({ contact_gap: 0.5 }));
  expect(lines.map(({ name, points }) => [name, points])).toEqual([['contact_gap', expect.closeTo(4, 10)]]);
});

test('of whom nothing is known there is nothing to mend', () => {
  expect(mend(standing(INDICATORS.map(() => null)))).toEqual([]);
});

test('the needed standing, put in and replayed, gives the target exactly', () => {
  const units = fc.array(fc.option(fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 12, maxLength: 12 });
  fc.assert(
    fc.property(units, fc.integer({ min: 0, max: 11 }), (each, i) => {
      const given = standing(each);
      const chosen = given[i];
      const { score: now, observed } = score(given);
      if (chosen === undefined || chosen.u === null || now === null) return;
      const u = neededUnit(chosen, 5, observed);
      expect(replay(given, [{ name: chosen.name, u }])).toBeCloseTo(now + 5, 8);
    }),
  );
});

test('the sentence of a real client names its own numbers', () => {
  const given: ClientFacts = facts({
    crm: crm({ invoices: [invoice('1', 90, '2026-10-01', '2026-10-01'), invoice('2', 10, '2026-10-01', null)] }),
  });
  const payment = mend(indicators(given)).find(({ name }) => name === 'payment_delay');
  expect(payment?.sentence.en).toMatch(/^Late payments: from 10 % to /);
  expect(payment?.sentence.zh).toMatch(/^逾期付款占比：由 10 % 改善到 /);
});
