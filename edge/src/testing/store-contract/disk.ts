import type { Store } from '../../ports.ts';

/** The disk of one test. */
export interface DiskUnderTest {
  /** The store that is open on it now. */
  readonly store: Store;
  /** Its process ends, and another one opens the disk again. */
  restart(): Store;
}
