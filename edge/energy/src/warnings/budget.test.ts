import { expect, test } from 'vitest';
import { budgetRisk, type MonthSoFar } from './budget.ts';

const month = (changes: Partial<MonthSoFar> = {}): MonthSoFar => ({
  budgetKwh: 3100,
  past: Array.from({ length: 10 }, () => ({ kwh: 100, expected: 100 })),
  rest: Array.from({ length: 20 }, () => 100),
  spread: 10,
  persistence: 0,
  ...changes,
});

test('a month that goes as expected is within a budget above it', () => {
  expect(budgetRisk(month())).toMatchObject({ forecastKwh: 3000, warning: false });
  expect(budgetRisk(month({ budgetKwh: 3000 })).probability).toBeCloseTo(0.5, 6);
});

test('ten dear days are warned of while twenty are left', () => {
  const dear = Array.from({ length: 10 }, () => ({ kwh: 115, expected: 100 }));
  const risk = budgetRisk(month({ past: dear }));
  expect(risk.warning).toBe(true);
  expect(risk.forecastKwh).toBeGreaterThan(3300);
});

test('a day that is not known counts as expected: a gap is no saving', () => {
  const gaps = month().past.map((day, i) => (i < 5 ? { ...day, kwh: null } : day));
  expect(budgetRisk(month({ past: gaps })).forecastKwh).toBe(3000);
});

test('days that hang together are less sure', () => {
  const sure = budgetRisk(month({ budgetKwh: 3050 }));
  const unsure = budgetRisk(month({ budgetKwh: 3050, persistence: 0.6 }));
  expect(unsure.spreadKwh).toBeGreaterThan(sure.spreadKwh);
  expect(unsure.probability).toBeGreaterThan(sure.probability);
});

test('a month that is over has exceeded its budget or not', () => {
  const over = { rest: [], past: [{ kwh: 3101, expected: 3000 }] };
  expect(budgetRisk(month(over))).toMatchObject({ probability: 1, warning: true });
  expect(budgetRisk(month({ ...over, budgetKwh: 3101 }))).toMatchObject({ probability: 0, warning: false });
});
