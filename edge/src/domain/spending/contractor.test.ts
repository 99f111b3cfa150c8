import { describe, expect, test } from 'vitest';
import { FLOOD_T0 as T0, type FloodHouse, iso, opened } from '../testing/flood-house.ts';
import { PUMPS } from '../testing/flood-plan.ts';

const MINUTE = 60_000;
const EAST = 'contractor:pumps-east';
const LIFT = 'contractor:lift-care';

/** Three pumps are ordered, and the contractor speaks for itself. */
function ordered(dispatch = [PUMPS], authority: Parameters<typeof opened>[0] = {}): FloodHouse {
  const house = opened(authority, T0, dispatch);
  house.runTo(T0 + 2 * MINUTE);
  return house;
}

const says = (house: FloodHouse, verb: Parameters<FloodHouse['say']>[0], who = EAST, more = {}) =>
  house.say(verb, who, { order: house.order().id, via: 'link', ...more });

describe('a contractor', () => {
  test('confirms with the time at which it promises to be there, and may correct it', () => {
    const house = ordered();
    expect(says(house, 'confirm_order', EAST, { arrivesAt: iso(T0 + 20 * MINUTE) })).toBeNull();
    expect(house.order()).toMatchObject({ state: 'confirmed', arrivesAt: iso(T0 + 20 * MINUTE), confirmedBy: EAST });
    expect(says(house, 'confirm_order', EAST, { arrivesAt: iso(T0 + 25 * MINUTE) })).toBeNull();
    expect(house.order()).toMatchObject({ arrivesAt: iso(T0 + 25 * MINUTE), confirmedAt: iso(T0 + 2 * MINUTE) });
    expect(says(house, 'confirm_order', EAST, { arrivesAt: iso(T0 + 25 * MINUTE) })).toBe('the order is confirmed');
  });

  test('that promises to be there long before or after the order is asked again', () => {
    const house = ordered();
    for (const arrivesAt of [iso(T0 - 25 * 60 * MINUTE), iso(T0 + 40 * 24 * 60 * MINUTE)])
      expect(says(house, 'confirm_order', EAST, { arrivesAt })).toMatch(/no time to be there/);
    expect(house.order().state).toBe('placed');
  });

  test('says that it is there: that is held against the clock, and stands as what the contractor said', () => {
    const house = ordered();
    house.at(T0 + 31 * MINUTE);
    expect(says(house, 'receive_order')).toBeNull();
    expect(house.told('order_arrived')).toMatchObject([{ responder: EAST, inTime: true }]);
    expect(house.order()).toMatchObject({ state: 'arrived', arrivedBy: EAST });
  });

  test('speaks of its own orders alone', () => {
    const house = ordered();
    for (const verb of ['confirm_order', 'receive_order', 'decline'] as const)
      expect(says(house, verb, LIFT, { note: 'no' }), verb).toBe('this order is another contractor’s');
    expect(house.order().state).toBe('placed');
  });

  test.each(['acknowledge', 'arrive', 'resolve', 'cancel', 'dispatch', 'approve', 'call_off_order', 'note'] as const)(
    'may not %s',
    (verb) => {
      const house = ordered();
      expect(says(house, verb, EAST, { note: 'x' })).toBe('a contractor speaks of its orders, and of nothing else');
    },
  );

  test('is spoken for by nobody: whoever passes its word on does so in his own name', () => {
    const house = ordered();
    for (const via of ['edge', 'cloud', 'mqtt'] as const)
      expect(says(house, 'confirm_order', EAST, { via }), via).toBe('a contractor speaks by its own link');
  });
});

describe('a contractor that does not come', () => {
  test('says why; its cost goes back, and whoever has the incident is paged at once', () => {
    const house = ordered();
    house.say('acknowledge', 'li');
    expect(says(house, 'decline')).toMatch(/reason/);
    expect(says(house, 'decline', EAST, { note: 'all pumps are out' })).toBeNull();
    expect(house.order()).toMatchObject({ state: 'turned_down', reason: 'all pumps are out' });
    expect(house.told('order_called_off')).toMatchObject([{ responder: EAST, cost: '12000', turnedDown: true }]);
    expect(house.spent('i-1')).toBe(0);
    expect(house.paged('turned_down')).toEqual(['li']);
  });

  test('nobody has taken the incident yet: whom the ladder reached is paged', () => {
    const house = ordered();
    says(house, 'decline', EAST, { note: 'no' });
    expect(house.paged('turned_down')).toEqual(['li']);
  });

  test('the next one is asked at once, with its own price and a clock of its own, and once', () => {
    const house = ordered([{ ...PUMPS, otherwise: [{ contractor: 'lift-care', cost: '15000' }] }]);
    house.at(T0 + 10 * MINUTE);
    says(house, 'decline', EAST, { note: 'no' });
    expect(house.incident.orders).toMatchObject([
      { contractor: 'pumps-east', state: 'turned_down' },
      {
        id: `${house.order().id}.1`,
        instead: house.order().id,
        contractor: 'lift-care',
        cost: '15000',
        state: 'placed',
        dueAt: iso(T0 + 40 * MINUTE),
      },
    ]);
    expect(house.paged('order')).toEqual([EAST, LIFT]);
    house.settle();
    expect(house.told('spent')).toHaveLength(2);
  });

  test('the last one that does not come leaves it to the crew', () => {
    const house = ordered([{ ...PUMPS, otherwise: [{ contractor: 'lift-care' }] }]);
    says(house, 'decline', EAST, { note: 'no' });
    const second = house.incident.orders?.[1];
    expect(says(house, 'decline', LIFT, { order: second?.id, note: 'no' })).toBeNull();
    expect(house.incident.orders).toHaveLength(2);
    expect(house.paged('turned_down')).toHaveLength(2);
    expect(house.spent('i-1')).toBe(0);
  });

  test('the next one exceeds the budget: whoever may approve is asked, as for any order', () => {
    const dear = [{ ...PUMPS, otherwise: [{ contractor: 'lift-care', cost: '60000' }] }];
    const house = ordered(dear);
    says(house, 'decline', EAST, { note: 'no' });
    expect(house.incident.orders?.[1]).toMatchObject({ state: 'asked', asked: [{ person: 'wang' }] });
  });

  test('after the incident is over nobody else is asked', () => {
    const house = ordered([{ ...PUMPS, otherwise: [{ contractor: 'lift-care' }] }]);
    house.say('resolve', 'li');
    says(house, 'decline', EAST, { note: 'no' });
    expect(house.incident.orders).toHaveLength(1);
  });

  test('what it was to be told and was not told yet is withdrawn', () => {
    const house = ordered();
    says(house, 'decline', EAST, { note: 'no' });
    expect(house.incident.pages.find(({ about }) => about?.kind === 'order')?.state).toBe('withdrawn');
  });

  test('the order is not overdue any more', () => {
    const house = ordered();
    says(house, 'decline', EAST, { note: 'no' });
    house.runTo(T0 + 90 * MINUTE);
    expect(house.told('order_overdue')).toEqual([]);
  });
});
