import type { IncidentEvent, IncidentFact } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canonicalJson } from './canonical-json.ts';
import { GENESIS, hashOf, link, verifyChain } from './chain.ts';

test('canonical JSON sorts keys by code unit and prints numbers as RFC 8785 does', () => {
  // The worked example of RFC 8785 §3.2.2 and §3.2.3, in part.
  const value = {
    numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
    string: '\u20ac$\u000f\nA\'B"\\\\"/',
    literals: [null, true, false],
  };
  expect(canonicalJson(value)).toBe(
    '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
  );
  expect(canonicalJson({ '\u20ac': 1, '\r': 2, '1': 3, '\ud83d\ude00': 4, '\ufb33': 5 })).toBe(
    '{"\\r":2,"1":3,"€":1,"😀":4,"\ufb33":5}',
  );
});

test('canonical JSON is JSON, and the same whatever order the keys came in', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = canonicalJson(value);
      expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      expect(canonicalJson(reversed(value))).toBe(text);
    }),
  );
});

test.each([Number.NaN, Number.POSITIVE_INFINITY, 10n, () => 1])('%s has no canonical form', (value) => {
  expect(() => canonicalJson({ value })).toThrow(TypeError);
});

test('a chain that nobody touched verifies, in one go or in parts', () => {
  const events = chain(8);
  expect(verifyChain(events)).toMatchObject({ ok: true, checked: 8, last: { seq: 8 } });
  const first = verifyChain(events.slice(0, 3));
  expect(first.ok && verifyChain(events.slice(3), first.last)).toMatchObject({ ok: true, checked: 5 });
});

test('a changed word, a missing event and a forged predecessor are each named', () => {
  const events = chain(5);
  const altered = events.with(2, { ...at(events, 2), change: { kind: 'noted', text: 'on site at 06:59' } });
  expect(verifyChain(altered)).toEqual({ ok: false, checked: 2, seq: 3, reason: 'altered' });
  expect(verifyChain(events.toSpliced(2, 1))).toEqual({ ok: false, checked: 2, seq: 3, reason: 'missing' });
  const forged = { ...at(events, 2), prev: GENESIS };
  expect(verifyChain(events.with(2, { ...forged, hash: hashOf(forged) }))).toMatchObject({
    seq: 3,
    reason: 'not_linked',
  });
});

test('members that the hash does not cover cannot break it, and those that it covers cannot be swapped', () => {
  const [event] = chain(1);
  if (!event) throw new Error('no event');
  expect(hashOf({ ...event, signature: 'x' } as IncidentEvent)).toBe(event.hash);
  for (const change of [
    { at: '2026-01-02T00:00:00.000Z' },
    { recordedAt: 'later' },
    { seq: 2 },
    { edge: 'other' },
    { by: { kind: 'person', id: 'li' } as const },
  ]) {
    expect(hashOf({ ...event, ...change })).not.toBe(event.hash);
  }
});

function chain(length: number): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (let seq = 1; seq <= length; seq += 1) {
    const recordedAt = new Date(Date.UTC(2026, 0, 1) + seq).toISOString();
    const fact: IncidentFact = {
      incident: 'edge-1-1',
      at: recordedAt,
      by: { kind: 'system', id: 'edge' },
      change: { kind: 'noted', text: `备注 ${seq}` },
    };
    events.push(link(fact, { edge: 'edge-1', seq, prev: events.at(-1)?.hash ?? GENESIS, recordedAt }));
  }
  return events;
}

function at<T>(items: readonly T[], index: number): T {
  const item = items[index];
  if (item === undefined) throw new RangeError(`no item ${index}`);
  return item;
}

function reversed(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reversed);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, reversed(item)]),
  );
}
