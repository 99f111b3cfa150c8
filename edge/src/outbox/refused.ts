import { z } from 'zod';
import type { Store } from '../ports.ts';
import { readSaved } from './saved.ts';

const KEY = 'uplink.refused';
const KEPT = 200;

const RefusedList = z.object({
  /** Records that the cloud refused for good, ever. */
  total: z.int(),
  /** Records that the disk had to drop before the cloud had them, ever. */
  gone: z.int(),
  /** The newest of the refused, newest first. */
  items: z.array(z.object({ kind: z.string(), seq: z.int().nullable(), reason: z.string(), at: z.string() })),
});
export type RefusedList = z.infer<typeof RefusedList>;

/** What never arrived, kept across restarts so that somebody can look into it. */
export interface Refused {
  add(record: RefusedList['items'][number]): void;
  addGone(count: number): void;
  list(): RefusedList;
}

export function openRefused(store: Pick<Store, 'cursor' | 'noteCursor'>): Refused {
  let list = readSaved(RefusedList, store.cursor(KEY), { total: 0, gone: 0, items: [] });

  function save(next: RefusedList): void {
    list = next;
    store.noteCursor(KEY, JSON.stringify(list));
  }

  return {
    add: (record) => save({ ...list, total: list.total + 1, items: [record, ...list.items].slice(0, KEPT) }),
    addGone: (count) => save({ ...list, gone: list.gone + count }),
    list: () => list,
  };
}
