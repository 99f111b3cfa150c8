import type { Breach } from '../breach.ts';

/** What lift 3 of the office park says of people who are trapped in it. */
export const trapped: Breach = {
  state: 'raised',
  source: 'device:lift-3',
  asset: 'elevator-3',
  device: 'lift-3',
  fault: 'entrapment',
  severity: 'critical',
  vendorCode: '1',
  summary: { en: 'Passenger trapped', zh: '电梯困人' },
  deviceAt: null,
  firstSeenAt: 0,
  evidence: [],
};
