import { expect, test } from 'vitest';
import { formatOf } from './format.ts';

const AT = Date.UTC(2026, 10, 22, 16, 5, 9);

test('an instant is shown in the site’s zone, at 24 hours', () => {
  expect(formatOf('en').time(AT, 'Asia/Shanghai')).toBe('00:05:09');
  expect(formatOf('zh').dateTime(AT, 'Asia/Shanghai')).toContain('11月23日');
});

test('a calendar day is the same day wherever the reader is', () => {
  expect(formatOf('en').day('2026-03-01')).toBe('1 Mar 2026');
  expect(formatOf('en').shortDay('2026-03-01')).toBe('1 Mar');
  expect(formatOf('zh').day('2026-03-01')).toBe('2026年3月1日');
  expect(formatOf('zh').month('2026-03')).toBe('2026年3月');
});

test('energy has its unit, differences their sign', () => {
  expect(formatOf('en').kwh(12_345.6)).toBe('12,346 kWh');
  expect(formatOf('en').kwh(4.25)).toBe('4.3 kWh');
  expect(formatOf('en').signedPercent(0.12)).toBe('+12%');
  expect(formatOf('zh').money(2_860_000, 'CNY')).toBe('¥2,860,000');
});

test('an age grows from seconds to days', () => {
  const { ago } = formatOf('en');
  expect([3_000, 600_000, 7_200_000, 4 * 86_400_000].map(ago)).toEqual([
    '3 sec ago',
    '10 min ago',
    '2 hr ago',
    '4 days ago',
  ]);
});
