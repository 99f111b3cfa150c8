import type { Clock, Fault, Verb } from '@keepsite/edge-contract';
import type { EdgeClock } from '../live/edge-clock.ts';
import type { EdgeIncidents, SeenIncident } from '../live/edge-incidents.ts';

interface Order {
  readonly id: string;
  readonly verb: Verb;
  readonly commandId: string;
  readonly responder: string;
}

/** An edge in a few lines: incidents that orders move on, and a clock that the test turns. */
export interface FakeEdge extends EdgeIncidents, EdgeClock {
  readonly list: Map<string, SeenIncident>;
  readonly orders: Order[];
  /** Every order is refused with this while it is set. */
  refusal: Error | null;
  time: number;
  scale: number;
  raise(id: string, asset: string, fault: Fault, paged?: readonly string[]): void;
  /** Moves time on and breaks the on-site promises that are due. */
  pass(seconds: number): void;
}

const NEXT: Partial<Record<Verb, SeenIncident['response']>> = {
  acknowledge: 'acknowledged',
  arrive: 'on_site',
  resolve: 'resolved',
};

export function fakeEdge(start: number): FakeEdge {
  const list = new Map<string, SeenIncident>();
  const orders: Order[] = [];
  const onSite = (at: number): Pick<Clock, 'term' | 'dueAt' | 'verdict'> => ({
    term: 'on_site',
    dueAt: new Date(at + 420_000).toISOString(),
    verdict: 'running',
  });
  const change = (id: string, to: Partial<SeenIncident>) => {
    const before = list.get(id);
    if (before) list.set(id, { ...before, ...to });
  };
  return {
    list,
    orders,
    refusal: null,
    time: start,
    scale: 1,
    raise(id, asset, fault, paged = []) {
      const pages = paged.map((person) => ({ to: { person } }));
      const openedAt = new Date(this.time).toISOString();
      list.set(id, {
        id,
        site: 's',
        asset,
        fault,
        condition: 'active',
        response: 'open',
        openedAt,
        clocks: [onSite(this.time)],
        pages,
      });
    },
    pass(seconds) {
      this.time += seconds * 1000;
      for (const { id, clocks } of list.values()) {
        const late = clocks.filter((clock) => clock.verdict === 'running' && Date.parse(clock.dueAt) < this.time);
        if (late.length > 0)
          change(id, {
            clocks: clocks.map((clock) => (late.includes(clock) ? { ...clock, verdict: 'breached' } : clock)),
          });
      }
    },
    open: async () => [...list.values()],
    async one(id) {
      const found = list.get(id);
      if (!found) throw new Error(`no incident ${id}`);
      return found;
    },
    async order(id, verb, commandId, responder) {
      if (this.refusal) throw this.refusal;
      orders.push({ id, verb, commandId, responder });
      const response = NEXT[verb];
      if (response) change(id, { response });
      const clocks = list.get(id)?.clocks ?? [];
      if (verb === 'arrive')
        change(id, {
          clocks: clocks.map((clock) => (clock.verdict === 'running' ? { ...clock, verdict: 'met' } : clock)),
        });
    },
    now() {
      return this.time;
    },
    sync: async () => true,
    async setScale(scale) {
      this.scale = scale;
    },
  };
}
