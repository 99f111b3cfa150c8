import type { Command, Incident, Registry } from '@keepsite/edge-contract';
import type { Pipeline, Store } from '../ports.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createLonePipeline } from './lone-pipeline.ts';

/** The office park's pipeline over a store that the test brings: people, orders and pages, without devices. */
export interface ParkEdge {
  readonly pipeline: Pipeline;
  readonly clock: FakeClock;
  /** Somebody is trapped in elevator 3; resolves to the incident that it opened. */
  trap(): Promise<Incident>;
  order(verb: Command['verb'], incident: string, responder: string): ReturnType<Pipeline['order']>;
}

let orders = 0;

export function createParkEdge({
  clock = createFakeClock(),
  ...parts
}: {
  readonly store: Store;
  readonly clock?: FakeClock;
  readonly onPagesOwed?: () => void;
  readonly registry?: Registry;
}): ParkEdge {
  const { store } = parts;
  const pipeline = createLonePipeline({ ...parts, clock });
  const nextId = () => `order-${String((orders += 1)).padStart(4, '0')}`;
  return {
    pipeline,
    clock,
    async trap() {
      const report = {
        commandId: nextId(),
        asset: 'elevator-3',
        fault: 'entrapment',
        severity: 'critical',
        reporter: 'guard',
      } as const;
      const { incident } = await pipeline.report(report, clock.now(), 'edge');
      const opened = store.incident(incident ?? '');
      if (!opened) throw new Error('the report opened nothing');
      return opened;
    },
    order: (verb, incident, responder) =>
      pipeline.order({
        commandId: nextId(),
        incident,
        verb,
        responder,
        receivedAt: new Date(clock.now()).toISOString(),
        via: 'edge',
        note: 'because',
        proof: 'declared',
        to: 'wang',
      }),
  };
}
