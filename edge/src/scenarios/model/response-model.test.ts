import { PROOFS } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, test, vi } from 'vitest';
import { happenings } from './happenings.ts';
import { Reference, Rig } from './rig.ts';

const RUNS = 60;
/** Half of the time work goes on at the lift from the beginning. */
const works = fc.constantFrom(0, 0, 60_000, 600_000);

// The pipeline waits half a second before it tries a full disk again.
beforeEach(() => void vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] }));
afterEach(() => void vi.useRealTimers());

describe.each(PROOFS)('with presence that is %s', (proof) => {
  test('whatever sensors, people, time, providers, disks and restarts do, condition, response and promises are what was promised', async () => {
    await fc.assert(
      fc.asyncProperty(works, fc.commands(happenings, { maxCommands: 40, size: 'max' }), async (ms, commands) => {
        const rig = new Rig(proof);
        const model = new Reference(rig.now, proof);
        model.announce(ms);
        await rig.announce(ms);
        await rig.settle();
        await fc.asyncModelRun(() => ({ model, real: rig }), commands);
      }),
      { numRuns: RUNS },
    );
  }, 60_000);
});
