import { Registry } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { checkResponse } from './check.ts';
import { freezePlan } from './freeze.ts';
import { freezeRepairPlan } from './repair-plan.ts';

const reach = (to: string) => [{ channel: 'mqtt', to }];
const PLAN = {
  id: 'flood',
  version: 3,
  terms: { acknowledge: 120, on_site: 420 },
  steps: [
    { afterSeconds: 0, page: ['crew-1'] },
    {
      afterSeconds: 60,
      dispatch: [{ contractor: 'pumps', order: { en: 'Pumps', zh: '水泵' }, withinMinutes: 30, cost: '12000' }],
    },
    { afterSeconds: 120, when: 'not_on_site', page: ['wang'], release: true },
  ],
  authority: {
    budget: { amount: '50000', currency: 'CNY' },
    per: 'month',
    contractors: [{ id: 'pumps', name: { en: 'Pump Hire', zh: '水泵租赁' }, addresses: reach('pumps') }],
    approvers: ['crew-2', 'wang'],
  },
};
const bookWith = (plan: object) =>
  Registry.parse({
    version: 1,
    sites: [],
    zones: [],
    assets: [],
    devices: [],
    people: ['li', 'zhao', 'wang'].map((id) => ({ id, name: id, addresses: reach(id) })),
    crews: [
      { id: 'crew-1', name: { en: '1', zh: '1' }, members: ['li'] },
      { id: 'crew-2', name: { en: '2', zh: '2' }, members: ['zhao', 'wang'] },
    ],
    plans: [{ ...PLAN, ...plan }],
  });
const OCCASION = { clients: [], contracts: [], site: 'park', fault: 'leak', at: 0, timeZone: 'Asia/Shanghai' } as const;

test('stands as it is at T0: contractors and approvers with their addresses, each person once', () => {
  const plan = freezePlan(bookWith({}), { ...OCCASION, severity: 'critical' });
  expect(plan?.authority).toMatchObject({
    timeZone: 'Asia/Shanghai',
    per: 'month',
    askNextAfterSeconds: 120,
    contractors: [{ id: 'pumps', to: [{ person: 'contractor:pumps', channel: 'mqtt', address: 'pumps' }] }],
    approvers: [{ person: 'zhao' }, { person: 'wang' }],
  });
});

test('a plan that orders of nobody whom it names, or lets nobody known approve, is refused', () => {
  const found = (plan: object) =>
    checkResponse(bookWith(plan), {})
      .filter(({ level }) => level === 'error')
      .map(({ text }) => text.en);
  expect(found({})).toEqual([]);
  expect(found({ authority: undefined })).toEqual([expect.stringMatching(/orders of pumps/)]);
  expect(found({ authority: { ...PLAN.authority, approvers: ['nobody'] } })).toEqual([
    expect.stringMatching(/nobody may approve/),
  ]);
});

test('a repair takes the people of a plan and neither its orders nor its releases', () => {
  const repair = { urgency: 'urgent', category: 'plumbing' } as const;
  const plan = freezeRepairPlan(bookWith({}), OCCASION, repair, undefined);
  expect(
    plan?.steps.map(({ afterSeconds, when, release, dispatch }) => [afterSeconds, when, release, dispatch]),
  ).toEqual([
    [0, 'not_answered', false, undefined],
    [1_800, 'not_answered', false, undefined],
  ]);
  expect(plan?.terms).toEqual({ acknowledge: 1_800 });
  expect(plan?.authority?.budget.amount).toBe('50000');
});
