import { Amount, BUDGET_PERIODS, PLAN_WHEN, Plan, SEVERITIES } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { fieldKind, sumOfCents, textOf, valueOf } from './field-text.ts';
import { inOrder, isOutOfOrder, moved, nextStep, valueAt, withValue, type Path } from './plan-form.ts';
import { isRecord, readBook, readText, rewritten } from './written.ts';

const id = fc.constantFrom('an', 'bo', 'duty', 'standby', '一组');
const ids = fc.uniqueArray(id, { maxLength: 3 });
const some = fc.option(ids, { nil: undefined });
const seconds = fc.oneof(fc.nat({ max: 90_000 }), fc.double({ min: 0.001, max: 1e6, noNaN: true }));
const positive = seconds.map((it) => it + 0.5);
const words = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 });
const name = fc.record({ en: words, zh: words });
const amount = fc
  .record({ cents: fc.nat(), places: fc.constantFrom(0, 1, 2) })
  .map(({ cents, places }) => (cents / 100).toFixed(places))
  .filter((text) => Amount.safeParse(text).success);
const optional = <T>(one: fc.Arbitrary<T>) => fc.option(one, { nil: undefined });
const order = fc.record({
  contractor: id,
  order: name,
  quantity: optional(fc.integer({ min: 1, max: 10_000 })),
  withinMinutes: fc.integer({ min: 1, max: 1_000 }),
  cost: amount,
});
const step = fc.record({
  afterSeconds: seconds,
  when: fc.constantFrom(...PLAN_WHEN),
  page: ids,
  skills: some,
  channels: some,
  release: fc.boolean(),
  dispatch: optional(fc.array(order, { maxLength: 2 })),
  note: optional(words),
});
const address = fc.record({ channel: words, to: words });
const authority = fc.record({
  budget: fc.record({ amount, currency: fc.constantFrom('CNY', 'EUR') }),
  per: fc.constantFrom(...BUDGET_PERIODS),
  contractors: fc.array(fc.record({ id, name, addresses: fc.array(address, { minLength: 1, maxLength: 2 }) }), {
    minLength: 1,
    maxLength: 2,
  }),
  approvers: fc.uniqueArray(id, { minLength: 1, maxLength: 2 }),
  askNextAfterSeconds: positive,
});
/** Any plan that the contract allows. */
const plan = fc
  .record({
    id,
    version: fc.integer({ min: 1, max: 99 }),
    clients: some,
    sites: some,
    severities: optional(fc.uniqueArray(fc.constantFrom(...SEVERITIES))),
    faults: some,
    terms: fc.record({ acknowledge: positive, on_site: positive, resolve: positive }, { requiredKeys: [] }),
    proof: fc.constantFrom('declared', 'verified'),
    clockSeverities: fc.uniqueArray(fc.constantFrom(...SEVERITIES)),
    repeatEverySeconds: optional(positive),
    steps: fc.array(step, { maxLength: 3 }),
    authority: optional(authority),
    alert: some,
  })
  .map((made) => Plan.parse(JSON.parse(JSON.stringify(made))));

/** Every text and every number of a plan, with its place. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (Array.isArray(value)) return value.flatMap((one, at) => leaves(one, [...path, at]));
  if (isRecord(value)) return Object.entries(value).flatMap(([key, one]) => leaves(one, [...path, key]));
  return typeof value === 'boolean' ? [] : [path];
}

describe('form and document', () => {
  test('whatever a field shows, typed in again, leaves the plan as it was', () => {
    fc.assert(
      fc.property(plan, (whole) => {
        for (const path of leaves(whole).filter((one) => one.at(-1) !== 'version')) {
          const kind = fieldKind(path);
          const typed = valueOf(kind, textOf(kind, valueAt(whole, path)));
          expect(withValue(whole, path, typed)).toEqual(whole);
        }
      }),
    );
  });

  test('a plan that was put into the text in place of another is read again as itself', () => {
    fc.assert(
      fc.property(plan, plan, (before, after) => {
        const read = readText(rewritten(stringify({ plans: [before] }), { plans: [after] }));
        expect(read.ok && readBook(read.raw)).toMatchObject({ ok: true, book: { plans: [after] } });
      }),
    );
  });

  test('what nobody can read as its kind stays as it was typed, and the contract refuses it', () => {
    fc.assert(
      fc.property(fc.constantFrom('afterSeconds', 'withinMinutes', 'cost'), words, (field, text) => {
        const value = valueOf(fieldKind([field]), text);
        if (typeof value === 'string' && !Amount.safeParse(value).success)
          expect(textOf(fieldKind([field]), value)).toBe(text);
        expect(['number', 'string']).toContain(typeof value);
      }),
    );
  });

  test.each([
    ['0:20', 20],
    ['7:00', 420],
    ['2:00:00', 7200],
    ['90:00', 5400],
    ['1：30', 90],
    ['0:00.5', 0.5],
    ['90 s', 90],
    ['90秒', 90],
  ])('%s is %s seconds', (text, value) => {
    expect(valueOf('seconds', text)).toBe(value);
  });

  test.each(['90', '1:5', '1:60', 'soon', '-1:00', '1:2:3'])('%s is no time that a ladder could go by', (text) => {
    expect(valueOf('seconds', text)).toBe(text);
  });

  test('seconds are shown as minutes and seconds, hours where there are any', () => {
    expect([0, 20, 420, 3_599, 7_200, 61.25].map((it) => textOf('seconds', it))).toEqual([
      '0:00',
      '0:20',
      '7:00',
      '59:59',
      '2:00:00',
      '1:01.25',
    ]);
  });

  test('money is counted in cents and never as a fraction', () => {
    expect(valueOf('money', '12,000')).toBe('12000');
    expect(valueOf('money', '12.345')).toBe('12.345');
    expect(sumOfCents(['0.10', '0.20', 'much', undefined])).toBe(30);
    fc.assert(fc.property(fc.array(amount), (all) => Number.isSafeInteger(sumOfCents(all))));
  });
});

describe('steps', () => {
  const at = (...times: unknown[]) => ({ steps: times.map((afterSeconds, index) => ({ afterSeconds, index })) });

  test('a further one comes a minute after the last, the first at once', () => {
    expect(nextStep({})).toEqual({ afterSeconds: 0, page: [] });
    expect(nextStep(at(0, 20))).toEqual({ afterSeconds: 80, when: 'open', page: [] });
    expect(nextStep(at(0, 'soon'))).toMatchObject({ afterSeconds: 60 });
  });

  test('are put in order only when somebody says so, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 })), (times) => {
        const after = inOrder(at(...times));
        expect(isOutOfOrder(after)).toBe(false);
        expect(valueAt(after, ['steps'])).toHaveLength(times.length);
      }),
    );
    expect(isOutOfOrder(at(60, 20))).toBe(true);
  });

  test('one that is moved changes places with its neighbour, and stays at either end', () => {
    expect(moved(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(moved(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(moved(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });
});

test('a value is put where it belongs, and nothing else moves', () => {
  const before = { id: 'p', terms: { on_site: 420 }, steps: [{ page: [] }, { page: ['an'] }] };
  expect(withValue(before, ['steps', 1, 'skills'], ['lift'])).toEqual({
    ...before,
    steps: [{ page: [] }, { page: ['an'], skills: ['lift'] }],
  });
  expect(withValue(before, ['terms', 'on_site'], undefined)).toEqual({ ...before, terms: {} });
  expect(withValue(before, ['authority', 'budget', 'amount'], '5')).toMatchObject({
    authority: { budget: { amount: '5' } },
  });
});
