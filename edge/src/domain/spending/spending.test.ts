import { amountText, centsOf } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { FLOOD_T0 as T0, iso, opened } from '../testing/flood-house.ts';
import { floodPlan, PUMPS } from '../testing/flood-plan.ts';
import { settleOrders } from './settle-orders.ts';

const MINUTE = 60_000;

describe('within the budget', () => {
  test('a step orders three pumps with nobody’s leave, pages the contractor once, and says what is left', () => {
    const house = opened();
    house.runTo(T0 + 2 * MINUTE);
    expect(house.told('spent')).toMatchObject([
      { contractor: 'pumps-east', what: { en: 'Three pumps' }, quantity: 3, cost: '12000', remaining: '38000.00' },
    ]);
    expect(house.paged('order')).toEqual(['contractor:pumps-east']);
    expect(house.order()).toMatchObject({ state: 'placed', dueAt: iso(T0 + 31 * MINUTE), approvedBy: null });
  });

  test('however often the state is looked at again, it is ordered and paid once', () => {
    const house = opened();
    house.runTo(T0 + 2 * MINUTE);
    for (let n = 0; n < 5; n += 1) house.settle();
    expect(settleOrders(house.incident, house.spent, house.now)).toEqual([]);
    expect(house.told('spent')).toHaveLength(1);
    expect(house.paged('order')).toHaveLength(1);
  });

  test('a step that an outage made too late for paging orders all the same', () => {
    const house = opened();
    house.jumpTo(T0 + 10 * MINUTE);
    expect(house.told('step').find(({ step }) => step === 1)).toMatchObject({ skipped: true });
    expect(house.told('spent')).toHaveLength(1);
  });

  test('a step that does not hold any more orders nothing', () => {
    const house = opened();
    house.at(T0 + 30_000).say('arrive', 'li');
    house.runTo(T0 + 20 * MINUTE);
    expect(house.told('ordered')).toEqual([]);
  });

  test('whoever takes the incident withdraws pages of the ladder, not the order', () => {
    const house = opened();
    house.runTo(T0 + 61_000);
    house.at(T0 + 62_000).say('acknowledge', 'li');
    expect(house.incident.pages.find(({ about }) => about?.kind === 'order')?.state).toBe('queued');
  });

  test('a drill orders nothing', () => {
    const house = opened();
    house.incident = { ...house.incident, drill: true };
    house.runTo(T0 + 5 * MINUTE);
    expect(house.told('ordered')).toEqual([]);
    expect(house.dispatch('wang', '100')).toBe('a drill orders nothing');
  });

  test('who has taken the incident orders within the budget; who has not is told to take it first', () => {
    const house = opened();
    expect(house.at(T0 + 5_000).dispatch('li', '800')).toMatch(/take the incident first/);
    house.say('acknowledge', 'li');
    expect(house.dispatch('zhao', '800')).toMatch(/take the incident first/);
    expect(house.dispatch('li', '800')).toBeNull();
    expect(house.told('spent')).toMatchObject([{ cost: '800', remaining: '49200.00', approvedBy: null }]);
  });

  test.each([
    [{ contractor: 'cousin' }, 'cousin is no contractor of this plan'],
    [{ cost: '0.00' }, 'an order has a cost'],
  ])('%o is refused', (body, why) => {
    const house = opened();
    house.at(T0 + 5_000).say('acknowledge', 'li');
    expect(house.dispatch('li', '800', body)).toBe(why);
  });
});

describe('over the budget', () => {
  const dear = () => opened({ budget: { amount: '10000', currency: 'CNY' } });

  test('it asks whoever may approve, spends nothing before, and the ladder goes on', () => {
    const house = dear();
    house.runTo(T0 + 2 * MINUTE);
    expect(house.order()).toMatchObject({ state: 'asked', asked: [{ person: 'wang' }] });
    expect(house.told('spent')).toEqual([]);
    expect(house.paged('approval')).toEqual(['wang']);
    house.runTo(T0 + 301_000);
    expect(house.told('step').map(({ step }) => step)).toContain(2);
  });

  test('nobody answers: the next one is asked too, once each', () => {
    const house = dear();
    house.runTo(T0 + 40 * MINUTE);
    expect(house.order().asked.map(({ person, at }) => [person, at])).toEqual([
      ['wang', iso(T0 + 60_000)],
      ['chen', iso(T0 + 180_000)],
    ]);
    expect(house.order().state).toBe('asked');
  });

  test('approved, it is ordered, and the budget is not used up by it', () => {
    const house = dear();
    house.runTo(T0 + 2 * MINUTE);
    expect(house.say('approve', 'wang', { order: house.order().id })).toBeNull();
    expect(house.told('spent')).toMatchObject([{ purse: null, remaining: '10000.00', approvedBy: 'wang' }]);
    expect(house.paged('order')).toEqual(['contractor:pumps-east']);
  });

  test('a question that is answered before it was sent is withdrawn', () => {
    const house = dear();
    house.runTo(T0 + 61_000);
    house.say('decline', 'wang', { order: house.order().id });
    expect(house.incident.pages.find(({ about }) => about?.kind === 'approval')?.state).toBe('withdrawn');
    expect(house.order()).toMatchObject({ state: 'declined' });
  });

  test('a crew may not approve, and nobody approves what he wants himself', () => {
    const house = dear();
    house.runTo(T0 + 61_000);
    expect(house.say('approve', 'li', { order: house.order().id })).toMatch(/may not approve/);
    house.dispatch('wang', '20000');
    const own = house.incident.orders?.at(-1);
    expect(own).toMatchObject({ by: 'wang', state: 'asked', asked: [{ person: 'chen' }] });
    expect(house.say('approve', 'wang', { order: own?.id })).toMatch(/may not approve it/);
    expect(house.say('approve', 'chen', { order: own?.id })).toBeNull();
  });

  test('a second approval changes nothing', () => {
    const house = dear();
    house.runTo(T0 + 61_000);
    house.say('approve', 'wang', { order: house.order().id });
    expect(house.say('approve', 'chen', { order: house.order().id })).toBe('the order is placed');
    expect(house.told('spent')).toHaveLength(1);
  });

  test('somebody without an address is asked on the screen, and the next one with him', () => {
    const house = opened({ budget: { amount: '1', currency: 'CNY' }, approvers: withoutAddress() });
    house.runTo(T0 + 61_000);
    expect(house.order().asked.map(({ person }) => person)).toEqual(['wang', 'chen']);
  });

  test('what nobody decided before the incident was over is dropped', () => {
    const house = dear();
    house.runTo(T0 + 61_000);
    house.say('resolve', 'li');
    expect(house.order()).toMatchObject({ state: 'declined', reason: 'resolved' });
    expect(house.say('approve', 'wang', { order: house.order().id })).toBe('the order is declined');
  });
});

describe('a contractor has a clock', () => {
  test('there at exactly thirty minutes is in time', () => {
    const house = opened();
    house.runTo(T0 + 2 * MINUTE);
    const due = Date.parse(house.order().dueAt ?? '');
    house.at(due).say('receive_order', 'li', { order: house.order().id });
    expect(house.told('order_arrived')).toMatchObject([{ inTime: true }]);
  });

  test('overdue is said once, and pages who has the incident and the contractor', () => {
    const house = opened();
    house.runTo(T0 + 2 * MINUTE);
    house.say('acknowledge', 'li');
    house.say('confirm_order', 'li', { order: house.order().id });
    house.runTo(T0 + 90 * MINUTE);
    expect(house.told('order_overdue')).toHaveLength(1);
    expect(house.paged('overdue')).toEqual(['li', 'contractor:pumps-east']);
    house.say('receive_order', 'li', { order: house.order().id });
    expect(house.told('order_arrived')).toMatchObject([{ inTime: false }]);
  });

  test('called off, it gives its cost back, tells the contractor, and a reason is needed', () => {
    const house = opened();
    house.runTo(T0 + 2 * MINUTE);
    const { id } = house.order();
    expect(house.say('call_off_order', 'wang', { order: id })).toMatch(/reason/);
    expect(house.say('call_off_order', 'wang', { order: id, note: 'the rain stopped' })).toBeNull();
    expect(house.paged('called_off')).toEqual(['contractor:pumps-east']);
    house.say('acknowledge', 'li');
    house.dispatch('li', '50000');
    expect(house.told('spent').at(-1)).toMatchObject({ remaining: '0.00', approvedBy: null });
  });
});

describe('a month’s budget', () => {
  test('is shared by the orders of one step: what the first took, the second finds gone', () => {
    const house = opened({ per: 'month', budget: { amount: '20000', currency: 'CNY' } }, T0, [PUMPS, PUMPS]);
    house.runTo(T0 + 2 * MINUTE);
    expect(house.incident.orders?.map(({ state }) => state)).toEqual(['placed', 'asked']);
  });

  test('is named after plan, site and the month of the site’s own calendar', () => {
    const house = opened({ per: 'month' }, Date.UTC(2026, 6, 31, 15, 59, 0));
    house.runTo(Date.UTC(2026, 6, 31, 16, 0, 30));
    // A minute after T0 it is August in Shanghai.
    expect(house.told('spent')).toMatchObject([{ purse: 'flood@park/2026-08' }]);
  });

  test('counts what other incidents have spent', () => {
    const house = opened({ per: 'month' });
    house.elsewhere = 3_800_001;
    house.runTo(T0 + 2 * MINUTE);
    expect(house.order()).toMatchObject({ state: 'asked' });
    expect(house.told('approval_asked')).toMatchObject([{ remaining: '11999.99' }]);
  });
});

test('money is counted in whole cents', () => {
  expect(centsOf('0.1') + centsOf('0.2')).toBe(30);
  expect(amountText(centsOf('999999999999.99'))).toBe('999999999999.99');
  fc.assert(fc.property(fc.integer({ min: -1e12, max: 1e12 }), (cents) => centsOf(amountText(cents)) === cents));
  expect(() => centsOf('1.234')).toThrow(RangeError);
  expect(() => centsOf('1e5')).toThrow(RangeError);
});

function withoutAddress() {
  const approvers = floodPlan().authority?.approvers ?? [];
  return approvers.map((approver, index) => (index === 0 ? { ...approver, to: [] } : approver));
}
