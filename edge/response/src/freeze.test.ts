import { describe, expect, test } from 'vitest';
import { freezePlan, type Occasion, rehearse } from './freeze.ts';
import { at, bookOf, rosterOf } from './testing/book.ts';

const ZONE = 'Asia/Shanghai';
const occasion: Occasion = {
  clients: ['bank'],
  site: 'dc',
  severity: 'critical',
  fault: 'leak',
  at: at('2026-01-07T09:00', ZONE),
  contracts: [undefined],
};
const steps = [{ afterSeconds: 0, page: ['duty'] }];
const plan = (id: string, more: object = {}) => ({ id, version: 3, steps, alert: ['dai'], ...more });
const duty = rosterOf(ZONE, { unit: 'days', from: '2026-01-05T08:00' }, { calendar: 'china' });

const frozen = (more: Parameters<typeof bookOf>[0], when: Partial<Occasion> = {}) =>
  freezePlan(bookOf({ rosters: [duty], ...more }), { ...occasion, ...when });

describe('the plan is chosen', () => {
  test('by client, site, severity and fault: the first that serves all of them', () => {
    const plans = [
      plan('other-client', { clients: ['mall'] }),
      plan('other-site', { sites: ['park'] }),
      plan('other-severity', { severities: ['major'] }),
      plan('other-fault', { faults: ['entrapment'] }),
      plan('bank-leak', { clients: ['bank'], faults: ['leak'] }),
      plan('everything'),
    ];
    expect(frozen({ plans })?.id).toBe('bank-leak');
    expect(frozen({ plans }, { clients: [] })?.id).toBe('everything');
    expect(frozen({ plans }, { clients: ['shop', 'mall'] })?.id).toBe('other-client');
  });

  test('and a severity that starts no clock has none', () => {
    expect(frozen({ plans: [plan('p')] }, { severity: 'minor' })).toBeNull();
  });
});

test('a rehearsal pages whom the plan would page, whatever it serves and whatever starts clocks', () => {
  const narrow = plan('narrow', { clients: ['mall'], severities: ['minor'], clockSeverities: [] });
  const book = bookOf({ rosters: [duty], plans: [plan('everything'), narrow] });
  const paged = (time: string) => rehearse(book, 'narrow', at(time, ZONE))?.steps.map(({ to }) => to[0]?.person);
  // Three people, a day each from the 5th at 08:00: at 3 a.m. it is still the one of the day before.
  expect(paged('2026-01-07T09:00')).toEqual(['chen']);
  expect(paged('2026-01-07T03:00')).toEqual(['bo']);
  expect(rehearse(book, 'nobody', at('2026-01-07T09:00', ZONE))).toBeNull();
});

describe('targets', () => {
  test('are two minutes to acknowledge and seven to be on site where nobody says otherwise', () => {
    expect(frozen({ plans: [plan('p')] })?.terms).toEqual({ acknowledge: 120, on_site: 420 });
  });

  test('come from the client’s contract, and a term that it lacks has no clock', () => {
    const contracts = [{ id: 'gold', version: 2, terms: { on_site: 300 } }];
    const found = frozen({ plans: [plan('p')], contracts }, { contracts: ['gold'] });
    expect(found?.terms).toEqual({ on_site: 300 });
    expect(found?.madeOf?.contracts).toEqual([{ id: 'gold', version: 2 }]);
  });

  test('of several clients are the shortest that any of them was promised', () => {
    const contracts = [
      { id: 'gold', version: 1, terms: { acknowledge: 60, on_site: 420 } },
      { id: 'slow', version: 1, terms: { on_site: 900, resolve: 7_200 } },
    ];
    const both = frozen({ plans: [plan('p')], contracts }, { clients: ['a', 'b'], contracts: ['gold', 'slow'] });
    expect(both?.terms).toEqual({ acknowledge: 60, on_site: 420, resolve: 7_200 });
    const one = frozen({ plans: [plan('p')], contracts }, { clients: ['a', 'b'], contracts: ['slow', undefined] });
    expect(one?.terms).toEqual({ acknowledge: 120, on_site: 420, resolve: 7_200 });
  });
});

describe('which proof of presence counts', () => {
  const proofOf = (plans: readonly unknown[], ...contracts: (string | undefined)[]) =>
    frozen(
      {
        plans,
        contracts: [
          { id: 'strict', version: 1, terms: {}, proof: 'verified' },
          { id: 'easy', version: 1, terms: {}, proof: 'declared' },
          { id: 'silent', version: 1, terms: {} },
        ],
      },
      { contracts },
    )?.proof;

  test('is what the contract says, and where it says nothing the plan', () => {
    const verified = { ...plan('p'), proof: 'verified' as const };
    expect(proofOf([plan('p')], 'strict')).toBe('verified');
    expect(proofOf([verified], 'easy')).toBe('declared');
    expect(proofOf([verified], 'silent')).toBe('verified');
    expect(proofOf([plan('p')], undefined)).toBe('declared');
    expect(proofOf([verified])).toBe('verified');
  });

  test('of several clients is the stricter one that any of them was promised', () => {
    expect(proofOf([plan('p')], 'easy', 'strict')).toBe('verified');
    expect(proofOf([plan('p')], 'silent', 'easy')).toBe('declared');
  });
});

describe('whom a step pages', () => {
  const names = (found: ReturnType<typeof frozen>, step = 0) => found?.steps[step]?.to.map(({ person }) => person);

  test('is who was on call at T0, with the versions that said so', () => {
    const found = frozen({ plans: [plan('p')] });
    expect(names(found)).toEqual(['chen']);
    expect(found?.madeOf).toMatchObject({
      rosters: [{ id: 'duty', version: 1 }],
      calendars: [{ id: 'china', version: 1 }],
    });
  });

  test('is nobody without the skill that it asks for, and says so', () => {
    const skilled = [{ afterSeconds: 0, page: ['pair', 'duty'], skills: ['elevator'] }];
    expect(names(frozen({ plans: [plan('p', { steps: skilled })] }))).toEqual(['an']);
    const none = [{ afterSeconds: 0, page: ['duty'], skills: ['plumbing'] }];
    const step = frozen({ plans: [plan('p', { steps: none })] })?.steps[0];
    expect(step).toMatchObject({ to: [], nobody: 'nobody on call with the skill: plumbing (duty)' });
  });

  test('is nobody when nobody is on call, with the reason, and those to alert are known', () => {
    const found = frozen({ plans: [plan('p')] }, { at: at('2026-01-04T09:00', ZONE) });
    expect(found?.steps[0]).toMatchObject({ to: [], nobody: 'nobody on call: duty' });
    expect(found?.alert?.map(({ person }) => person)).toEqual(['dai']);
  });
});
