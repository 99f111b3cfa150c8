import type { Incident, Response, Severity } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { after, sampleIncident } from './sample.ts';
import { alreadyDone, byUrgency, headlineClock, isOpen, lingers, needsSomebody, nextVerb, stopOf } from './urgency.ts';

const ids = (incidents: Incident[]): string[] => incidents.toSorted(byUrgency).map((incident) => incident.id);

test('places where nobody is yet come before those where somebody is, whatever the severity', () => {
  const there = sampleIncident({ id: 'there', response: 'on_site' });
  const alone = sampleIncident({ id: 'alone', severity: 'major' });
  expect(ids([there, alone])).toEqual(['alone', 'there']);
});

test('a critical incident comes before an overdue major one', () => {
  const major = sampleIncident({ id: 'major', severity: 'major', openedAt: after(-900) });
  const critical = sampleIncident({ id: 'critical' });
  expect(ids([major, critical])).toEqual(['critical', 'major']);
});

test('among equals the nearest or longest passed deadline comes first, then the unacknowledged one', () => {
  const overdue = sampleIncident({ id: 'overdue', response: 'acknowledged', openedAt: after(-500) });
  const fresh = sampleIncident({ id: 'fresh' });
  const acknowledged = sampleIncident({ id: 'acknowledged', response: 'acknowledged' });
  expect(ids([acknowledged, fresh, overdue])).toEqual(['overdue', 'fresh', 'acknowledged']);
});

test('an incident without a clock comes after those with one', () => {
  const quiet = sampleIncident({ id: 'quiet', clocks: [], openedAt: after(-9000) });
  expect(ids([quiet, sampleIncident({ id: 'timed' })])).toEqual(['timed', 'quiet']);
});

test('the order does not depend on the order of arrival', () => {
  const some = fc.record({
    id: fc.uuid(),
    severity: fc.constantFrom<Severity>('critical', 'major', 'minor', 'info'),
    response: fc.constantFrom<Response>('open', 'acknowledged', 'on_site', 'resolved'),
    age: fc.integer({ min: 0, max: 9000 }),
  });
  fc.assert(
    fc.property(fc.uniqueArray(some, { selector: (one) => one.age, maxLength: 12 }), (raw) => {
      const incidents = raw.map(({ id, severity, response, age }) =>
        sampleIncident({ id, severity, response, openedAt: after(-age) }),
      );
      expect(ids(incidents.toReversed())).toEqual(ids(incidents));
    }),
  );
});

test('the big button walks from acknowledge to close and then is gone', () => {
  const walk: Response[] = ['open', 'acknowledged', 'on_site', 'resolved', 'closed', 'cancelled'];
  expect(walk.map(nextVerb)).toEqual(['acknowledge', 'arrive', 'resolve', 'close', null, null]);
  expect(walk.map((response) => isOpen({ response }))).toEqual([true, true, true, true, false, false]);
});

test('an order is pending until the incident stands where it leads', () => {
  expect(alreadyDone('acknowledge', 'open')).toBe(false);
  expect(alreadyDone('acknowledge', 'on_site')).toBe(true);
  expect(alreadyDone('resolve', 'on_site')).toBe(false);
  expect(alreadyDone('note', 'closed')).toBe(false);
});

test('the wall counts down to somebody on site, else to what still runs', () => {
  const base = sampleIncident().clocks[0];
  if (!base) throw new Error('the sample has a clock');
  const acknowledge = { ...base, term: 'acknowledge' as const, verdict: 'met' as const };
  const resolve = { ...base, term: 'resolve' as const };
  expect(headlineClock({ clocks: [acknowledge, resolve, base] })?.term).toBe('on_site');
  expect(headlineClock({ clocks: [acknowledge, resolve] })?.term).toBe('resolve');
  expect(headlineClock({ clocks: [] })).toBeUndefined();
});

test('a clock stops with its own act, and every clock with the end of the incident', () => {
  const arrived = sampleIncident({ onSiteAt: after(500) });
  expect([stopOf(arrived, 'on_site'), stopOf(arrived, 'resolve')]).toEqual([after(500), null]);
  expect(stopOf(sampleIncident({ closedAt: after(900) }), 'on_site')).toBe(after(900));
});

test('a resolved incident needs nobody, and leaves the wall after half an hour', () => {
  const done = sampleIncident({ response: 'resolved', resolvedAt: after(600), condition: 'cleared' });
  expect([needsSomebody(done), needsSomebody(sampleIncident({ response: 'on_site' }))]).toEqual([false, true]);
  expect(needsSomebody(sampleIncident({ response: 'closed' }))).toBe(false);
  const at = (seconds: number): number => Date.parse(after(600 + seconds));
  expect([lingers(done, at(1799)), lingers(done, at(1800)), lingers(sampleIncident(), at(0))]).toEqual([
    true,
    false,
    false,
  ]);
});

test('a resolved incident stays on the wall while its sensor contradicts, unless a person has raised it', () => {
  const late = Date.parse(after(90_000));
  const done = sampleIncident({ response: 'resolved', resolvedAt: after(600) });
  expect(lingers({ ...done, condition: 'active' }, late)).toBe(true);
  expect(lingers({ ...done, condition: 'no_data' }, late)).toBe(true);
  expect(lingers({ ...done, condition: 'active', source: 'person:wang-wei' }, late)).toBe(false);
});
