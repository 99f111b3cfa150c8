import type { Migration } from 'kysely/migration';
import { start } from './0001-start.ts';
import { rowLevelSecurity } from './0002-row-level-security.ts';
import { epochs } from './0003-epochs.ts';
import { responsePlans } from './0004-response-plans.ts';
import { afterIncident } from './0005-after-incident.ts';
import { energyBaselines } from './0006-energy-baselines.ts';
import { spending } from './0007-spending.ts';
import { photos } from './0008-photos.ts';
import { erasure } from './0009-erasure.ts';
import { monthsUnseen } from './0010-months-unseen.ts';

/** In order; a migration that was released is never changed. */
export const MIGRATIONS: Record<string, Migration> = {
  '0001-start': { up: start },
  '0002-row-level-security': { up: rowLevelSecurity },
  '0003-epochs': { up: epochs },
  '0004-response-plans': { up: responsePlans },
  '0005-after-incident': { up: afterIncident },
  '0006-energy-baselines': { up: energyBaselines },
  '0007-spending': { up: spending },
  '0008-photos': { up: photos },
  '0009-erasure': { up: erasure },
  '0010-months-unseen': { up: monthsUnseen },
};
