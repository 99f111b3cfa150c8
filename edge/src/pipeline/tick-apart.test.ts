import type { Incident } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLonePipeline } from '../testing/lone-pipeline.ts';
import { createMemoryDisk, createMemoryStore, type MemoryDisk } from '../testing/memory-store.ts';

const NOON = Date.UTC(2026, 2, 2, 12);

function start(disk: MemoryDisk, now: number) {
  const store = createMemoryStore({ disk });
  const clock = createFakeClock(now);
  const told: string[] = [];
  const log = { warn: (_: object, message: string) => void told.push(message) };
  const pipeline = createLonePipeline({ store, clock, log });
  return {
    told,
    pipeline,
    clock,
    async pass(seconds: number) {
      for (let n = 0; n < seconds; n += 1) {
        clock.advance(1_000);
        await pipeline.flush();
        await pipeline.flush();
      }
    },
    of: (asset: string) => store.incidents({ limit: 9 }).find((incident) => incident.asset === asset) as Incident,
  };
}

test('an incident whose time cannot be told stops nobody else’s clock, and is tried again', async () => {
  const disk = createMemoryDisk();
  const before = start(disk, NOON);
  for (const asset of ['elevator-3', 'pump-room']) {
    const report = {
      commandId: `report-${asset}`,
      asset,
      fault: 'entrapment',
      severity: 'critical',
      reporter: 'guard',
    };
    await before.pipeline.report(report as Parameters<typeof before.pipeline.report>[0], NOON, 'edge');
  }
  const poisoned = before.of('elevator-3');
  const steps = poisoned.plan?.steps.map((step) => ({ ...step, when: 'a word of a later version' }));
  disk.incidents.set(poisoned.id, { ...poisoned, plan: { ...poisoned.plan, steps } } as unknown as Incident);

  const edge = start(disk, NOON);
  await edge.pass(430);
  expect(edge.of('pump-room')).toMatchObject({ sla: 'breached', stepsDone: 5 });
  expect(edge.of('elevator-3').stepsDone).toBe(1);
  expect(edge.told.length).toBeGreaterThan(20);
  expect(edge.told.length).toBeLessThan(100);
});
