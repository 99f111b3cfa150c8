import { expect, test } from 'vitest';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createReporters } from './reporters.ts';

const WU = { name: '吴女士', contact: '13800000000' };

test('whoever left a name or a number is kept once, and stands in line for the cloud until it has them', () => {
  const store = createMemoryStore();
  const reporters = createReporters(store);
  reporters.save('report-1', 'lift-3', WU);
  reporters.save('report-1', 'lift-3', { name: 'somebody else', contact: '' });
  reporters.save('report-2', 'lift-3', { name: '', contact: '' });
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
  for (let n = 0; n < 1_005; n += 1) reporters.save(`report-${n}`, 'lift-3', WU);
  expect(reporters.unsent()).toHaveLength(100);
  expect(reporters.unsent()[0]?.report).toBe('report-5');
});
