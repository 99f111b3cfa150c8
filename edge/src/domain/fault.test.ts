import { FAULTS, MODES, SEVERITIES } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { faultSeverity, faultSummary, suppressedByMode } from './fault.ts';

test.each(FAULTS)('%s has a weight and words in both languages', (fault) => {
  expect(SEVERITIES).toContain(faultSeverity(fault));
  expect(faultSummary(fault).en).toMatch(/^[A-Z]/);
  expect(faultSummary(fault).zh).toMatch(/\p{Script=Han}/u);
});

describe('modes', () => {
  test('a normal lift explains nothing', () => {
    expect(FAULTS.filter((fault) => suppressedByMode(fault, 'normal'))).toEqual([]);
  });

  test.each(MODES)('%s never explains a pressed alarm, a runaway car, or water', (mode) => {
    const never = ['passenger_alarm', 'unintended_movement', 'overspeed', 'overrun_top', 'overrun_bottom'] as const;
    for (const fault of [...never, 'leak', 'pit_flooding', 'ebike_in_car', 'no_data'] as const)
      expect(suppressedByMode(fault, mode)).toBe(false);
  });

  test('people shut in are explained by inspection alone', () => {
    expect(MODES.filter((mode) => suppressedByMode('entrapment', mode))).toEqual(['inspection']);
  });

  test('a word that is no mode explains nothing', () => {
    expect(suppressedByMode('entrapment', 'holiday' as never)).toBe(false);
  });
});
