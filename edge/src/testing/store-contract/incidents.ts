import { expect, test } from 'vitest';
import type { Store } from '../../ports.ts';
import { commitOf, eventOf, incidentOf } from '../store-samples.ts';
import type { DiskUnderTest } from './disk.ts';

/** Events and incidents come back in their order. */
export function keepsIncidents(disk: DiskUnderTest): void {
  test('events come by number, all of them or one incident’s', () => {
    disk.store.commit(commitOf({ events: [eventOf(1), eventOf(2, 'inc-2'), eventOf(3)] }));
    expect(disk.store.events({ after: 0, limit: 2 })).toEqual([eventOf(1), eventOf(2, 'inc-2')]);
    expect(disk.store.events({ after: 2, limit: 10 })).toEqual([eventOf(3)]);
    expect(disk.store.events({ after: 0, limit: 10, incident: 'inc-1' })).toEqual([eventOf(1), eventOf(3)]);
    expect(disk.store.sizes().events).toBe(3);
  });

  test('incidents come newest first, by state, page by page', () => {
    const openedAt = (minute: number) => `2026-03-02T08:0${minute}:00.000Z`;
    disk.store.commit(
      commitOf({
        incidents: [
          incidentOf('b', { openedAt: openedAt(1) }),
          incidentOf('a', { openedAt: openedAt(1), response: 'cancelled' }),
          incidentOf('c', { openedAt: openedAt(3), response: 'closed' }),
          incidentOf('d', { openedAt: openedAt(2), response: 'resolved' }),
        ],
      }),
    );
    const ids = (query: Parameters<Store['incidents']>[0]) => disk.store.incidents(query).map(({ id }) => id);
    expect(ids({ limit: 10 })).toEqual(['c', 'd', 'b', 'a']);
    expect(ids({ limit: 2 })).toEqual(['c', 'd']);
    expect(ids({ limit: 2, before: 'd' })).toEqual(['b', 'a']);
    expect(ids({ limit: 9, before: 'b' })).toEqual(['a']);
    expect(ids({ limit: 10, state: 'open' })).toEqual(['d', 'b']);
    expect(ids({ limit: 10, state: 'closed' })).toEqual(['c', 'a']);
    expect(ids({ limit: 10, before: 'nobody' })).toEqual([]);
    disk.store.commit(
      commitOf({ incidents: [incidentOf('b', { openedAt: openedAt(1), response: 'closed', version: 7 })] }),
    );
    expect(ids({ limit: 10, state: 'open' })).toEqual(['d']);
    expect(disk.store.incident('b')?.version).toBe(7);
  });
}
