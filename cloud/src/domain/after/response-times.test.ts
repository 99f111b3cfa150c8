import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ResponseStatistics } from '@keepsite/cloud-contract';
import { instantMillis, type Term } from '@keepsite/edge-contract';
import { AS_OF, ago, incident, type IncidentStory } from '../testing/facts.ts';
import { DAY } from '../calendar.ts';
import { responseStatistics, type ResponseFacts, type ResponseQuery } from './response-times.ts';

const QUERY: ResponseQuery = {
  from: AS_OF - 60 * DAY,
  to: AS_OF,
  timeZone: 'Asia/Shanghai',
  by: null,
  simulated: false,
};

function one(id: string, story: IncidentStory & Partial<Pick<ResponseFacts, 'site' | 'drill'>> = {}): ResponseFacts {
  const { site = 'site-1', drill, ...rest } = story;
  return { ...incident(id, { asset: id, ...rest }), site, ...(drill === undefined ? {} : { drill }) };
}

function times(incidents: readonly ResponseFacts[], term: Term, query: Partial<ResponseQuery> = {}) {
  const found = responseStatistics(incidents, { ...QUERY, ...query }).times.find((each) => each.term === term);
  if (!found) throw new Error(`no ${term}`);
  return found;
}

const onSite = (id: string, after: number | null, verdict?: 'unknown' | 'excluded' | 'running') =>
  one(id, { terms: { on_site: { target: 420, after, ...(verdict ? { verdict } : {}) } } });

describe('how long it took', () => {
  test('the percentiles are over what was reached, in time or late, and open to their incidents', () => {
    const found = times([onSite('a', 100), onSite('b', 300), onSite('c', 900)], 'on_site');
    expect(found.seconds).toEqual({ p50: 300, p95: 840 });
    expect(found.incidents.map(({ id, seconds, verdict }) => [id, seconds, verdict])).toEqual([
      ['c', 900, 'breached'],
      ['b', 300, 'met'],
      ['a', 100, 'met'],
    ]);
  });

  test('what is unknown or excluded stands beside and is in no percentile', () => {
    const found = times([onSite('a', 100), onSite('b', 5, 'unknown'), onSite('c', 7, 'excluded')], 'on_site');
    expect([found.counted, found.unknown, found.excluded, found.seconds.p95]).toEqual([1, 1, 1, 100]);
  });

  test('an incident without a clock is timed by its milestones', () => {
    const plain = one('a', { openedAt: ago(1), resolvedAt: new Date(AS_OF - DAY + 60_000).toISOString() });
    expect(times([plain], 'resolve').seconds.p50).toBe(60);
  });

  test('what nobody has done yet waits, and what ended without it never came', () => {
    const waits = one('a', { response: 'open' });
    const never = one('b', { response: 'closed' });
    expect(times([waits, never], 'acknowledge')).toMatchObject({
      waiting: 1,
      never: 1,
      counted: 0,
      seconds: { p50: null },
    });
  });

  test('drills, cancelled and simulated ones are left out, and said to be; simulated ones count when asked for', () => {
    const all = [
      one('d', { drill: true }),
      one('c', { response: 'cancelled' }),
      one('s', { simulated: true }),
      onSite('a', 60),
    ];
    const without = responseStatistics(all, QUERY);
    expect([without.incidents, without.leftOut]).toEqual([1, { drills: 1, cancelled: 1, simulated: 1 }]);
    expect(responseStatistics(all, { ...QUERY, simulated: true }).incidents).toBe(2);
  });

  test('only what began within the time asked for counts, its first instant included, its end not', () => {
    const at = (ms: number): ResponseFacts => one(`i${ms}`, { openedAt: new Date(ms).toISOString() });
    const all = [at(QUERY.from - 1), at(QUERY.from), at(QUERY.to - 1), at(QUERY.to)];
    expect(responseStatistics(all, QUERY).incidents).toBe(2);
  });
});

describe('what came back', () => {
  const leak = (id: string, openedDaysAgo: number, closedDaysAgo: number | null): ResponseFacts =>
    one(id, {
      asset: 'riser',
      fault: 'leak',
      openedAt: ago(openedDaysAgo),
      closedAt: closedDaysAgo === null ? null : ago(closedDaysAgo),
    });

  test('the same fault of the same asset within 30 days of its closure', () => {
    const { repeats } = responseStatistics([leak('a', 50, 49), leak('b', 20, 19), leak('c', 10, null)], QUERY);
    expect(repeats).toMatchObject({ withinDays: 30, closed: 2, repeated: 2, rate: 1 });
    expect(repeats.items).toEqual([
      { first: 'a', again: 'b', asset: 'riser', fault: 'leak', days: 29 },
      { first: 'b', again: 'c', asset: 'riser', fault: 'leak', days: 9 },
    ]);
  });

  test('not after 30 days, not another asset, and nothing closed has no rate', () => {
    expect(responseStatistics([leak('a', 50, 45), leak('b', 10, 9)], QUERY).repeats.repeated).toBe(0);
    const other = { ...leak('b', 44, 43), asset: 'roof' };
    expect(responseStatistics([leak('a', 50, 45), other], QUERY).repeats.repeated).toBe(0);
    expect(responseStatistics([leak('a', 5, null)], QUERY).repeats.rate).toBeNull();
  });

  test('one that comes back after the time asked for is seen all the same', () => {
    const march = { ...QUERY, to: AS_OF - 15 * DAY };
    expect(responseStatistics([leak('a', 20, 19), leak('b', 10, null)], march)).toMatchObject({
      incidents: 1,
      repeats: { repeated: 1 },
    });
  });
});

test('by client, site, fault and month: each group counts its own, and every number has its incidents', () => {
  const shared = one('x', { clients: ['acme', 'globex'], site: 's2', openedAt: '2026-10-31T15:59:59.000Z' });
  const all = [shared, onSite('a', 100), onSite('b', 200)];
  const keys = (by: ResponseQuery['by']) =>
    responseStatistics(all, { ...QUERY, by }).groups.map(({ key, ids }) => [key, ids.toSorted()]);
  expect(keys('client')).toEqual([
    ['acme', ['a', 'b', 'x']],
    ['globex', ['x']],
  ]);
  const own = responseStatistics(all, { ...QUERY, by: 'client', client: 'acme' }).groups;
  expect(own.map(({ key }) => key)).toEqual(['acme']);
  expect(keys('site')).toEqual([
    ['site-1', ['a', 'b']],
    ['s2', ['x']],
  ]);
  expect(keys('fault')).toEqual([['entrapment', ['a', 'b', 'x']]]);
  // Half a minute before midnight of 31 October in Shanghai would be November in UTC+9.
  expect(keys('month')).toEqual([
    ['2026-10', ['x']],
    ['2026-11', ['a', 'b']],
  ]);
});

test('every incident is counted in exactly one place of each milestone, and the result is what the contract says', () => {
  const stories = fc.array(
    fc.record({
      after: fc.option(fc.integer({ min: 0, max: 2000 })),
      verdict: fc.constantFrom('met', 'breached', 'unknown', 'excluded', 'running', undefined),
      response: fc.constantFrom('open', 'resolved', 'closed'),
    }),
    { maxLength: 20 },
  );
  fc.assert(
    fc.property(stories, (made) => {
      const all = made.map(({ after, verdict, response }, i) =>
        one(`i${i}`, {
          response: response as never,
          terms: { on_site: { target: 420, after, ...(verdict ? { verdict } : {}) } },
        }),
      );
      const found = responseStatistics(all, { ...QUERY, by: 'client' });
      for (const { counted, waiting, never, unknown, excluded } of found.times)
        expect(counted + waiting + never + unknown + excluded).toBe(all.length);
      expect(ResponseStatistics.parse(found)).toEqual(found);
      expect(instantMillis(found.from)).toBe(QUERY.from);
    }),
  );
});
