import { expect, test } from 'vitest';
import { commitOf, owedOf, T0 } from '../store-samples.ts';
import type { DiskUnderTest } from './disk.ts';

/** Every page that is owed goes to one sender at a time, until it is settled. */
export function keepsPages(disk: DiskUnderTest): void {
  test('a page is handed out once it is due, and to one sender at a time', () => {
    disk.store.commit(commitOf({ pages: [owedOf('p-2', T0 + 10), owedOf('p-1', T0), owedOf('p-3', T0 + 99)] }));
    expect(disk.store.leasePages(T0 - 1, 1_000, 10)).toEqual([]);
    const first = disk.store.leasePages(T0 + 10, 1_000, 1);
    expect(first.map(({ page }) => [page.id, page.state, page.possibleDuplicate])).toEqual([['p-1', 'sending', false]]);
    expect(disk.store.leasePages(T0 + 10, 1_000, 10).map(({ page }) => page.id)).toEqual(['p-2']);
    expect(disk.store.leasePages(T0 + 10, 1_000, 10)).toEqual([]);
    expect(disk.store.sizes().owedPages).toBe(3);
  });

  test('the most urgent page leaves first, and of equally urgent ones the one that has waited longest', () => {
    const pages = [
      owedOf('late', T0 + 3, { urgency: 1 }),
      owedOf('early', T0 + 1, { urgency: 1 }),
      owedOf('digest', T0, { urgency: 9 }),
      owedOf('critical', T0 + 5, { urgency: 0 }),
      owedOf('not yet', T0 + 99, { urgency: 0 }),
    ];
    disk.store.commit(commitOf({ pages }));
    disk.restart();
    expect(disk.store.duePages(T0 + 9, 10).map(({ page }) => page.id)).toEqual(['critical', 'early', 'late', 'digest']);
    expect(disk.store.leasePages(T0 + 9, 1_000, 2).map(({ page, urgency }) => [page.id, urgency])).toEqual([
      ['critical', 0],
      ['early', 1],
    ]);
    expect(disk.store.leasePages(T0 + 9, 1_000, 9).map(({ page }) => page.id)).toEqual(['late', 'digest']);
  });

  test('a page whose sender died comes back marked as a possible duplicate, after a restart too', () => {
    disk.store.commit(commitOf({ pages: [owedOf('p-1', T0)] }));
    disk.store.leasePages(T0, 1_000, 10);
    disk.restart();
    expect(disk.store.leasePages(T0 + 999, 1_000, 10)).toEqual([]);
    const [again] = disk.store.leasePages(T0 + 1_000, 1_000, 10);
    expect(again?.page).toMatchObject({ id: 'p-1', possibleDuplicate: true, state: 'sending' });
    const [third] = disk.store.leasePages(T0 + 2_000, 1_000, 10);
    expect(third?.page.possibleDuplicate).toBe(true);
  });

  test('a sender that starts need not wait for the leases of the one that died', () => {
    disk.store.commit(commitOf({ pages: [owedOf('p-1', T0), owedOf('p-2', T0 + 5_000)] }));
    disk.store.leasePages(T0, 40_000, 10);
    disk.restart();
    disk.store.takeBackLeases();
    expect(disk.store.leasePages(T0 + 1, 1_000, 10).map(({ page }) => [page.id, page.possibleDuplicate])).toEqual([
      ['p-1', true],
    ]);
  });

  test('a retry is free again at its own time and is no duplicate; a settled page is gone', () => {
    disk.store.commit(commitOf({ pages: [owedOf('p-1', T0), owedOf('p-2', T0)] }));
    disk.store.leasePages(T0, 60_000, 10);
    disk.store.commit(commitOf({ pages: [owedOf('p-1', T0 + 500, { attempts: 1 })], settledPages: ['p-2'] }));
    expect(disk.store.leasePages(T0 + 499, 60_000, 10)).toEqual([]);
    expect(disk.store.leasePages(T0 + 500, 60_000, 10)).toMatchObject([
      { attempts: 1, notBefore: T0 + 500, page: { id: 'p-1', possibleDuplicate: false } },
    ]);
    expect(disk.store.leasePages(T0 + 10_000_000, 1, 10).map(({ page }) => page.id)).toEqual(['p-1']);
  });

  test('what is due can be read without a lease, by whoever has one, and changes nothing', () => {
    disk.store.commit(commitOf({ pages: [owedOf('p-2', T0 + 10), owedOf('p-1', T0), owedOf('p-3', T0 + 99)] }));
    disk.store.leasePages(T0, 60_000, 10);
    expect(disk.store.duePages(T0 + 10, 10).map(({ page }) => page.id)).toEqual(['p-1', 'p-2']);
    expect(disk.store.duePages(T0 + 10, 1).map(({ page }) => page.id)).toEqual(['p-1']);
    expect(disk.store.leasePages(T0 + 10, 60_000, 10)).toMatchObject([
      { page: { id: 'p-2', possibleDuplicate: false } },
    ]);
  });
}
