import { expect, test } from 'vitest';
import { soakBroker } from './soak-broker.ts';
import { soakCloudAway } from './soak-cloud-away.ts';
import { soakCrash } from './soak-crash.ts';

const BUSY_MACHINE_MS = 120_000;
const quiet = () => undefined;

test(
  'two kills under load lose and double nothing, and no page rings twice without saying so',
  async () => {
    const { figures, troubles } = await soakCrash({ rounds: 2, rate: 2_000, seed: 11 }, quiet);
    expect(troubles).toEqual([]);
    expect(figures['readings acknowledged']).toBeGreaterThan(100);
    expect(figures['incidents']).toBeGreaterThan(0);
  },
  BUSY_MACHINE_MS,
);

test(
  'two thousand mutated packets leave the broker alive and are counted',
  async () => {
    const { figures, troubles } = await soakBroker({ packets: 2_000, seed: 11 }, quiet);
    expect(troubles).toEqual([]);
    expect(figures['packets']).toBeGreaterThanOrEqual(2_000);
  },
  BUSY_MACHINE_MS,
);

test(
  'a cloud that was away gets incidents first, live data undelayed, and everything once',
  async () => {
    const { figures, troubles } = await soakCloudAway({ minutes: 0.5, liveSeconds: 2 }, quiet);
    expect(troubles).toEqual([]);
    expect(figures['readings gathered']).toBe(15_000);
  },
  BUSY_MACHINE_MS,
);
