import { type Incident, instantText, LIFE_SAFETY, type MaintenanceWindow } from '@keepsite/edge-contract';
import { verifyChain } from '@keepsite/edge-evidence';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isOpen } from './domain/incident-state.ts';
import { GRACE_MS } from './domain/storm/explain.ts';
import { calmAt } from './domain/storm/flapping.ts';
import { overAt } from './domain/storm/hold.ts';
import { maintenanceOf } from './domain/storm/windows.ts';
import { createMemoryDisk, createMemoryStore } from './testing/memory-store.ts';
import { campus, createStormBench } from './testing/storm-bench.ts';

const REGISTRY = campus({ zones: 2, liftsPerZone: 2, sumpsPerZone: 1 });
/** What may be raised: causes, what they explain, what joins, and what nothing may hold. */
const SAYINGS = ['z0', 'z1'].flatMap((zone) =>
  (
    [
      ['board', 'power_loss'],
      ['gateway', 'no_data'],
      ['lift-0', 'safety_chain_open'],
      ['lift-0', 'entrapment'],
      ['lift-0', 'pit_flooding'],
      ['lift-1', 'safety_chain_open'],
      ['lift-1', 'no_data'],
      ['sump-0', 'leak'],
    ] as const
  ).map(([thing, fault]) => ({ device: `${zone}-${thing}`, fault })),
);

const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('raise' as const), saying: fc.constantFrom(...SAYINGS) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('clear' as const), nth: fc.nat(30) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('order' as const),
      nth: fc.nat(30),
      verb: fc.constantFrom('acknowledge', 'arrive', 'resolve', 'resolve', 'cancel', 'close', 'release', 'escalate'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pass' as const), seconds: fc.constantFrom(1, 20, 61, 125, 125, 700) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('window' as const),
      zone: fc.constantFrom('z0', 'z1'),
      seconds: fc.constantFrom(30, 300),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
);

test('whatever comes: nothing is lost, danger to people is never held, and whoever is held waits for somebody', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 60 }), async (steps) => {
      const disk = createMemoryDisk();
      const windows: MaintenanceWindow[] = [];
      const begin = (now?: number) =>
        createStormBench(createMemoryStore({ disk }), REGISTRY, {
          windows: () => windows,
          ...(now === undefined ? {} : { now }),
        });
      let edge = begin();
      const raised = new Set<string>();
      for (const one of steps) {
        const now = edge.clock.now();
        const incidents = edge.all().toReversed();
        if (one.do === 'raise') {
          raised.add(`${one.saying.device} ${one.saying.fault}`);
          await edge.say(one.saying.device, one.saying.fault);
        } else if (one.do === 'clear') {
          const [device = '', fault = ''] = ([...raised][one.nth % Math.max(1, raised.size)] ?? '').split(' ');
          if (raised.delete(`${device} ${fault}`)) await edge.say(device, fault, 'cleared');
        } else if (one.do === 'order') {
          const incident = incidents[one.nth % Math.max(1, incidents.length)];
          if (incident) await edge.order(one.verb, 'li', incident, { note: 'because' });
        } else if (one.do === 'pass') await edge.pass(one.seconds * 1_000);
        else if (one.do === 'window') {
          const [from, to] = [instantText(now), instantText(now + one.seconds * 1_000)];
          windows.push({
            id: `w${windows.length}`,
            zone: one.zone,
            from,
            to,
            by: 'wang',
            reason: 'works',
            madeAt: from,
          });
        } else {
          await edge.pipeline.stop();
          edge = begin(now);
        }
        await edge.settled();
        check(edge.all(), raised, windows, edge.clock.now());
      }
      expect(verifyChain(edge.store.events({ after: 0, limit: 100_000 })).ok).toBe(true);
      await edge.pipeline.stop();
    }),
    { numRuns: 60 },
  );
}, 120_000);

function check(
  all: readonly Incident[],
  raised: ReadonlySet<string>,
  windows: readonly MaintenanceWindow[],
  now: number,
) {
  const byId = new Map(all.map((incident) => [incident.id, incident]));
  for (const key of raised) {
    const [asset, fault] = key.split(' ');
    const newest = all.find((incident) => incident.asset === asset && incident.fault === fault);
    expect(newest, `nothing tells of ${key}`).toBeDefined();
  }
  for (const incident of all.filter((one) => isOpen(one) && one.hold !== null)) {
    const { hold, fault } = incident;
    expect(LIFE_SAFETY.has(fault), `${incident.id} ${fault} is held`).toBe(false);
    expect(incident.next).toBeNull();
    expect(isAlive(incident), `${incident.id} ${fault} is held (${hold?.reason}) by ${hold?.by}`).toBe(true);
  }

  function isAlive(incident: Incident): boolean {
    const { hold, zone, site, asset, fault } = incident;
    if (hold?.reason === 'flapping') return calmAt(incident) > now;
    if (hold?.reason === 'maintenance')
      return maintenanceOf({ site, zone: zone ?? '', asset, fault }, windows, now) !== null;
    const above = byId.get(hold?.by ?? '');
    if (!above) return false;
    const over = overAt(above);
    if (hold?.reason === 'explained' && over !== null && now >= over + GRACE_MS)
      return isOpen(above) && incident.condition === 'cleared';
    return (isOpen(above) || hold?.reason === 'explained') && pagesSomebody(above);
  }

  /** The chain of those who wait ends with one that has a ladder of its own. */
  function pagesSomebody(start: Incident): boolean {
    let root: Incident | undefined = start;
    for (let depth = 0; root?.hold && isOpen(root); depth += 1) {
      if (depth > all.length) return false;
      root = byId.get(root.hold.by);
    }
    return root !== undefined && root.plan !== null;
  }
}
