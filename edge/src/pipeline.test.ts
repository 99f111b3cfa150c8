import { foldAll, type Incident, type IncidentEvent, type Reading } from '@keepsite/edge-contract';
import { verifyChain } from '@keepsite/edge-evidence';
import fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { createDecoder } from './devices/index.ts';
import { createDirectory } from './domain/directory.ts';
import { createRuleBook } from './domain/evaluate.ts';
import { isOpen, openKey } from './domain/incident-state.ts';
import { Rule } from './domain/rule.ts';
import { officePark } from './domain/testing/office-park.ts';
import type { InboxMessage, Knowledge } from './ports.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createLonePipeline, messageOf } from './testing/lone-pipeline.ts';
import { createMemoryDisk, createMemoryStore, leftOn } from './testing/memory-store.ts';

const leakRule = Rule.parse({
  id: 'leak',
  fault: 'leak',
  severity: 'critical',
  assets: ['sump'],
  summary: { en: 'Water in the pump room', zh: '泵房进水' },
  when: { kind: 'state', metric: 'leak', is: true, forSeconds: 10 },
});

test('a page that only waited has used up no attempt, and one that took another way says why', async () => {
  const edge = start();
  edge.fault('raised');
  await edge.pipeline.flush();
  const lease = () => edge.store.leasePages(edge.clock.now(), 1_000, 9);
  const [first] = lease();
  const at = edge.clock.now();
  const busy = { outcome: 'retry', reason: 'no token', afterMs: 0 } as const;
  await edge.pipeline.settle([{ owed: first!, delivery: { ...busy, unsent: true }, at }]);
  const [second] = lease();
  expect(second).toMatchObject({ attempts: 0, page: { id: first!.page.id } });
  await edge.pipeline.settle([{ owed: second!, delivery: busy, at }]);
  const third = lease().find(({ page }) => page.id === first!.page.id);
  expect(third).toMatchObject({ attempts: 1 });
  const delivery = { outcome: 'accepted', reference: null, reason: 'sent over sms' } as const;
  await edge.pipeline.settle([{ owed: third!, delivery, at }]);
  const page = edge.open()[0]!.pages.find(({ id }) => id === first!.page.id);
  expect(page).toMatchObject({ state: 'accepted', reason: 'sent over sms' });
});

describe('acknowledged means on disk', () => {
  test('a message is acknowledged after its transaction, not before', async () => {
    const edge = start();
    const message = edge.hear('keepsite/park/devices/leak-1/reading', { metric: 'leak', value: false });
    expect(message.acknowledged()).toBe(false);
    await edge.pipeline.flush();
    expect(message.acknowledged()).toBe(true);
    expect(edge.readings('leak-1')).toMatchObject([{ metric: 'leak', value: false, quality: 'good' }]);
  });

  test('a flood of QoS 0 is dropped beyond its bound, and its connection is let go on', async () => {
    const edge = start();
    const reading = { metric: 'active_power_w', value: 1, at: '2026-03-02T08:00:00Z' };
    const say = () => edge.hear('keepsite/park/devices/meter-1/reading', reading, { qos: 0 });
    const flood = Array.from({ length: 20_010 }, say);
    const dropped = flood.filter((message) => message.acknowledged());
    expect(dropped.length).toBeGreaterThanOrEqual(10);
    expect(edge.pipeline.status()).toMatchObject({ rejected: dropped.length, messages: 20_010 });
    await edge.pipeline.flush();
    expect(flood.every((message) => message.acknowledged())).toBe(true);
  });

  test('while the disk takes nothing, nothing is acknowledged, and nothing is lost or doubled when it does again', async () => {
    const edge = start();
    await edge.pipeline.flush();
    edge.store.failWith('STORE_FULL');
    const message = edge.fault('raised');
    await edge.turn();
    expect(message.acknowledged()).toBe(false);
    expect(edge.pipeline.status().withheld).toMatch(/./);
    expect(edge.fed).toEqual([]);
    edge.store.failWith(null);
    await edge.pipeline.flush();
    expect(message.acknowledged()).toBe(true);
    expect(edge.open()).toHaveLength(1);
    expect(verifyChain(edge.events()).ok).toBe(true);
  });

  test('one poison message never fails its batch: it is kept with its bytes, the others go through', async () => {
    const edge = start({ poison: 'poison' });
    const before = edge.hear('keepsite/park/devices/meter-1/reading', { metric: 'active_power_w', value: 1 });
    const poison = edge.hear('poison', { anything: 1 });
    const after = edge.hear('keepsite/park/devices/meter-1/reading', { metric: 'active_power_w', value: 2 });
    await edge.pipeline.flush();
    await edge.pipeline.flush();
    expect([before, poison, after].map((message) => message.acknowledged())).toEqual([true, true, true]);
    expect(edge.readings('meter-1').map(({ value }) => value)).toEqual([1, 2]);
    expect(edge.store.quarantine({ limit: 9 }).items.map(({ topic }) => topic)).toContain('poison');
  });

  test('what nobody can decode is kept, counted and acknowledged', async () => {
    const edge = start();
    const message = edge.hear('keepsite/park/devices/meter-1/reading', '{"metric":"active_power_w","val');
    await edge.pipeline.flush();
    expect(message.acknowledged()).toBe(true);
    expect(edge.store.quarantine({ limit: 9 })).toMatchObject({ total: 1, items: [{ device: 'meter-1' }] });
    expect(edge.pipeline.status().rejected).toBe(1);
  });

  test('what a device says that nobody has adopted is kept for its adoption, and says nothing else', async () => {
    const edge = start();
    for (let n = 0; n < 5; n += 1) edge.hear('keepsite/park/devices/stranger/reading', { metric: 'leak', value: true });
    await edge.pipeline.flush();
    expect(edge.readings('stranger')).toEqual([]);
    expect(edge.store.quarantine({ limit: 9 }).total).toBe(0);
    expect(edge.store.keptFor('stranger')).toBe(5);
    expect(edge.pipeline.strangers()).toMatchObject([{ device: 'stranger', family: 'keepsite', messages: 5 }]);
    expect(edge.pipeline.devices()).toContainEqual(expect.objectContaining({ device: 'stranger', asset: null }));
    expect(edge.open()).toEqual([]);
  });

  test('a flood of invented devices fills neither memory nor the device list', async () => {
    const edge = start();
    for (let n = 0; n < 1_500; n += 1) edge.hear(`keepsite/park/devices/ghost-${n}/availability`, { online: true });
    await edge.pipeline.flush();
    expect(edge.pipeline.devices().length).toBeLessThan(1_100);
    expect(edge.pipeline.status().messages).toBe(1_500);
  });
});

describe('strangers', () => {
  const ghost = (n: number) => `keepsite/park/devices/ghost-${n}/availability`;

  test('among a thousand of them who has been silent for an hour makes room, and nobody else does', async () => {
    const edge = start();
    for (let n = 0; n < 1_000; n += 1) edge.hear(ghost(n), { online: true });
    await edge.pipeline.flush();
    await edge.pass(3_590_000);
    for (let n = 1; n < 1_000; n += 1) edge.hear(ghost(n), { online: true });
    edge.hear(ghost(2_000), { online: true });
    await edge.pipeline.flush();
    const names = () => new Set(edge.pipeline.strangers().map(({ device }) => device));
    expect(names().has('ghost-2000')).toBe(false);
    await edge.pass(20_000);
    edge.hear(ghost(2_000), { online: true });
    edge.hear(ghost(2_001), { online: true });
    await edge.pipeline.flush();
    expect([names().has('ghost-0'), names().has('ghost-2000'), names().has('ghost-2001')]).toEqual([
      false,
      true,
      false,
    ]);
    expect(names().size).toBe(1_000);
    expect([edge.store.keptFor('ghost-0'), edge.store.keptFor('ghost-1')]).toEqual([0, 2]);
  });

  test('a message that speaks of many is kept for each of them, but never without bound', async () => {
    const edge = start({ many: 'crowd' });
    edge.hear('crowd', 'x'.repeat(200_000));
    await edge.pipeline.flush();
    expect(edge.pipeline.strangers()).toHaveLength(50);
    expect(edge.pipeline.strangers().filter(({ device }) => edge.store.keptFor(device) > 0)).toHaveLength(5);
  });

  test('what was kept and is read late does not prove that the device is alive', async () => {
    const silence = Rule.parse({
      id: 'silence',
      fault: 'no_data',
      severity: 'minor',
      summary: { en: 'Silent', zh: '失联' },
      when: { kind: 'silence', seconds: 600 },
    });
    const device = { id: 'new-1', family: 'keepsite', asset: 'pump-room' };
    const registry = { ...officePark, devices: [device] };
    const edge = start();
    edge.hear('keepsite/park/devices/new-1/reading', { metric: 'people', value: 1 });
    await edge.pipeline.flush();
    const ruleBook = createRuleBook([silence], registry, { listeningSince: edge.clock.now() });
    await edge.pipeline.reconfigure({ ...edge.knowledge, directory: createDirectory(registry), ruleBook });
    await edge.pass(500_000);
    await edge.pipeline.revisit();
    expect(edge.readings('new-1')).toMatchObject([{ value: 1, historical: true }]);
    await edge.pass(90_000);
    expect(edge.open()).toEqual([]);
    expect(edge.pipeline.silent()).toEqual([]);
    await edge.pass(20_000);
    expect(edge.open()).toMatchObject([{ fault: 'no_data', device: 'new-1' }]);
    expect(edge.pipeline.silent()).toEqual(['new-1']);
    expect(edge.pipeline.devices()).toContainEqual(expect.objectContaining({ device: 'new-1', silent: true }));
  });

  test('while the disk takes nothing, reading what was kept waits, and reads it once', async () => {
    const edge = start();
    for (let n = 0; n < 100; n += 1) edge.hear('keepsite/park/devices/new-1/reading', { metric: 'people', value: n });
    await edge.pipeline.flush();
    const { registry } = edge.knowledge.directory;
    const device = { id: 'new-1', family: 'keepsite', asset: 'pump-room' };
    const directory = createDirectory({ ...registry, devices: [...registry.devices, device] });
    await edge.pipeline.reconfigure({ ...edge.knowledge, directory });
    edge.store.failWith('STORE_FULL');
    const revisited = edge.pipeline.revisit();
    await edge.turn();
    edge.store.failWith(null);
    expect(await revisited).toEqual({ tried: 100, decoded: 100, stillRejected: 0, readings: 100 });
    expect(edge.readings('new-1').map(({ value }) => value)).toEqual(Array.from({ length: 100 }, (_, n) => n));
    expect(edge.pipeline.strangers()).toEqual([]);
    expect(edge.pipeline.devices()).toContainEqual(expect.objectContaining({ device: 'new-1', asset: 'pump-room' }));
  });
});

describe('from a message to a clock', () => {
  test('a stated fault opens one incident with its pages in the same transaction', async () => {
    const edge = start();
    await edge.pipeline.flush();
    const commits = edge.store.commits;
    edge.fault('raised');
    await edge.pipeline.flush();
    expect(edge.store.commits).toBe(commits + 1);
    expect(edge.open()).toMatchObject([
      { asset: 'elevator-3', fault: 'entrapment', response: 'open', clients: ['north', 'south'] },
    ]);
    expect(edge.store.leasePages(edge.clock.now(), 1000, 9).map(({ page }) => page.to.person)).toEqual(['li']);
    expect(edge.owed).toBe(1);
  });

  test('a leak that holds becomes an incident when its hold time runs out, without another message', async () => {
    const edge = start();
    edge.hear('keepsite/park/devices/leak-1/reading', { metric: 'leak', value: true });
    await edge.pass(9_000);
    expect(edge.open()).toEqual([]);
    await edge.pass(1_500);
    expect(edge.open()).toMatchObject([{ fault: 'leak', source: 'rule:leak' }]);
  });

  test('a retained fault is a state, not an event', async () => {
    const edge = start();
    edge.fault('raised', { retain: true });
    await edge.pipeline.flush();
    expect(edge.open()).toEqual([]);
  });

  test('the same command twice gets the same answer and changes nothing', async () => {
    const edge = start();
    edge.fault('raised');
    await edge.pipeline.flush();
    const order = edge.command('acknowledge', 'li');
    const first = await edge.pipeline.order(order);
    const events = edge.events().length;
    expect(await edge.pipeline.order(order)).toEqual(first);
    expect(edge.events()).toHaveLength(events);
  });

  test('fifty people acknowledge at once: one has it', async () => {
    const edge = start();
    edge.fault('raised');
    await edge.pipeline.flush();
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => edge.pipeline.order(edge.command('acknowledge', `crew-${n}`))),
    );
    expect(answers.filter(({ state }) => state === 'done')).toHaveLength(1);
    expect(edge.open()[0]?.responder).toBe('crew-0');
  });

  test('a person reports a fault: it opens an incident, or joins the one that is open', async () => {
    const edge = start();
    const report = {
      asset: 'elevator-3',
      fault: 'entrapment',
      severity: 'critical',
      reporter: 'guard',
      note: '按铃求救',
    } as const;
    const first = await edge.pipeline.report({ ...report, commandId: 'report-1' }, edge.clock.now(), 'edge');
    edge.fault('raised');
    const second = await edge.pipeline.report(
      { ...report, commandId: 'report-2', reporter: 'tenant' },
      edge.clock.now(),
      'edge',
    );
    expect(second.incident).toBe(first.incident);
    expect(edge.open()).toMatchObject([
      { occurrences: 1, activeSources: ['person:guard', 'device:lift-3:entrapment', 'person:tenant'] },
    ]);
    expect((await edge.pipeline.report({ ...report, asset: 'nowhere', commandId: 'report-3' }, 0, 'edge')).state).toBe(
      'refused',
    );
  });

  test('a fault that comes back opens one incident, and everything said of it afterwards reaches that one', async () => {
    const edge = start();
    edge.fault('raised');
    await edge.pipeline.flush();
    for (const verb of ['acknowledge', 'arrive', 'resolve'] as const)
      await edge.pipeline.order(edge.command(verb, 'li'));
    edge.fault('cleared');
    await edge.pass(1_000);
    edge.fault('raised');
    await edge.pass(1_000);
    await edge.pipeline.order(edge.command('note', 'li', edge.open().at(-1)));
    const report = { commandId: 'report-1', asset: 'elevator-3', fault: 'entrapment', reporter: 'guard' } as const;
    await edge.pipeline.report({ ...report, severity: 'critical' }, edge.clock.now(), 'edge');
    edge.fault('cleared');
    await edge.pass(1_000);
    expect(edge.open().map(({ response, episode, activeSources }) => [response, episode, activeSources])).toEqual([
      ['open', 2, ['person:guard']],
      ['resolved', 1, []],
    ]);
  });

  test('the clock runs out by itself: breached at 420.000 s with nobody there', async () => {
    const edge = start();
    edge.fault('raised');
    await edge.pass(430_000);
    const [incident] = edge.open();
    expect(incident?.sla).toBe('breached');
    const openedAt = Date.parse(incident?.openedAt ?? '');
    const told = incident?.timeline.find(({ kind, detail }) => kind === 'clock' && detail['term'] === 'on_site');
    expect(Date.parse(told?.at ?? '') - openedAt).toBe(420_000);
  });
});

describe('restart', () => {
  test('mid-incident: the same clock goes on, and nobody is paged twice', async () => {
    const edge = start();
    edge.fault('raised');
    await edge.pass(70_000);
    const before = edge.open();
    const again = start({ disk: edge.disk, now: edge.clock.now() + 5_000 });
    await again.pipeline.flush();
    expect(again.open().map(({ pages, openedAt }) => ({ pages, openedAt }))).toEqual(
      before.map(({ pages, openedAt }) => ({ pages, openedAt })),
    );
    await again.pass(60_000);
    expect(again.open()[0]?.stepsDone).toBe(3);
  });

  test('down across 7:00: breached at 7:00 all the same, and only the highest overdue step pages', async () => {
    const edge = start();
    edge.fault('raised');
    await edge.pass(10_000);
    const again = start({ disk: edge.disk, now: edge.clock.now() + 600_000 });
    await again.pipeline.flush();
    const [incident] = again.open();
    expect(incident?.sla).toBe('breached');
    expect(
      incident?.timeline.filter(({ kind, detail }) => kind === 'step' && detail['skipped'] === false),
    ).toHaveLength(2);
  });

  test('a hold time that began before the crash ends after it', async () => {
    const edge = start();
    edge.hear('keepsite/park/devices/leak-1/reading', { metric: 'leak', value: true });
    await edge.pass(4_000);
    const again = start({ disk: edge.disk, now: edge.clock.now() });
    await again.pass(7_000);
    expect(again.open()).toMatchObject([{ fault: 'leak' }]);
  });

  test('a QoS 2 message that is repeated across it counts once; one that never came before counts', async () => {
    const edge = start();
    const say = (to: Edge, id: string, again: boolean) =>
      to.hear(
        'keepsite/park/devices/meter-1/reading',
        { metric: 'active_power_w', value: 7 },
        { qos: 2, delivery: { id, again } },
      );
    say(edge, 'qos2:a', false);
    await edge.pipeline.flush();
    const after = start({ disk: edge.disk, now: edge.clock.now() });
    say(after, 'qos2:a', true);
    await after.pipeline.flush();
    const readings = () => after.store.readings({ device: 'meter-1', from: 0, to: after.clock.now() + 1, limit: 9 });
    expect(readings()).toHaveLength(1);
    say(after, 'qos2:b', true);
    await after.pipeline.flush();
    expect(readings()).toHaveLength(2);
  });

  test('of two incidents that were opened in one instant the newer one is the one that goes on', async () => {
    const edge = start();
    const report = { asset: 'elevator-3', fault: 'entrapment', severity: 'critical' } as const;
    const tell = (to: Edge, reporter: string) =>
      to.pipeline.report({ ...report, reporter, commandId: `from-${reporter}` }, to.clock.now(), 'edge');
    // Ids count events: those of 9 and 10 do not sort as texts.
    await edge.pipeline.report({ ...report, asset: 'pump-room', reporter: 'guard', commandId: 'other' }, 0, 'edge');
    const first = await tell(edge, 'guard');
    for (const verb of ['acknowledge', 'arrive', 'resolve'] as const)
      await edge.pipeline.order(edge.command(verb, 'li'));
    const second = await tell(edge, 'tenant');
    expect([first.incident, second.incident].map((id) => id?.length)).toEqual([8, 9]);
    const again = start({ disk: edge.disk, now: edge.clock.now() });
    expect((await tell(again, 'cleaner')).incident).toBe(second.incident);
  });

  test('what a device said of itself two seconds before the crash is known after it', async () => {
    const edge = start();
    const properties = { power: { datatype: 'float', unit: 'kW' } };
    edge.hear('homie/5/meter-1/$description', { homie: '5.0', version: 1, nodes: { main: { properties } } });
    await edge.pass(2_000);
    await vi.waitFor(() => expect(edge.store.bearings().checkpoint).not.toBeNull());
    const again = start({ disk: edge.disk, now: edge.clock.now() });
    again.hear('homie/5/meter-1/main/power', '1.5');
    await again.pipeline.flush();
    const read = { device: 'meter-1', from: 0, to: again.clock.now() + 1, limit: 9 };
    expect(again.store.readings(read)).toMatchObject([{ metric: 'active_power_w', value: 1500 }]);
  });

  test('a checkpoint that falls due in the instant of a reading has seen the block of that reading', async () => {
    const edge = start();
    const says = (value: number) =>
      edge.hear('keepsite/office-park/devices/meter-1/reading', { metric: 'active_power_w', value });
    says(1);
    await edge.pipeline.flush();
    says(2);
    edge.clock.advance(60_000);
    await vi.waitFor(() => expect(edge.store.bearings().checkpoint).toEqual({ block: 2 }));
  });

  test('whatever happened, the event log rebuilds every incident, and none was open twice at once', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyHappening(), { maxLength: 40, size: 'max' }), async (happenings) => {
        let edge = start();
        for (const happening of happenings) {
          if (happening === 'restart') edge = start({ disk: edge.disk, now: edge.clock.now() });
          else await happening(edge);
          expect(new Set(edge.open().filter(isOpen).map(openKey)).size).toBe(edge.open().filter(isOpen).length);
        }
        const events = edge.events();
        expect(verifyChain(events)).toMatchObject({ ok: true, checked: events.length });
        for (const [id, own] of Map.groupBy(events, (event) => event.incident)) {
          expect(foldAll(own)).toEqual(edge.store.incident(id));
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

// ------------------------------------------------------------------------------------ helpers

type Edge = ReturnType<typeof start>;

function anyHappening(): fc.Arbitrary<'restart' | ((edge: Edge) => Promise<void>)> {
  const verbs = ['acknowledge', 'arrive', 'resolve', 'close', 'cancel', 'release', 'note', 'escalate'] as const;
  return fc.oneof(
    // What ends an episode is rare when every step is drawn by itself, and what comes after it matters most.
    fc.boolean().map((cleared) => async (edge: Edge) => {
      for (const verb of ['acknowledge', 'arrive', 'resolve'] as const) {
        const target = edge.open().find(isOpen);
        if (target) await edge.pipeline.order(edge.command(verb, 'li', target));
      }
      if (cleared) edge.fault('cleared');
      await edge.pipeline.flush();
    }),
    fc.constantFrom('guard', 'tenant').map((reporter) => async (edge: Edge) => {
      const report = { asset: 'elevator-3', fault: 'entrapment', severity: 'critical', reporter } as const;
      await edge.pipeline.report({ ...report, commandId: `report-${(commands += 1)}` }, edge.clock.now(), 'edge');
    }),
    fc.constant('restart' as const),
    fc.constantFrom('raised' as const, 'cleared' as const).map((state) => async (edge: Edge) => {
      edge.fault(state);
      await edge.pipeline.flush();
    }),
    fc.boolean().map((value) => async (edge: Edge) => {
      edge.hear('keepsite/park/devices/leak-1/reading', { metric: 'leak', value });
      await edge.pipeline.flush();
    }),
    fc.integer({ min: 0, max: 400_000 }).map((ms) => (edge: Edge) => edge.pass(ms)),
    fc.record({ verb: fc.constantFrom(...verbs), n: fc.nat() }).map(({ verb, n }) => async (edge: Edge) => {
      const all = edge.open();
      const target = all[n % all.length];
      if (target) await edge.pipeline.order(edge.command(verb, 'li', target));
    }),
  );
}

/** What fifty devices behind one gateway say in one message. */
const CROWD = Array.from({ length: 50 }, (_, n) => ({
  kind: 'reading' as const,
  family: 'crowd',
  device: `c-${n}`,
  metric: 'leak',
  part: null,
  value: false,
  at: null,
  quality: 'good' as const,
  historical: false,
}));

let commands = 0;

function start(
  options: { disk?: ReturnType<typeof createMemoryDisk>; now?: number; poison?: string; many?: string } = {},
) {
  const disk = options.disk ? leftOn(options.disk) : createMemoryDisk();
  const store = createMemoryStore({ disk });
  const clock = createFakeClock(options.now ?? Date.UTC(2026, 2, 2, 8, 0, 0));
  const fed: (Incident | readonly Reading[])[] = [];
  const edge = { owed: 0 };
  const decoder = createDecoder({ zoneOf: () => 'Asia/Shanghai' });
  const knowledge: Knowledge = {
    directory: createDirectory(officePark),
    decoder: {
      ...decoder,
      decode(message, memory, family) {
        if (message.topic === options.poison) throw new Error('a bug of ours');
        const result = decoder.decode(message, memory, family);
        return message.topic === options.many ? { ...result, family: 'crowd', lines: CROWD } : result;
      },
    },
    ruleBook: createRuleBook([leakRule], officePark, { listeningSince: clock.now() }),
  };
  const pipeline = createLonePipeline({
    ...knowledge,
    store,
    clock,
    feed: {
      incident: (incident) => fed.push(incident),
      readings: (readings) => fed.push(readings),
      quarantine() {},
      heartbeat() {},
    },
    onPagesOwed: () => (edge.owed += 1),
  });
  return Object.assign(edge, {
    disk,
    store,
    clock,
    fed,
    knowledge,
    pipeline,
    hear(topic: string, body: object | string, more: Partial<InboxMessage> = {}) {
      let acknowledged = 0;
      const acknowledge = () => (acknowledged += 1);
      pipeline.receive(messageOf(topic, body, clock.now(), { acknowledge, ...more }));
      return {
        acknowledged() {
          expect(acknowledged).toBeLessThan(2);
          return acknowledged === 1;
        },
      };
    },
    fault(state: 'raised' | 'cleared', more: Partial<InboxMessage> = {}) {
      return this.hear('keepsite/park/devices/lift-3/fault', { fault: 'entrapment', state }, more);
    },
    command: (
      verb: 'acknowledge' | 'arrive' | 'resolve' | 'close' | 'cancel' | 'release' | 'note' | 'escalate',
      responder: string,
      incident?: Incident,
    ) => ({
      commandId: `command-${(commands += 1)}`,
      incident: (incident ?? store.incidents({ state: 'open', limit: 1 })[0])?.id ?? 'none',
      verb,
      responder,
      receivedAt: new Date(clock.now()).toISOString(),
      via: 'edge' as const,
      note: 'because',
      proof: 'declared' as const,
      to: null,
    }),
    /** Time passes, deadline by deadline, as it does for the gateway. */
    async pass(ms: number) {
      const end = clock.now() + ms;
      await pipeline.flush();
      for (let step = 0; clock.now() < end; step += 1) {
        clock.advance(Math.min(1_000, end - clock.now()));
        await pipeline.flush();
      }
    },
    turn: () => new Promise<void>((resolve) => setImmediate(() => setImmediate(resolve))),
    open: () => store.incidents({ state: 'open', limit: 100 }),
    events: (): IncidentEvent[] => store.events({ after: 0, limit: 10_000 }),
    readings: (device: string) => store.readings({ device, from: 0, to: Infinity, limit: 100 }),
  });
}
