import type { Migration } from 'kysely/migration';
import { start } from './0001-start.ts';
import { rowLevelSecurity } from './0002-row-level-security.ts';
import { epochs } from './0003-epochs.ts';

/** In order; a migration that was released is never changed. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-start': { up: start },
  '0002-row-level-security': { up: rowLevelSecurity },
  '0003-epochs': { up: epochs },
};
