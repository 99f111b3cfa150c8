import { z } from 'zod';
import type { DailyEnergy } from '@keepsite/edge-contract';
import type { Store } from '../ports.ts';
import { readSaved } from './saved.ts';

const KEY = 'uplink.daily';
/** The contract takes 5,000 rows a batch; one local day of one edge has far fewer. */
const ROWS_A_BATCH = 2_000;

/** Days whose energy rows the cloud has not got yet, kept across restarts. */
export interface DailyQueue {
  add(days: readonly string[]): void;
  /** Rows of the oldest days that fit; at least one whole day. */
  next(): DailyEnergy[];
  /** What `next` gave last has arrived. */
  done(): void;
}

export function createDailyQueue(store: Pick<Store, 'cursor' | 'saveCursor' | 'daily'>): DailyQueue {
  let days = readSaved(z.array(z.iso.date()), store.cursor(KEY), []);
  let given: readonly string[] = [];

  function save(next: string[]): void {
    days = next;
    store.saveCursor(KEY, JSON.stringify(days));
  }

  return {
    add(more) {
      // A day that changes while it is on its way must travel again.
      given = given.filter((day) => !more.includes(day));
      save([...new Set([...days, ...more])].toSorted());
    },
    next() {
      const rows: DailyEnergy[] = [];
      const taken: string[] = [];
      for (const day of days) {
        const more = store.daily({ from: day, to: day });
        if (taken.length > 0 && rows.length + more.length > ROWS_A_BATCH) break;
        rows.push(...more);
        taken.push(day);
      }
      given = taken;
      if (rows.length === 0 && taken.length > 0) save(days.filter((day) => !taken.includes(day)));
      return rows;
    },
    done() {
      save(days.filter((day) => !given.includes(day)));
    },
  };
}
