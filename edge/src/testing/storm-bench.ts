import { type MaintenanceWindow, type Incident, Registry, type Verb } from '@keepsite/edge-contract';
import type { Store } from '../ports.ts';
import { createFakeClock } from './fake-clock.ts';
import { createLonePipeline, messageOf } from './lone-pipeline.ts';

/** Where somebody stands in the storm bench's campus. */
export interface CampusSize {
  readonly zones: number;
  readonly liftsPerZone: number;
  readonly sumpsPerZone: number;
}

/**
 * A campus with one crew and one supervisor: in every zone a switchboard, a gateway, lifts and sumps, each
 * with a device of its own name. The sump of a zone stands in the pit of its first lift.
 */
export function campus({ zones, liftsPerZone, sumpsPerZone }: CampusSize): Registry {
  const zoneIds = Array.from({ length: zones }, (_, n) => `z${n}`);
  const name = (text: string) => ({ en: text, zh: text });
  const assets = zoneIds.flatMap((zone) => [
    { id: `${zone}-board`, zone, kind: 'switchboard' as const, name: name(`Board ${zone}`) },
    { id: `${zone}-gateway`, zone, kind: 'gateway' as const, name: name(`Gateway ${zone}`) },
    ...Array.from({ length: liftsPerZone }, (_, n) => ({
      id: `${zone}-lift-${n}`,
      zone,
      kind: 'elevator' as const,
      name: name(`Lift ${zone}-${n}`),
      traits: n === 0 && sumpsPerZone > 0 ? { pit: `${zone}-sump-0` } : {},
    })),
    ...Array.from({ length: sumpsPerZone }, (_, n) => ({
      id: `${zone}-sump-${n}`,
      zone,
      kind: 'sump' as const,
      name: name(`Sump ${zone}-${n}`),
    })),
  ]);
  return Registry.parse({
    version: 1,
    sites: [{ id: 'campus', name: name('Campus'), zone: 'Asia/Shanghai', kind: 'office-park' }],
    zones: zoneIds.map((id) => ({ id, site: 'campus', name: name(id.toUpperCase()), clients: [{ client: 'north' }] })),
    assets,
    devices: assets.map(({ id }) => ({ id, family: 'keepsite', asset: id })),
    people: ['li', 'wang'].map((id) => ({ id, name: id, addresses: [{ channel: 'mqtt', to: id }] })),
    plans: [
      {
        id: 'seven-minutes',
        version: 1,
        terms: { acknowledge: 120, on_site: 420 },
        clockSeverities: ['critical', 'major', 'minor'],
        steps: [
          { afterSeconds: 0, page: ['li'] },
          { afterSeconds: 60, when: 'open', page: ['li', 'wang'] },
          { afterSeconds: 300, when: 'not_on_site', page: ['wang'], release: true },
        ],
      },
    ],
  });
}

/** The real pipeline over a store, whose faults, orders and time a test moves. */
export function createStormBench(
  store: Store,
  registry: Registry,
  options: { readonly now?: number; readonly windows?: () => readonly MaintenanceWindow[] } = {},
) {
  const clock = createFakeClock(options.now);
  const pipeline = createLonePipeline({
    registry,
    store,
    clock,
    log: {
      warn(fields) {
        throw new Error(JSON.stringify(fields));
      },
    },
    ...(options.windows ? { windows: options.windows } : {}),
  });
  let orders = 0;
  const all = (): Incident[] => store.incidents({ limit: 100_000 });
  const bench = {
    store,
    clock,
    pipeline,
    all,
    /** What stands about an asset and fault, the newest first. */
    of: (asset: string, fault: string) => all().filter((it) => it.asset === asset && it.fault === fault),
    one(asset: string, fault: string): Incident {
      const [found] = bench.of(asset, fault);
      if (!found) throw new Error(`no incident of ${asset} and ${fault}`);
      return found;
    },
    fault(device: string, fault: string, state: 'raised' | 'cleared' = 'raised'): void {
      pipeline.receive(messageOf(`keepsite/campus/devices/${device}/fault`, { fault, state }, clock.now()));
    },
    async say(device: string, fault: string, state: 'raised' | 'cleared' = 'raised'): Promise<void> {
      bench.fault(device, fault, state);
      await bench.settled();
    },
    /** Everything that is due has been done. */
    async settled(): Promise<void> {
      await pipeline.flush();
      clock.advance(0);
      do await pipeline.flush();
      while (pipeline.status().turnsToCome > 0);
    },
    /** Second by second, because deadlines depend on what was done at the ones before. */
    async pass(ms: number): Promise<void> {
      for (let left = ms; left > 0; left -= 1_000) {
        clock.advance(Math.min(1_000, left));
        await bench.settled();
      }
    },
    order(verb: Verb, responder: string, incident: Incident, more: { note?: string } = {}) {
      return pipeline.order({
        commandId: `order-${(orders += 1)}-${clock.now()}`,
        incident: incident.id,
        verb,
        responder,
        receivedAt: new Date(clock.now()).toISOString(),
        via: 'edge',
        note: more.note ?? null,
        proof: 'declared',
        to: null,
      });
    },
    /** Pages that were made for somebody, in order; those that were taken back before anybody sent them left out. */
    pagesOf: (person: string) =>
      all()
        .flatMap((incident) => incident.pages.map((page) => ({ ...page, incident })))
        .filter(({ to, reason }) => to.person === person && !(reason ?? '').startsWith('held'))
        .toSorted((a, b) => (a.at < b.at ? -1 : 1)),
  };
  return bench;
}
