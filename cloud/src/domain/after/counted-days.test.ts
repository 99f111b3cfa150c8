import { ResponseBook } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { SHIPPED_CALENDARS } from '../../shipped-calendars.ts';
import { contract, T0 } from '../../testing/samples.ts';
import { countedDays, type AskedPlace } from './counted-days.ts';

const RULES = { hours: 24, timeZone: 'Europe/Berlin', calendars: SHIPPED_CALENDARS };
const name = { en: 'Mine', zh: '本厂' };
const place = (followUpDays: 'working_days' | 'every_day' | undefined, more: Partial<AskedPlace> = {}): AskedPlace => ({
  contracts: [contract('acme', followUpDays && { followUpDays })],
  zone: 'Asia/Shanghai',
  book: null,
  ...more,
});
const book = (calendar: string, zone = 'Asia/Shanghai') =>
  ResponseBook.parse({
    calendars: [{ id: 'mine', version: 1, name, from: '2026-01-01', to: '2026-12-31' }],
    rosters: [
      { id: 'r', version: 1, name, zone, calendar, layers: [{ id: 'l', members: ['an'], from: '2026-01-01T00:00' }] },
    ],
  });
const days = (asked: AskedPlace) => {
  const found = countedDays(asked, RULES, T0);
  return [found.timeZone, typeof found.days === 'string' ? found.days : found.days.id];
};

describe('the days that count', () => {
  test('are Monday to Friday of the cloud’s own zone where no contract says otherwise', () => {
    expect(days(place(undefined))).toEqual(['Europe/Berlin', 'weekdays']);
    expect(days(place('working_days', { contracts: [] }))).toEqual(['Europe/Berlin', 'weekdays']);
  });

  test('are the statutory workdays of the site’s zone where the contract says working days', () => {
    expect(days(place('working_days'))).toEqual(['Asia/Shanghai', 'china']);
    expect(days(place('working_days', { zone: 'Europe/Paris' }))).toEqual(['Europe/Paris', 'weekdays']);
  });

  test('are those of the calendar that the rosters of the site go by, where they name one', () => {
    expect(days(place('working_days', { book: book('mine') }))).toEqual(['Asia/Shanghai', 'mine']);
    expect(days(place('working_days', { book: book('mine', 'Asia/Tokyo') }))).toEqual(['Asia/Shanghai', 'china']);
  });

  test('are all where the contract says so', () => {
    expect(days(place('every_day'))).toEqual(['Asia/Shanghai', 'every_day']);
  });

  test('are those of the newest version of the contract that is in force', () => {
    const newer = contract('acme', { version: 2, followUpDays: 'every_day' });
    const over = contract('acme', { id: 'old', to: '2026-02-01', followUpDays: 'working_days' });
    expect(
      days(place('working_days', { contracts: [over, contract('acme', { followUpDays: 'working_days' }), newer] })),
    ).toEqual(['Asia/Shanghai', 'every_day']);
  });
});
