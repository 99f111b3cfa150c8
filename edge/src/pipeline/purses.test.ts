import { type Authority, centsOf, Command, type IncidentEvent, Registry } from '@keepsite/edge-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Rule } from '../domain/rule.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLonePipeline, messageOf } from '../testing/lone-pipeline.ts';
import { createMemoryDisk, createMemoryStore, leftOn, type MemoryDisk } from '../testing/memory-store.ts';

const BUDGET = 2_000_000;
const DAY = 24 * 3_600_000;

describe('a month’s budget of one site', () => {
  test('two incidents of one batch cannot overspend it together', async () => {
    const edge = start(registryWith({ per: 'month' }));
    edge.fault('lift-3', 'entrapment', 'raised');
    edge.fault('leak-1', 'leak', 'raised');
    await edge.pipeline.flush();
    await edge.pass(90_000);
    const events = edge.events();
    expect(events.filter(({ change }) => change.kind === 'spent')).toHaveLength(1);
    expect(events.filter(({ change }) => change.kind === 'approval_asked')).toHaveLength(1);
  });

  test('is the same after a restart, counted from the events alone', async () => {
    const edge = start(registryWith({ per: 'month' }));
    edge.fault('lift-3', 'entrapment', 'raised');
    await edge.pass(90_000);
    // Not stopped: the power went.
    const again = start(registryWith({ per: 'month' }), { disk: edge.disk, now: edge.clock.now() });
    again.fault('leak-1', 'leak', 'raised');
    await again.pass(90_000);
    expect(again.orders().map(({ state }) => state)).toEqual(['placed', 'asked']);
    edge.pipeline.stop().catch(() => undefined);
  });

  test('is whole again on the first of the next month of the site’s own calendar', async () => {
    // 31 March 2026 23:50 in Shanghai.
    const edge = start(registryWith({ per: 'month' }), { now: Date.UTC(2026, 2, 31, 15, 50, 0) });
    edge.fault('lift-3', 'entrapment', 'raised');
    await edge.pass(15 * 60_000);
    edge.fault('leak-1', 'leak', 'raised');
    await edge.pass(90_000);
    expect(edge.orders().map(({ purse }) => purse)).toEqual(['flood@park/2026-03', 'flood@park/2026-04']);
  });

  test('a spend that the disk did not take has not happened', async () => {
    const edge = start(registryWith({ per: 'month' }));
    edge.fault('lift-3', 'entrapment', 'raised');
    await edge.pipeline.flush();
    edge.store.failWith('STORE_FULL');
    edge.clock.advance(61_000);
    await edge.turn();
    edge.store.failWith(null);
    await edge.pipeline.flush();
    await edge.pass(5_000);
    expect(edge.orders()).toMatchObject([{ state: 'placed' }]);
    expect(edge.events().filter(({ change }) => change.kind === 'spent')).toHaveLength(1);
  });
});

test('whatever the order of steps, retries, restarts and approvals, what is spent without approval never exceeds the budget', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('month' as const, 'incident' as const),
      fc.array(anyHappening(), { minLength: 3, maxLength: 25 }),
      async (per, happenings) => {
        let edge = start(registryWith({ per }));
        for (const happening of happenings) {
          if (happening === 'restart') edge = start(registryWith({ per }), { disk: edge.disk, now: edge.clock.now() });
          else await happening(edge);
        }
        await edge.pipeline.flush();
        assertWithinBudget(edge.events());
        const pages = edge.store.incidents({ limit: 100 }).flatMap((incident) => incident.pages);
        expect(new Set(pages.map(({ id }) => id)).size).toBe(pages.length);
      },
    ),
    { numRuns: 120 },
  );
}, 60_000);

// ------------------------------------------------------------------------------------ helpers

/** After every single event: each purse within the budget, each order paid once, and what is beyond it approved before. */
function assertWithinBudget(events: readonly IncidentEvent[]): void {
  const taken = new Map<string, number>();
  const approved = new Set<string>();
  const paid = new Set<string>();
  for (const { change } of events) {
    if (change.kind === 'approved') approved.add(change.order);
    if (change.kind === 'spent') {
      expect(paid.has(change.order)).toBe(false);
      paid.add(change.order);
      if (change.purse === null) expect(approved.has(change.order)).toBe(true);
    }
    if ((change.kind !== 'spent' && change.kind !== 'order_called_off') || change.purse === null) continue;
    const sign = change.kind === 'spent' ? 1 : -1;
    taken.set(change.purse, (taken.get(change.purse) ?? 0) + sign * centsOf(change.cost));
    expect(taken.get(change.purse)).toBeLessThanOrEqual(BUDGET);
  }
}

type Edge = ReturnType<typeof start>;

function anyHappening(): fc.Arbitrary<'restart' | ((edge: Edge) => Promise<void>)> {
  const cost = fc
    .integer({ min: 1, max: 1_500_000 })
    .map((cents) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`);
  const person = fc.constantFrom('li', 'zhao', 'wang');
  const raise = fc
    .constantFrom(['lift-3', 'entrapment'] as const, ['leak-1', 'leak'] as const)
    .map(([device, fault]) => async (edge: Edge) => {
      edge.fault(device, fault, 'raised');
      await edge.pipeline.flush();
    });
  const decide = fc
    .record({
      verb: fc.constantFrom('approve', 'decline', 'confirm_order', 'receive_order', 'call_off_order'),
      person,
      n: fc.nat(),
      twice: fc.boolean(),
    })
    .map(({ verb, person: responder, n, twice }) => async (edge: Edge) => {
      const all = edge.orders();
      const order = all[n % all.length];
      if (order) await edge.say(verb, responder, { order: order.id, note: 'so it is' }, order.incident, twice);
    });
  const dispatch = fc
    .array(fc.record({ cost, person, n: fc.nat(), twice: fc.boolean() }), { minLength: 1, maxLength: 4 })
    .map((wants) => async (edge: Edge) => {
      const open = edge.store.incidents({ state: 'open', limit: 9 });
      // All of them at once: they share one transaction.
      await Promise.all(
        wants.flatMap(({ cost: amount, person: responder, n, twice }) => {
          const incident = open[n % open.length];
          const order = { contractor: 'pumps-east', what: 'a pump', withinMinutes: 30, cost: amount };
          return incident ? [edge.say('dispatch', responder, { dispatch: order }, incident.id, twice)] : [];
        }),
      );
    });
  const respond = fc
    .record({ verb: fc.constantFrom('acknowledge', 'arrive', 'resolve', 'release', 'escalate', 'cancel'), person })
    .map(({ verb, person: responder }) => async (edge: Edge) => {
      for (const { id } of edge.store.incidents({ state: 'open', limit: 9 }))
        await edge.say(verb, responder, { note: 'because' }, id);
    });
  const wait = fc
    .oneof(fc.integer({ min: 0, max: 400_000 }), fc.constant(20 * DAY))
    .map((ms) => (edge: Edge) => edge.pass(ms));
  return fc.oneof(raise, raise, decide, dispatch, dispatch, respond, wait, fc.constant('restart' as const));
}

function registryWith(authority: Pick<Authority, 'per'>): Registry {
  const contractor = { id: 'pumps-east', name: { en: 'East Pumps', zh: '东区水泵' } };
  const order = {
    contractor: 'pumps-east',
    order: { en: 'Three pumps', zh: '三台水泵' },
    quantity: 3,
    withinMinutes: 30,
  };
  return Registry.parse({
    ...officePark,
    plans: [
      {
        id: 'flood',
        version: 1,
        terms: { acknowledge: 120, on_site: 420 },
        steps: [
          { afterSeconds: 0, page: ['crew-1'] },
          { afterSeconds: 60, when: 'not_on_site', page: ['crew-2'], dispatch: [{ ...order, cost: '12000' }] },
          { afterSeconds: 120, when: 'open', page: ['wang'] },
        ],
        authority: {
          ...authority,
          budget: { amount: '20000', currency: 'CNY' },
          contractors: [{ ...contractor, addresses: [{ channel: 'mqtt', to: 'pumps-east' }] }],
          approvers: ['wang', 'zhao'],
        },
      },
    ],
  });
}

const leakRule = Rule.parse({
  id: 'leak',
  fault: 'leak',
  severity: 'critical',
  assets: ['sump'],
  summary: { en: 'Water', zh: '进水' },
  when: { kind: 'state', metric: 'leak', is: true },
});

let commands = 0;

function start(registry: Registry, options: { disk?: MemoryDisk; now?: number } = {}) {
  const { now = Date.UTC(2026, 2, 2, 8, 0, 0) } = options;
  const disk = options.disk ? leftOn(options.disk) : createMemoryDisk();
  const store = createMemoryStore({ disk });
  const clock = createFakeClock(now);
  const pipeline = createLonePipeline({ registry, rules: [leakRule], store, clock });
  return {
    disk,
    store,
    clock,
    pipeline,
    fault(device: string, fault: string, state: 'raised' | 'cleared') {
      pipeline.receive(messageOf(`keepsite/park/devices/${device}/fault`, { fault, state }, clock.now()));
    },
    async say(verb: string, responder: string, more: object, incident: string, twice = false) {
      const commandId = `command-${(commands += 1)}`;
      const receivedAt = new Date(clock.now()).toISOString();
      const command = Command.parse({ commandId, incident, verb, responder, receivedAt, via: 'edge', ...more });
      await Promise.all((twice ? [command, command] : [command]).map((one) => pipeline.order(one)));
    },
    async pass(ms: number) {
      const end = clock.now() + ms;
      await pipeline.flush();
      const step = Math.max(1_000, ms / 400);
      while (clock.now() < end) {
        clock.advance(Math.min(step, end - clock.now()));
        await pipeline.flush();
      }
    },
    turn: () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve))),
    events: (): IncidentEvent[] => store.events({ after: 0, limit: 100_000 }),
    orders: () =>
      store
        .incidents({ limit: 100 })
        .toReversed()
        .flatMap(({ id, orders = [] }) => orders.map((order) => ({ ...order, incident: id }))),
  };
}
