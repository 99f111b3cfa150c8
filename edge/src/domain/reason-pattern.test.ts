import { expect, test } from 'vitest';
import { reasonPattern } from './reason-pattern.ts';

test('reasons that differ in numbers and quoted words alone are one', () => {
  const same = [
    ['temperature_c: 250 is above 100', 'temperature_c: -1.5e3 is above 100', 'temperature_c: … is above …'],
    [
      'active_power_w: 2e9 is outside -1e9…1e9 W',
      'active_power_w: −12.5e-3 is outside -100000000…100000000 W',
      'active_power_w: … is outside … W',
    ],
    ['share: .5 of 1,234.5', 'share: +7 of 0–5', 'share: … of …'],
    ['"on" is no number', '"off" is no number', '… is no number'],
    ["line 3, column 7: 'x'", "line 31, column 2: 'yy'", 'line …, column …: …'],
  ];
  for (const [a = '', b = '', pattern] of same)
    expect([reasonPattern(a), reasonPattern(b)]).toEqual([pattern, pattern]);
});

test('names keep their digits, and an apostrophe quotes nothing', () => {
  expect(reasonPattern("ch1: the meter's word isn't known")).toBe("ch1: the meter's word isn't known");
  expect(reasonPattern('x'.repeat(1_000))).toHaveLength(300);
});
