import { freezePlan } from '@keepsite/edge-response';
import { expect, test } from 'vitest';
import { REGISTRY } from '../testing/http-bench.ts';
import { createReach } from './reach.ts';

const PLANNED = {
  ...REGISTRY,
  people: [
    { id: 'li', name: 'Li Na', skills: [], addresses: [{ channel: 'sms', to: '138' }] },
    { id: 'wang', name: 'Wang', skills: [], addresses: [] },
    { id: 'roof', name: 'Roof', skills: [], addresses: [{ channel: 'siren', to: 'roof' }] },
  ],
  plans: [
    {
      id: 'lifts',
      version: 1,
      terms: {},
      proof: 'declared' as const,
      clockSeverities: ['critical' as const],
      steps: [
        { afterSeconds: 0, when: 'always' as const, page: ['li', 'wang'], release: false },
        { afterSeconds: 60, when: 'open' as const, page: ['li', 'roof'], release: false, channels: ['siren', 'sms'] },
      ],
    },
  ],
};

/** Whom each step pages, and how. */
function paged(phones: readonly string[]): string[][] {
  const book = createReach({ people: () => phones })(PLANNED);
  const occasion = {
    clients: [],
    site: 'park',
    severity: 'critical',
    fault: 'entrapment',
    at: 0,
    contracts: [],
  } as const;
  return (freezePlan(book, occasion)?.steps ?? []).map(({ to }) =>
    to.map((it) => `${it.person} ${it.channel} ${it.address}`),
  );
}

test('who has a phone is paged on it by every step that pages them, also one who has no other address', () => {
  expect(paged(['li', 'wang'])).toEqual([
    ['li sms 138', 'li web-push li', 'wang web-push wang'],
    ['li sms 138', 'li web-push li', 'roof siren roof'],
  ]);
});

test('where nobody has one, the registry is what it was', () => {
  expect(createReach({ people: () => [] })(PLANNED)).toBe(PLANNED);
  expect(paged([])).toEqual([['li sms 138'], ['li sms 138', 'roof siren roof']]);
});

test('it is made once, and anew when another phone comes', () => {
  let phones = ['li'];
  const reach = createReach({ people: () => phones });
  const first = reach(PLANNED);
  expect(reach(PLANNED)).toBe(first);
  phones = ['li', 'wang'];
  expect(reach(PLANNED).people[1]?.addresses).toEqual([{ channel: 'web-push', to: 'wang' }]);
});
