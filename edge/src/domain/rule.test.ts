import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { Rule, ruleFileSchema } from './rule.ts';

const GOOD = {
  id: 'a.b',
  fault: 'leak',
  severity: 'critical',
  when: { kind: 'state', metric: 'leak', is: true },
  summary: { en: 'Water', zh: '漏水' },
};

test('the committed JSON Schema is the one that the rule language generates', () => {
  const committed = readFileSync(new URL('../../rules/rules.schema.json', import.meta.url), 'utf8');
  expect(JSON.parse(committed)).toEqual(ruleFileSchema());
  expect(ruleFileSchema()).toMatchObject({ $schema: 'https://json-schema.org/draft/2020-12/schema' });
});

test('a good rule is good', () => {
  expect(Rule.safeParse(GOOD).success).toBe(true);
});

describe('refused', () => {
  const level = { kind: 'threshold', metric: 'water_level_m' };
  test.each([
    ['a word that the metric never says', { when: { kind: 'state', metric: 'door', is: 'ajar' } }],
    ['a boolean metric compared with a number', { when: { kind: 'threshold', metric: 'leak', above: 1 } }],
    ['a boolean metric compared with a word', { when: { kind: 'state', metric: 'leak', is: 'yes' } }],
    ['above and below at once', { when: { ...level, above: 1, below: 0 } }],
    ['neither above nor below', { when: level }],
    ['neither is nor isNot', { when: { kind: 'state', metric: 'leak' } }],
    ['a kind that does not exist', { when: { kind: 'feeling' } }],
    ['a key that does not exist', { when: { ...level, above: 1, hysteresis: 2 } }],
    ['a placeholder that does not exist', { summary: { en: 'Water {deep}', zh: '漏水' } }],
    ['a fault that does not exist', { fault: 'flood' }],
    ['silence as anything but no_data', { when: { kind: 'silence', times: 1 } }],
    ['no_data from anything but silence', { fault: 'no_data' }],
    ['silence inside another condition', { when: { kind: 'not', of: { kind: 'silence', times: 1 } } }],
    ['demand from a temperature', { when: { kind: 'demand', metric: 'temperature_c', blockMinutes: 15, above: 1 } }],
    [
      'more weeks needed than kept',
      {
        when: { kind: 'unusual', metric: 'active_power_w', direction: 'above', weeks: 2, minWeeks: 3, scale: 3 },
      },
    ],
  ])('%s', (_, change) => {
    expect(Rule.safeParse({ ...GOOD, ...change }).success).toBe(false);
  });
});
