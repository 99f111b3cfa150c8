import type { IncidentEvent, OrderChange } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { type Movement, spendingLines, spendingTotals } from './spending.ts';

const GOODS = {
  contractor: 'pumps-east',
  contractorName: { en: 'East Pumps', zh: '东区水泵' },
  what: { en: 'Three pumps', zh: '三台水泵' },
  quantity: 3,
  currency: 'CNY',
};

describe('a statement', () => {
  test('says what was spent with nobody’s leave, what was approved, and what came back', () => {
    const lines = spendingLines([spent(1, '12000.10'), spent(2, '60000.20', 'wang'), calledOff(3, '12000.10')]);
    expect(spendingTotals(lines)).toEqual([
      {
        currency: 'CNY',
        withoutApproval: '12000.10',
        approved: '60000.20',
        givenBack: '12000.10',
        total: '60000.20',
      },
    ]);
    expect(lines.map(({ amount, what }) => [amount, what.en])).toEqual([
      ['12000.10', 'Three pumps'],
      ['60000.20', 'Three pumps'],
      ['-12000.10', 'Three pumps'],
    ]);
  });

  test('keeps currencies apart, and is exact where floats are not', () => {
    const lines = spendingLines([spent(1, '0.1'), spent(2, '0.2'), { ...spent(3, '5'), ...inEuro(spent(3, '5')) }]);
    expect(spendingTotals(lines).map(({ currency, total }) => [currency, total])).toEqual([
      ['CNY', '0.30'],
      ['EUR', '5.00'],
    ]);
  });

  test('opens to the incident and the event behind every line', () => {
    expect(spendingLines([spent(7, '1')])).toMatchObject([{ incident: 'i-1', edge: 'edge-1', seq: 7, clients: 2 }]);
  });
});

function inEuro(movement: Movement): Movement {
  const change = { ...movement.event.change, currency: 'EUR' } as OrderChange;
  return { ...movement, event: { ...movement.event, change } };
}

function spent(seq: number, cost: string, approvedBy: string | null = null): Movement {
  const dueAt = '2026-03-02T08:30:00.000Z';
  const purse = approvedBy === null ? 'i-1' : null;
  return movement(seq, { kind: 'spent', order: 'o-1', ...GOODS, cost, purse, remaining: '0.00', approvedBy, dueAt });
}

function calledOff(seq: number, cost: string): Movement {
  const order = { order: 'o-1', responder: 'wang', reason: 'dry', currency: 'CNY' };
  return movement(seq, { kind: 'order_called_off', ...order, cost, purse: 'i-1' });
}

function movement(seq: number, change: OrderChange): Movement {
  const at = '2026-03-02T08:00:00.000Z';
  const event: IncidentEvent = {
    edge: 'edge-1',
    seq,
    incident: 'i-1',
    at,
    recordedAt: at,
    by: { kind: 'system', id: 'edge-1' },
    change,
    prev: '0'.repeat(64),
    hash: '0'.repeat(64),
    signature: null,
  };
  const incident = {
    id: 'i-1',
    site: 's',
    asset: 'sump',
    fault: 'leak',
    simulated: false,
    clients: ['a', 'b'],
  } as const;
  const order = {
    ...GOODS,
    id: 'o-1',
    step: 1,
    by: null,
    withinMinutes: 30,
    cost: '12000.10',
    state: 'called_off',
    wantedAt: at,
    asked: [],
    approvedBy: null,
    purse: 'i-1',
    placedAt: at,
    dueAt: at,
    confirmedAt: null,
    overdueAt: null,
    arrivedAt: null,
    reason: 'dry',
  } as const;
  return { event, incident: { ...incident, clients: [...incident.clients] }, orders: [{ ...order, asked: [] }] };
}
