import { afterEach, beforeEach, describe } from 'vitest';
import type { Store } from '../ports.ts';
import { keepsCommits } from './store-contract/commits.ts';
import { keepsIncidents } from './store-contract/incidents.ts';
import { keepsPages } from './store-contract/pages.ts';
import { keepsQuarantine } from './store-contract/quarantine.ts';
import { keepsReadings } from './store-contract/readings.ts';

/** A store under test, and the same disk opened again after its process is gone. */
export interface StoreUnderTest {
  readonly store: Store;
  readonly reopen: () => Store;
  readonly remove: () => void;
}

/** Small on purpose, so that the suite meets the bound. */
export const CONTRACT_QUARANTINE = {
  rejected: { maxItems: 5, maxBytes: 200_000 },
  strangers: { maxItems: 8, maxBytes: 1_000, each: { maxItems: 4, maxBytes: 600 } },
} as const;

const PROMISES = [keepsCommits, keepsIncidents, keepsReadings, keepsPages, keepsQuarantine];

/** The promises of the store, held against every implementation. */
export function storeContract(name: string, make: () => StoreUnderTest): void {
  describe(`store contract: ${name}`, () => {
    let under: StoreUnderTest;
    let opened: Store[];

    beforeEach(() => {
      under = make();
      opened = [under.store];
    });
    afterEach(() => {
      for (const one of opened) one.close();
      under.remove();
    });

    const disk = {
      get store(): Store {
        return opened.at(-1) ?? under.store;
      },
      restart(): Store {
        disk.store.close();
        opened.push(under.reopen());
        return disk.store;
      },
    };
    for (const hold of PROMISES) hold(disk);
  });
}
