import type { FrozenPlan, Incident } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { budgetLeft, waitingOrders } from './orders.ts';
import { entry, sampleIncident } from './sample.ts';

const AUTHORITY: NonNullable<FrozenPlan['authority']> = {
  budget: { amount: '50000', currency: 'CNY' },
  per: 'month',
  askNextAfterSeconds: 120,
  timeZone: 'Asia/Shanghai',
  contractors: [],
  approvers: [],
};
const PLAN: FrozenPlan = { id: 'flood', version: 1, terms: {}, proof: 'declared', steps: [], authority: AUTHORITY };

test('what is left is what the newest spend said, the whole budget before any, and nothing without authority', () => {
  const spent = (remaining: string): Incident['timeline'][number] => entry('spent', { remaining });
  expect(budgetLeft(sampleIncident({ plan: PLAN, timeline: [] }))).toBe(5_000_000);
  expect(budgetLeft(sampleIncident({ plan: PLAN, timeline: [spent('38000.00'), spent('37000.50')] }))).toBe(3_700_050);
  expect(budgetLeft(sampleIncident({ plan: { ...PLAN, authority: undefined } }))).toBeNull();
});

test('an incident of before orders existed has none that wait', () => {
  expect(waitingOrders(sampleIncident({}))).toEqual([]);
});
