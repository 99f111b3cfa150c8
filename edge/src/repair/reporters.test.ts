import { instantText } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { incidentOf } from '../testing/http-bench.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createReporters, eraseOverdue, type KeepTime } from './reporters.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const DAY = 86_400_000;
const WU = { name: '吴女士', contact: '13800000000' };

test('whoever left a name or a number is kept once, and stands in line for the cloud until it has them', () => {
  const store = createMemoryStore();
  const reporters = createReporters(store);
  reporters.save('report-1', 'lift-3', WU, T0);
  reporters.save('report-1', 'lift-3', { name: 'somebody else', contact: '' }, T0);
  reporters.save('report-2', 'lift-3', { name: '', contact: '' }, T0);
  expect(reporters.of('report-1')).toEqual(WU);
  expect(reporters.of('report-2')).toBeNull();
  // After a restart the same.
  const again = createReporters(store);
  expect(again.unsent()).toEqual([{ report: 'report-1', asset: 'lift-3', ...WU }]);
  again.sent(again.unsent());
  expect(reporters.unsent()).toEqual([]);
  expect(reporters.of('report-1')).toEqual(WU);
});

test('a batch carries a hundred at most, and a line without a cloud does not grow for ever', () => {
  const store = createMemoryStore();
  const reporters = createReporters(store);
  for (let n = 0; n < 1_005; n += 1) reporters.save(`report-${n}`, 'lift-3', WU, T0);
  expect(reporters.unsent()).toHaveLength(100);
  expect(reporters.unsent()[0]?.report).toBe('report-5');
});

test('who is erased is gone, the cloud is told once, and the same report again does not bring him back', () => {
  const store = createMemoryStore();
  const reporters = createReporters(store);
  reporters.save('report-1', 'lift-3', WU, T0);
  reporters.sent(reporters.unsent());
  expect(reporters.erase('report-1', T0 + DAY, true)).toBe(true);
  expect(reporters.erase('report-1', T0 + DAY, true)).toBe(false);
  expect(reporters.of('report-1')).toBeNull();
  expect(JSON.stringify(store.cursorKeys('').map((key) => store.cursor(key)))).not.toMatch(/吴女士|13800000000/);
  reporters.save('report-1', 'lift-3', WU, T0 + 2 * DAY);
  const erasedAt = '2026-03-03T08:00:00.000Z';
  const told = [{ report: 'report-1', asset: 'lift-3', name: '', contact: '', erasedAt }];
  expect(reporters.unsent()).toEqual(told);
  reporters.sent(told);
  expect(reporters.unsent()).toEqual([]);
});

test('erased while the name was on its way to the cloud, the cloud is told of it all the same', () => {
  const reporters = createReporters(createMemoryStore());
  reporters.save('report-1', 'lift-3', WU, T0);
  const onItsWay = reporters.unsent();
  reporters.erase('report-1', T0, true);
  reporters.sent(onItsWay);
  expect(reporters.unsent()).toMatchObject([{ report: 'report-1', name: '', erasedAt: expect.any(String) }]);
});

describe('when its time is over', () => {
  const closed = (closedAt: number | null): KeepTime['store'] => ({
    answerOf: () => JSON.stringify({ incident: 'i-1' }),
    incident: () => ({ ...incidentOf('i-1', 1), closedAt: closedAt === null ? null : instantText(closedAt) }),
  });
  const unheard: KeepTime['store'] = { answerOf: () => undefined, incident: () => undefined };
  const kept = () => {
    const reporters = createReporters(createMemoryStore());
    reporters.save('report-1', 'lift-3', WU, T0);
    return reporters;
  };

  test.each([
    ['to the millisecond', closed(T0), T0 + 180 * DAY, ['report-1']],
    ['and not before', closed(T0), T0 + 180 * DAY - 1, []],
    ['never while the incident is open', closed(null), T0 + 3_650 * DAY, []],
    ['what never became an incident too', unheard, T0 + 180 * DAY, ['report-1']],
  ])('a reporter is erased: %s', (_, store, now, expected) => {
    const reporters = kept();
    expect(eraseOverdue({ reporters, store, keepMs: 180 * DAY, now })).toEqual(expected);
    expect(reporters.of('report-1')).toEqual(expected.length > 0 ? null : WU);
  });

  test('the cloud is not told: it keeps whom it is still to call', () => {
    const reporters = kept();
    reporters.sent(reporters.unsent());
    eraseOverdue({ reporters, store: closed(T0), keepMs: DAY, now: T0 + DAY });
    expect(reporters.unsent()).toEqual([]);
  });
});
