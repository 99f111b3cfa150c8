import type { Command, Incident, Registry } from '@keepsite/edge-contract';
import { createDecoder } from '../devices/index.ts';
import { createDirectory } from '../domain/directory.ts';
import { createRuleBook } from '../domain/evaluate.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createPipeline } from '../pipeline.ts';
import type { Pipeline, Store } from '../ports.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';

/** The office park's pipeline over a store that the test brings: people, orders and pages, without devices. */
export interface ParkEdge {
  readonly pipeline: Pipeline;
  readonly clock: FakeClock;
  /** Somebody is trapped in elevator 3; resolves to the incident that it opened. */
  trap(): Promise<Incident>;
  order(verb: Command['verb'], incident: string, responder: string): ReturnType<Pipeline['order']>;
}

let orders = 0;

export function createParkEdge(parts: {
  readonly store: Store;
  readonly clock?: FakeClock;
  readonly onPagesOwed?: () => void;
  readonly registry?: Registry;
}): ParkEdge {
  const { store, clock = createFakeClock(), onPagesOwed = nothing, registry = officePark } = parts;
  const pipeline = createPipeline({
    edge: 'edge-1',
    directory: createDirectory(registry),
    decoder: createDecoder({ zoneOf: () => 'Asia/Shanghai' }),
    ruleBook: createRuleBook([], registry, { listeningSince: clock.now() }),
    store,
    clock,
    feed: { incident: nothing, readings: nothing, quarantine: nothing, heartbeat: nothing },
    log: { warn: nothing },
    onPagesOwed,
    onCommitted: nothing,
    onAsked: nothing,
  });
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

function nothing(): void {}
