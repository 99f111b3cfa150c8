import { describe, expect, test } from 'vitest';
import { checkResponse, refusals } from './check.ts';
import { findingText } from './finding.ts';
import { at, bookOf, rosterOf } from './testing/book.ts';

const ZONE = 'Asia/Shanghai';
const now = at('2026-03-02T09:00', ZONE);
const duty = rosterOf(ZONE, { unit: 'days' }, { calendar: 'china' });
const step = (afterSeconds: number, more: object = {}) => ({ afterSeconds, page: ['duty'], ...more });
const plan = (steps: object[], more: object = {}) => ({ id: 'p', version: 1, steps, alert: ['dai'], ...more });

const ORDER = { contractor: 'pumps', order: { en: 'a pump', zh: '水泵' }, withinMinutes: 30, cost: '100' };
const CONTRACTOR = { id: 'pumps', name: ORDER.order, addresses: [{ channel: 'mqtt', to: 'pumps' }] };
const BUDGET = { amount: '500', currency: 'CNY' };
const AUTHORITY = { authority: { budget: BUDGET, per: 'incident', contractors: [CONTRACTOR], approvers: ['dai'] } };

const MUTE = { id: 'mute', name: 'Mute', addresses: [] };
const OVERRIDE = { id: 'o', at: '2026-03-01T00:00:00Z', from: '2026-03-10T00:00:00Z', to: '2026-03-11T00:00:00Z' };

function told(more: Parameters<typeof bookOf>[0], channels?: string[]) {
  return checkResponse(bookOf({ rosters: [duty], ...more }), { now, ...(channels && { channels }) });
}
const sentences = (...args: Parameters<typeof told>) => told(...args).map(findingText);

test('a sound book has nothing to be told about', () => {
  expect(told({ plans: [plan([step(0), step(60, { page: ['pair'] })])] }, ['mqtt'])).toEqual([]);
});

describe('a plan is refused', () => {
  const cases: readonly (readonly [string, Parameters<typeof bookOf>[0], RegExp])[] = [
    [
      'with an empty step',
      { plans: [plan([step(0), step(60, { page: [] })])] },
      /^plans\.p\.steps\.2: the step is empty/,
    ],
    [
      'whose step names nobody that is known',
      { plans: [plan([step(0, { page: ['ghost'] })])] },
      /steps\.1: ghost is no/,
    ],
    [
      'whose step reaches only people without an address',
      { people: [MUTE], crews: [], rosters: [], plans: [plan([step(0, { page: ['mute'] })], { alert: [] })] },
      /steps\.1: the step reaches nobody: Mute/,
    ],
    [
      'whose step asks for a channel that its people do not have',
      { plans: [plan([step(0, { channels: ['sms'] })])] },
      /steps\.1: the step reaches nobody.*over sms/,
    ],
    [
      'whose step asks for a skill that nobody has',
      { plans: [plan([step(0, { skills: ['plumbing'] })])] },
      /steps\.1: nobody of duty has the skill plumbing/,
    ],
    ['whose steps are out of order', { plans: [plan([step(60), step(20)])] }, /steps\.2: it comes after 20 s/],
    ['whose first page comes after a target', { plans: [plan([step(120)])] }, /promises acknowledge within 120 s/],
    ['that repeats without steps', { plans: [plan([], { repeatEverySeconds: 60 })] }, /repeatEverySeconds: it repeats/],
    ['that alerts nobody who is known', { plans: [plan([step(0)], { alert: ['ghost'] })] }, /alert: ghost is no/],
  ];

  test.each(cases)('%s', (_name, more, sentence) => {
    expect(refusals(told(more)).join('\n')).toMatch(new RegExp(sentence, 'm'));
  });

  test('over channels that do not exist where pages are sent', () => {
    const all = { plans: [plan([step(0)])] };
    expect(refusals(told(all, ['webhook']))).toEqual([expect.stringMatching(/steps\.1: the step reaches nobody/)]);
    expect(refusals(told(all, ['mqtt']))).toEqual([]);
  });
});

test.each([
  ['page', { plans: [plan([step(0, { page: ['ghost'] })])] }],
  ['page', { plans: [plan([step(0, { page: [] })])] }],
  ['skills', { plans: [plan([step(0, { skills: ['plumbing'] })])] }],
  ['channels', { plans: [plan([step(0, { channels: ['sms'] })])] }],
  ['afterSeconds', { plans: [plan([step(60), step(20)])] }],
  ['terms.acknowledge', { plans: [plan([step(60)], { terms: { acknowledge: 60 } })] }],
  ['dispatch', { plans: [plan([step(0, { dispatch: [{ ...ORDER, contractor: 'ghost' }] })], AUTHORITY)] }],
  [
    'dispatch',
    { plans: [plan([step(0, { dispatch: [{ ...ORDER, otherwise: [{ contractor: 'ghost' }] }] })], AUTHORITY)] },
  ],
  ['approvers', { plans: [plan([step(0)], { authority: { ...AUTHORITY.authority, approvers: ['ghost'] } })] }],
  ['zone', { rosters: [rosterOf(ZONE, {}, { zone: 'Asia/Nowhere' })] }],
  ['calendar', { rosters: [rosterOf(ZONE, {}, { calendar: 'mars' })] }],
  ['members', { rosters: [rosterOf(ZONE, { members: ['ghost'] })] }],
  ['from', { rosters: [rosterOf(ZONE, { from: '2026-02-30T08:00' })] }],
  ['until', { rosters: [rosterOf(ZONE, { until: '2026-01-05T07:00' })] }],
  ['on', { rosters: [rosterOf(ZONE, {}, { overrides: [{ ...OVERRIDE, on: ['ghost'] }] })] }],
  ['off', { rosters: [rosterOf(ZONE, {}, { overrides: [{ ...OVERRIDE, off: ['ghost'] }] })] }],
  ['to', { rosters: [rosterOf(ZONE, {}, { overrides: [{ ...OVERRIDE, on: ['an'], to: OVERRIDE.from }] })] }],
  ['members', { rosters: [], crews: [{ id: 'pair', name: ORDER.order, members: ['ghost'] }] }],
  ['id', { rosters: [], crews: [], people: [MUTE, MUTE] }],
])('a sentence names the field that it is about: %s', (field, more) => {
  expect(told(more)).toMatchObject([{ field }]);
});

describe('a roster is refused', () => {
  const cases: readonly (readonly [string, object, object, RegExp])[] = [
    ['with a member nobody knows', { members: ['ghost'] }, {}, /layers\.first: ghost is neither/],
    ['in a zone that does not exist', {}, { zone: 'Asia/Nowhere' }, /Asia\/Nowhere is no time zone/],
    ['with a calendar that is not there', {}, { calendar: 'mars' }, /there is no calendar mars/],
    [
      'with a layer that begins on a day that does not exist',
      { from: '2026-02-30T08:00' },
      {},
      /2026-02-30T08:00 does not exist/,
    ],
    [
      'with an override that ends before it begins',
      {},
      {
        overrides: [
          { id: 'o', at: '2026-03-01T00:00:00Z', from: '2026-03-02T00:00:00Z', to: '2026-03-01T00:00:00Z', on: ['an'] },
        ],
      },
      /overrides\.o: it ends before/,
    ],
  ];
  test.each(cases)('%s', (_name, layer, more, sentence) => {
    expect(refusals(told({ rosters: [rosterOf(ZONE, layer, more)] })).join('\n')).toMatch(sentence);
  });
});

describe('a warning does not refuse', () => {
  test('a gap within the next days, by the wall clock of the roster', () => {
    const off = {
      id: 'off',
      at: '2026-03-01T00:00:00Z',
      from: '2026-03-10T08:00:00+08:00',
      to: '2026-03-10T20:00:00+08:00',
      off: 'everybody',
    };
    const rosters = [rosterOf(ZONE, { unit: 'days' }, { overrides: [off] })];
    expect(sentences({ rosters })).toEqual([
      'rosters.duty: nobody is on call from 2026-03-10 08:00 to 2026-03-10 20:00',
    ]);
    expect(refusals(told({ rosters }))).toEqual([]);
  });

  test('a calendar that ends within them', () => {
    const december = checkResponse(bookOf({ rosters: [duty] }), { now: at('2026-12-10T09:00', ZONE) });
    expect(december).toMatchObject([{ level: 'warning', place: 'rosters.duty' }]);
    expect(december[0]?.text.en).toContain('ends on 2026-12-31');
  });

  test('a contract that promises more than the first page allows', () => {
    const contracts = [{ id: 'gold', version: 1, terms: { on_site: 20 } }];
    expect(told({ contracts, plans: [plan([step(30)])] })).toMatchObject([
      {
        level: 'warning',
        place: 'plans.p',
        text: { en: expect.stringContaining('gold promises on_site within 20 s') },
      },
    ]);
  });

  test('a plan that can never be chosen', () => {
    const plans = [plan([step(0)]), { ...plan([step(0)]), id: 'q', sites: ['dc'] }];
    expect(sentences({ plans })).toEqual([expect.stringMatching(/^plans\.q: it is never chosen: p stands before it/)]);
    expect(sentences({ plans: plans.toReversed() })).toEqual([]);
  });
});
