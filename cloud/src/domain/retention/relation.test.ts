import { describe, expect, test } from 'vitest';
import type { CrmFact } from '@keepsite/cloud-contract';
import { ago, AS_OF, complaint, crm, facts, invoice, surveys } from '../testing/facts.ts';
import { indicators } from './indicators.ts';
import type { Indicator } from './measurement.ts';
import type { IndicatorName } from './scorecard.ts';

function measure(name: IndicatorName, given: Parameters<typeof crm>[0]): Indicator {
  const found = indicators(facts({ crm: crm(given) })).find((each) => each.name === name);
  if (found === undefined) throw new Error(name);
  return found;
}

test('a client of whom nothing is on record has no value anywhere in the relation', () => {
  const unknown = indicators(facts()).slice(5);
  expect(unknown.map(({ value, pointsLost }) => [value, pointsLost])).toEqual(
    Array.from({ length: 7 }, () => [null, null]),
  );
});

describe('planned maintenance', () => {
  const job = (id: string, plannedOn: string, doneOn: string | null): CrmFact<'maintenance'> => ({
    id,
    asset: 'a',
    plannedOn,
    doneOn,
    what: 'oil',
  });

  test('counts what came due: on time, a day late, not at all', () => {
    const maintenance = [
      job('1', '2026-11-10', '2026-11-10'),
      job('2', '2026-11-10', '2026-11-11'),
      job('3', '2026-11-19', null),
    ];
    const { value, sentence, asOf } = measure('planned_done_on_time', { maintenance });
    expect(value).toBeCloseTo((100 * (1 + 9.8)) / 13, 10);
    expect(sentence.en).toBe('Done on time: 1 of 3 planned jobs in 90 days; still open: 1.');
    expect(asOf).toBe(ago(0));
  });

  test('what is due today or later says nothing yet', () => {
    expect(measure('planned_done_on_time', { maintenance: [job('1', '2026-11-20', null)] }).value).toBeNull();
  });
});

describe('payment', () => {
  test('is weighed by amount: late and overdue against all that came due', () => {
    const invoices = [
      invoice('1', 700, '2026-10-01', '2026-10-01'),
      invoice('2', 200, '2026-10-01', '2026-10-09'),
      invoice('3', 100, '2026-11-01', null),
      invoice('4', 900, '2026-11-20', null),
    ];
    const { value, sentence } = measure('payment_delay', { invoices });
    expect(value).toBeCloseTo(30, 10);
    expect(sentence.en).toContain('1 invoice overdue now, the longest for 19 days');
  });

  test('an old debt that is still open is never out of the window, nor stale', () => {
    const { value, weight } = measure('payment_delay', { invoices: [invoice('1', 100, '2025-11-01', null)] });
    expect([value, weight]).toEqual([100, 12]);
  });

  test('a payment that came after the day of the score is not known', () => {
    const { value, sentence } = measure('payment_delay', {
      invoices: [invoice('1', 100, '2026-11-01', '2026-11-21')],
    });
    expect(value).toBe(100);
    expect(sentence.en).toContain('1 invoice overdue now');
  });
});

describe('complaints', () => {
  test('urgent ones are held against half an hour, others against a day', () => {
    const hour = (at: string, hours: number): string => new Date(Date.parse(at) + hours * 3_600_000).toISOString();
    const urgent = complaint('u', { urgent: true, respondedAt: hour(ago(20), 1) });
    const ordinary = complaint('o', { respondedAt: hour(ago(20), 12) });
    const { value, sentence } = measure('complaint_response_p90', { complaints: [urgent, ordinary] });
    expect(value).toBeCloseTo(0.5 + 0.9 * 1.5, 10);
    expect(sentence.en).toContain('1 of 2 complaints waited too long');
  });

  test('one that waits counts once it has waited too long', () => {
    expect(
      measure('complaint_response_p90', { complaints: [complaint('a', { receivedAt: ago(0.9) })] }).value,
    ).toBeNull();
    expect(
      measure('complaint_response_p90', { complaints: [complaint('a', { receivedAt: ago(3) })] }).value,
    ).toBeCloseTo(3, 10);
    expect(
      measure('complaint_response_p90', { complaints: [complaint('a', { receivedAt: ago(200) })] }).value,
    ).toBeCloseTo(200, 8);
  });

  test('the loop is closed by a follow-up that holds', () => {
    const done = complaint('a', { closedAt: ago(19), followedUpAt: ago(18) });
    const back = complaint('b', { closedAt: ago(19), followedUpAt: ago(18), reopened: true });
    const forgotten = complaint('c', { closedAt: ago(19) });
    const young = complaint('d', { receivedAt: ago(3) });
    const { value, sentence } = measure('complaint_closed_loop', { complaints: [done, back, forgotten, young] });
    expect(value).toBeCloseTo((100 * (1 + 10)) / 13, 10);
    expect(sentence.en).toBe('Followed up and not come back: 1 of 3 complaints.');
  });
});

describe('surveys', () => {
  test('the adjusted score goes in, the interval is told', () => {
    const scores = [...Array<number>(18).fill(9), ...Array<number>(11).fill(8), ...Array<number>(2).fill(6)];
    const { value, sentence } = measure('nps_adj', { surveys: surveys(scores) });
    expect(value).toBeCloseTo((100 * 16) / 34, 10);
    expect(sentence.en).toBe('31 answers: 18 promoters, 2 detractors. NPS 51.6, 95 % between 25.5…68.6.');
  });

  test('the interval never leaves the scale', () => {
    const { sentence } = measure('nps_adj', { surveys: surveys(Array<number>(20).fill(10)) });
    expect(sentence.en).toContain('95 % between 69.7…100.');
  });

  test('who answers twice counts with the newest answer', () => {
    const twice = [...surveys([0], ago(50)), ...surveys([10], ago(10)).map((each) => ({ ...each, id: 'again' }))];
    expect(measure('nps_adj', { surveys: twice }).sentence.en).toContain('1 answer: 1 promoter, 0 detractors');
  });
});

describe('chat', () => {
  const month = (ago30: number, negative: number, total = 100): CrmFact<'messages'> => ({
    id: `m${ago30}`,
    day: ago(ago30 * 30 + 3).slice(0, 10),
    total,
    positive: 0,
    negative,
  });

  test("is held against the client's own half year", () => {
    // Before: 2, 4, 6, 8, 10, 12 per 100; mean 7, sample deviation √14.
    const messages = [month(0, 15), ...[2, 4, 6, 8, 10, 12].map((negative, i) => month(i + 1, negative))];
    const { value, sentence } = measure('chat_negativity', { messages });
    expect(value).toBeCloseTo(8 / Math.sqrt(14), 10);
    expect(sentence.en).toBe(
      '100 messages in 30 days: per 100, 15 more negative than positive, usually 7 more negative than positive. Worse than usual.',
    );
    const happy = [{ ...month(0, 0), positive: 9 }, ...messages.slice(1)];
    expect(measure('chat_negativity', { messages: happy }).sentence.en).toContain(
      'per 100, 9 more positive than negative',
    );
  });

  test('an even history does not turn one message into an alarm', () => {
    const messages = [month(0, 6), ...Array.from({ length: 6 }, (_, i) => month(i + 1, 5))];
    expect(measure('chat_negativity', { messages }).value).toBeCloseTo(1, 10);
  });

  test('few messages and short histories say nothing', () => {
    const history = Array.from({ length: 6 }, (_, i) => month(i + 1, 5));
    expect(measure('chat_negativity', { messages: [month(0, 5, 19), ...history] }).value).toBeNull();
    expect(measure('chat_negativity', { messages: [month(0, 5), month(1, 5), month(2, 5)] }).value).toBeNull();
  });
});

describe('contact', () => {
  const visit = (daysAgo: number, rest: Partial<CrmFact<'visits'>> = {}): CrmFact<'visits'> => ({
    id: `v${daysAgo}`,
    at: ago(daysAgo),
    with: 'director',
    decisionMaker: true,
    kind: 'visit',
    ...rest,
  });

  test('is counted in days since a decision-maker was met; calls and others do not count', () => {
    const visits = [visit(75), visit(20, { decisionMaker: false }), visit(10, { kind: 'call' })];
    const { value, pointsLost } = measure('contact_gap', { visits });
    expect(value).toBe(75);
    expect(pointsLost).toBeGreaterThan(0);
  });

  test('60 days are added when the key contact left, until somebody meets a successor', () => {
    const left = [{ id: 'l', at: ago(15), left: 'Mr Li' }];
    expect(measure('contact_gap', { visits: [visit(20)], 'contact-changes': left }).value).toBe(80);
    expect(measure('contact_gap', { visits: [visit(20), visit(5)], 'contact-changes': left }).value).toBe(5);
  });

  test('a year without a visit does not fade away', () => {
    expect(measure('contact_gap', { visits: [visit(400)] })).toMatchObject({ value: 400, u: 0, weight: 8 });
  });
});

test('facts recorded after the day of the score are ignored, kind by kind', () => {
  const given = crm({
    invoices: [invoice('1', 100, '2026-11-01', null)],
    complaints: [complaint('a')],
    surveys: surveys([0]),
    visits: [{ id: 'v', at: ago(5), with: 'x', decisionMaker: true, kind: 'visit' }],
    maintenance: [{ id: 'p', asset: 'a', plannedOn: '2026-11-10', doneOn: null, what: 'oil' }],
  });
  const later = Object.fromEntries(
    Object.entries(given).map(([kind, items]) => [kind, items.map((item) => ({ ...item, recordedAt: AS_OF + 1 }))]),
  ) as unknown as typeof given;
  const values = indicators(facts({ crm: later }))
    .slice(5)
    .map(({ value }) => value);
  expect(values).toEqual(Array(7).fill(null));
});
