import type { Duty } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { lanesOf, pieceOf } from './lanes.ts';

const day = {
  day: '2026-03-02',
  from: '2026-03-01T16:00:00.000Z',
  to: '2026-03-02T16:00:00.000Z',
  kind: 'workday' as const,
  name: null,
};
const duty = (person: string, from: string, to: string): Duty => ({
  person,
  name: person,
  skills: [],
  from: `2026-03-${from}:00:00.000Z`,
  to: `2026-03-${to}:00:00.000Z`,
  layer: 'all',
  because: 'rotation',
  change: null,
});

test('a shift that passes midnight shows its part of the day', () => {
  expect(pieceOf(duty('an', '01T12', '02T00'), day)).toEqual({ from: 0, to: 1 / 3 });
  expect(pieceOf(duty('an', '02T16', '02T20'), day)).toBeNull();
});

test('who hands over to whom stands in one lane, who is on beside them in another', () => {
  const shifts = [duty('an', '01T12', '02T00'), duty('bo', '02T00', '02T12'), duty('chen', '02T01', '02T10')];
  const lanes = lanesOf(shifts, day).map((lane) => lane.map((piece) => piece.duty.person));
  expect(lanes).toEqual([['an', 'bo'], ['chen']]);
});
