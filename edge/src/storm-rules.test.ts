import { instantText, type MaintenanceWindow } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { createMemoryDisk, createMemoryStore } from './testing/memory-store.ts';
import { campus, createStormBench } from './testing/storm-bench.ts';

const SMALL = campus({ zones: 2, liftsPerZone: 3, sumpsPerZone: 1 });

function start(disk = createMemoryDisk(), now?: number) {
  const windows: MaintenanceWindow[] = [];
  const edge = createStormBench(createMemoryStore({ disk }), SMALL, {
    windows: () => windows,
    ...(now === undefined ? {} : { now }),
  });
  const window = (over: Partial<MaintenanceWindow>, seconds: number, from = 0): MaintenanceWindow => {
    const at = (after: number) => instantText(edge.clock.now() + after * 1_000);
    const made = { id: `w${windows.length}`, from: at(from), to: at(seconds), by: 'wang', reason: 'works' };
    windows.push({ ...made, madeAt: at(0), ...over });
    return windows.at(-1) as MaintenanceWindow;
  };
  return Object.assign(edge, { disk, windows, window });
}

const kinds = (incident: { timeline: readonly { kind: string }[] }) => incident.timeline.map(({ kind }) => kind);

describe('groups', () => {
  test('what begins in the same place with the same cause joins the first, and has evidence and clocks of its own', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.pass(30_000);
    await edge.say('z0-lift-1', 'door_lock_chain_open');
    const [head, member] = [edge.one('z0-lift-0', 'safety_chain_open'), edge.one('z0-lift-1', 'door_lock_chain_open')];
    expect(member.hold).toMatchObject({ reason: 'grouped', by: head.id });
    expect(member).toMatchObject({ next: null, pages: [], sla: 'running', response: 'open' });
    await edge.pass(35_000);
    expect(edge.one('z0-lift-0', 'safety_chain_open').group).toMatchObject({ count: 2 });
    expect(edge.one('z0-lift-1', 'door_lock_chain_open').pages).toEqual([]);
  });

  test('what its people know is not told again', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z0-lift-1', 'door_lock_chain_open');
    await edge.pass(30 * 60_000);
    const head = edge.one('z0-lift-0', 'safety_chain_open');
    expect(kinds(head).filter((kind) => kind === 'gathered')).toHaveLength(1);
  });

  test('another zone, another kind of fault and a minute later are another cause', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z1-lift-0', 'safety_chain_open');
    expect(edge.one('z1-lift-0', 'safety_chain_open').hold).toBeNull();
    await edge.pass(90_000);
    await edge.say('z0-lift-1', 'safety_chain_open');
    expect(edge.one('z0-lift-1', 'safety_chain_open').hold).toBeNull();
  });

  test('what is worse never joins, and what endangers people never joins: they page at once', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'door_blocked');
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.say('z0-lift-2', 'entrapment');
    for (const [asset, fault] of [
      ['z0-lift-1', 'safety_chain_open'],
      ['z0-lift-2', 'entrapment'],
    ] as const) {
      expect(edge.one(asset, fault).hold).toBeNull();
      expect(edge.one(asset, fault).pages).toHaveLength(1);
    }
  });

  test('a person who arrives and resolves does so for all that are over; what lasts goes on by itself and pages', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.say('z0-lift-2', 'safety_chain_open');
    const head = edge.one('z0-lift-0', 'safety_chain_open');
    await edge.order('arrive', 'li', head);
    expect(edge.all().map(({ response }) => response)).toEqual(['on_site', 'on_site', 'on_site']);
    expect(edge.all().map(({ sla }) => sla)).toEqual(['met', 'met', 'met']);
    await edge.say('z0-lift-1', 'safety_chain_open', 'cleared');
    await edge.pass(200_000);
    await edge.order('resolve', 'li', head);
    expect(edge.one('z0-lift-1', 'safety_chain_open')).toMatchObject({ response: 'resolved', responder: 'li' });
    const left = edge.one('z0-lift-2', 'safety_chain_open');
    expect(left).toMatchObject({ hold: null, response: 'open', responder: null, unheld: { reason: 'still lasts' } });
    expect(kinds(left).slice(-6)).toEqual(['released', 'unheld', 'step', 'step', 'paged', 'paged']);
  });

  test('who has taken a member for himself keeps it when the head is resolved', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z0-lift-1', 'door_lock_chain_open');
    await edge.order('acknowledge', 'zhao', edge.one('z0-lift-1', 'door_lock_chain_open'));
    await edge.order('resolve', 'li', edge.one('z0-lift-0', 'safety_chain_open'));
    await edge.pass(1_000);
    expect(edge.one('z0-lift-1', 'door_lock_chain_open')).toMatchObject({
      hold: null,
      response: 'acknowledged',
      responder: 'zhao',
    });
  });

  test('what is left of a large group is one group again, and one page', async () => {
    const edge = start();
    for (const lift of ['z0-lift-0', 'z0-lift-1', 'z0-lift-2']) await edge.say(lift, 'safety_chain_open');
    const head = edge.one('z0-lift-0', 'safety_chain_open');
    await edge.order('resolve', 'li', head);
    const left = edge.all().filter(({ response }) => response === 'open');
    expect(left.filter(({ hold }) => hold === null)).toHaveLength(1);
    expect(left.find(({ hold }) => hold === null)?.group).toMatchObject({ count: 2 });
    expect(left.flatMap(({ pages }) => pages)).toHaveLength(1);
  });

  test('a member that somebody calls a matter of its own is paged at once', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.order('escalate', 'wang', edge.one('z0-lift-1', 'safety_chain_open'));
    const member = edge.one('z0-lift-1', 'safety_chain_open');
    expect(member).toMatchObject({ hold: null, unheld: { reason: 'escalated' } });
    expect(member.timeline.find(({ kind }) => kind === 'unheld')?.by).toMatchObject({ kind: 'person', id: 'wang' });
    expect(member.pages).toHaveLength(1);
  });

  test('what becomes worse is no longer what it was held for: it pages, and in maintenance it stays excluded', async () => {
    const edge = start();
    edge.window({ zone: 'z1' }, 600);
    for (const lift of ['z0-lift-0', 'z0-lift-1', 'z1-lift-0']) await edge.say(lift, 'safety_chain_open');
    for (const asset of ['z0-lift-1', 'z1-lift-0']) {
      const report = {
        commandId: `report-${asset}`,
        asset,
        fault: 'safety_chain_open',
        severity: 'critical',
        reporter: 'li',
      } as const;
      await edge.pipeline.report(report, edge.clock.now(), 'edge');
    }
    const [worse, works] = [edge.one('z0-lift-1', 'safety_chain_open'), edge.one('z1-lift-0', 'safety_chain_open')];
    expect(worse).toMatchObject({ hold: null, severity: 'critical', unheld: { reason: 'worse' } });
    expect(worse.pages).toHaveLength(1);
    expect(works).toMatchObject({ hold: { reason: 'maintenance' }, severity: 'critical', sla: 'excluded', pages: [] });
  });

  test('who has the group may take what has joined it since', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    const head = edge.one('z0-lift-0', 'safety_chain_open');
    await edge.order('acknowledge', 'li', head);
    await edge.say('z0-lift-1', 'safety_chain_open');
    expect(edge.one('z0-lift-1', 'safety_chain_open')).toMatchObject({ response: 'open', hold: { by: head.id } });
    await edge.pass(60_000);
    const told = edge.one('z0-lift-0', 'safety_chain_open').group?.text;
    expect(told?.en).toMatch(/^2 incidents; 1 that nobody has taken yet; /);
    expect(await edge.order('acknowledge', 'wang', head)).toMatchObject({ state: 'refused' });
    expect(await edge.order('acknowledge', 'li', head)).toMatchObject({ state: 'done' });
    expect(edge.one('z0-lift-1', 'safety_chain_open')).toMatchObject({ response: 'acknowledged', responder: 'li' });
  });

  test('when the ladder takes the claim back, it takes back what was claimed with it', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.order('acknowledge', 'li', edge.one('z0-lift-0', 'safety_chain_open'));
    await edge.pass(301_000);
    expect(edge.all().map(({ response, responder }) => [response, responder])).toEqual([
      ['open', null],
      ['open', null],
    ]);
  });
});

describe('explanations', () => {
  test('a power loss explains lifts that stop, before and after it, and not the people in them', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'stopped_outside_door_zone');
    await edge.pass(10_000);
    await edge.say('z0-board', 'power_loss');
    await edge.say('z0-lift-1', 'door_fails_to_open');
    await edge.say('z0-lift-2', 'entrapment');
    await edge.say('z1-lift-0', 'stopped_outside_door_zone');
    const cause = edge.one('z0-board', 'power_loss');
    expect(cause.hold).toBeNull();
    // Nobody had been sent its page yet.
    expect(edge.one('z0-lift-0', 'stopped_outside_door_zone')).toMatchObject({
      hold: { reason: 'explained', by: cause.id },
      pages: [{ state: 'withdrawn', reason: 'held: explained' }],
    });
    expect(edge.one('z0-lift-1', 'door_fails_to_open').hold).toMatchObject({ reason: 'explained', by: cause.id });
    expect(edge.one('z0-lift-2', 'entrapment').hold).toBeNull();
    expect(edge.one('z1-lift-0', 'stopped_outside_door_zone').hold).toBeNull();
  });

  test('two minutes after the power is back, who still stands is paged; who runs is resolved with the cause', async () => {
    const edge = start();
    await edge.say('z0-board', 'power_loss');
    await edge.say('z0-lift-0', 'stopped_outside_door_zone');
    await edge.say('z0-lift-1', 'stopped_outside_door_zone');
    await edge.order('acknowledge', 'li', edge.one('z0-board', 'power_loss'));
    await edge.say('z0-board', 'power_loss', 'cleared');
    await edge.pass(60_000);
    await edge.say('z0-lift-0', 'stopped_outside_door_zone', 'cleared');
    await edge.order('resolve', 'li', edge.one('z0-board', 'power_loss'));
    expect(edge.one('z0-lift-0', 'stopped_outside_door_zone').response).toBe('resolved');
    expect(edge.one('z0-lift-1', 'stopped_outside_door_zone').pages).toEqual([]);
    await edge.pass(61_000);
    const left = edge.one('z0-lift-1', 'stopped_outside_door_zone');
    expect(left).toMatchObject({ hold: null, response: 'open' });
    expect(left.pages.length).toBeGreaterThan(0);
  });

  test.each(['close', 'cancel', 'release'] as const)(
    'an order that is refused, here to %s the cause, lets nothing out',
    async (verb) => {
      const edge = start();
      await edge.say('z0-board', 'power_loss');
      await edge.say('z0-lift-0', 'stopped_outside_door_zone');
      await edge.order('arrive', 'li', edge.one('z0-board', 'power_loss'));
      const before = edge.one('z0-lift-0', 'stopped_outside_door_zone');
      expect(await edge.order(verb, 'li', edge.one('z0-board', 'power_loss'))).toMatchObject({ state: 'refused' });
      await edge.settled();
      expect(edge.one('z0-lift-0', 'stopped_outside_door_zone')).toEqual(before);
    },
  );

  test('a dead gateway explains the silence of its devices; water in the pit explains the lift', async () => {
    const edge = start();
    await edge.say('z0-gateway', 'no_data');
    await edge.say('z0-lift-1', 'no_data');
    expect(edge.one('z0-lift-1', 'no_data').hold).toMatchObject({ reason: 'explained' });
    await edge.say('z1-sump-0', 'leak');
    await edge.say('z1-lift-0', 'safety_chain_open');
    await edge.say('z1-lift-1', 'safety_chain_open');
    expect(edge.one('z1-lift-0', 'safety_chain_open').hold).toMatchObject({ by: edge.one('z1-sump-0', 'leak').id });
    expect(edge.one('z1-lift-1', 'safety_chain_open').hold?.reason).not.toBe('explained');
  });

  test('water in the pit explains no person in the lift, whichever is heard of first', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'entrapment');
    await edge.say('z0-lift-0', 'pit_flooding');
    await edge.say('z0-lift-1', 'pit_flooding');
    await edge.say('z0-lift-1', 'entrapment');
    for (const lift of ['z0-lift-0', 'z0-lift-1']) {
      const trapped = edge.one(lift, 'entrapment');
      expect(trapped.hold).toBeNull();
      expect(trapped.pages.map(({ state }) => state)).toEqual(['queued']);
    }
  });

  test('what was paged before it was explained is paged again at once when the cause was none', async () => {
    const edge = start();
    await edge.say('z0-lift-0', 'stopped_outside_door_zone');
    await edge.pass(5_000);
    await edge.say('z0-board', 'power_loss');
    await edge.pass(5_000);
    await edge.order('cancel', 'wang', edge.one('z0-board', 'power_loss'), { note: 'wrong sensor' });
    const { hold, pages } = edge.one('z0-lift-0', 'stopped_outside_door_zone');
    expect(hold).toBeNull();
    expect(pages.map(({ state }) => state)).toEqual(['withdrawn', 'queued']);
  });

  test('a cause that was cancelled explains nothing', async () => {
    const edge = start();
    await edge.say('z0-board', 'power_loss');
    await edge.say('z0-lift-0', 'stopped_outside_door_zone');
    await edge.say('z0-lift-1', 'stopped_outside_door_zone');
    await edge.say('z0-lift-1', 'stopped_outside_door_zone', 'cleared');
    await edge.order('cancel', 'wang', edge.one('z0-board', 'power_loss'), { note: 'wrong sensor' });
    expect(edge.one('z0-lift-0', 'stopped_outside_door_zone')).toMatchObject({ hold: null, response: 'open' });
    expect(edge.one('z0-lift-0', 'stopped_outside_door_zone').pages).toHaveLength(1);
    // It runs again, and goes with the one that still stands.
    const standing = edge.one('z0-lift-0', 'stopped_outside_door_zone');
    expect(edge.one('z0-lift-1', 'stopped_outside_door_zone').hold).toMatchObject({
      reason: 'grouped',
      by: standing.id,
    });
  });

  test('what is let out and given back is given back with all that was taken with it', async () => {
    const edge = start();
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.say('z0-lift-2', 'safety_chain_open');
    await edge.say('z0-board', 'power_loss');
    await edge.order('acknowledge', 'li', edge.one('z0-board', 'power_loss'));
    await edge.say('z0-board', 'power_loss', 'cleared');
    await edge.pass(121_000);
    const [head, member] = [edge.one('z0-lift-1', 'safety_chain_open'), edge.one('z0-lift-2', 'safety_chain_open')];
    expect(head).toMatchObject({ hold: null, response: 'open', responder: null });
    expect(member).toMatchObject({ hold: { by: head.id }, response: 'open', responder: null });
  });

  test('what the ladder takes back of one that is let out, it takes back of all that were taken with it', async () => {
    const edge = start();
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.say('z0-lift-2', 'safety_chain_open');
    await edge.order('acknowledge', 'li', edge.one('z0-lift-1', 'safety_chain_open'));
    await edge.say('z0-board', 'power_loss');
    await edge.pass(301_000);
    await edge.order('cancel', 'wang', edge.one('z0-board', 'power_loss'), { note: 'wrong sensor' });
    const [head, member] = [edge.one('z0-lift-1', 'safety_chain_open'), edge.one('z0-lift-2', 'safety_chain_open')];
    expect(head).toMatchObject({ hold: null, response: 'open', responder: null });
    expect(member).toMatchObject({ hold: { by: head.id }, response: 'open', responder: null });
  });
});

describe('flapping', () => {
  async function flap(edge: ReturnType<typeof start>, times: number, fault = 'tamper') {
    for (let n = 0; n < times; n += 1) {
      await edge.say('z0-lift-0', fault);
      await edge.say('z0-lift-0', fault, 'cleared');
      await edge.order('resolve', 'li', edge.one('z0-lift-0', fault));
      await edge.pass(70_000);
    }
  }

  test('the first pages go out; the fourth time within half an hour waits until it is calm, and says so', async () => {
    const edge = start();
    await flap(edge, 3);
    expect(edge.all().every(({ pages }) => pages.length > 0)).toBe(true);
    await edge.say('z0-lift-0', 'tamper');
    expect(edge.one('z0-lift-0', 'tamper')).toMatchObject({ hold: { reason: 'flapping' }, pages: [] });
    await edge.pass(300_000);
    await edge.say('z0-lift-0', 'tamper', 'cleared');
    await edge.say('z0-lift-0', 'tamper');
    await edge.pass(590_000);
    expect(edge.one('z0-lift-0', 'tamper').hold).not.toBeNull();
    await edge.pass(11_000);
    const calm = edge.one('z0-lift-0', 'tamper');
    expect(calm).toMatchObject({ hold: null, unheld: { reason: 'calm' } });
    expect(calm.unheld?.text.en).toMatch(/came 2 times since .* without a page/);
    expect(calm.pages.length).toBeGreaterThan(0);
  });

  test('a restart remembers it, from the incidents alone', async () => {
    const edge = start();
    await flap(edge, 3);
    const again = start(edge.disk, edge.clock.now());
    await again.say('z0-lift-0', 'tamper');
    expect(again.one('z0-lift-0', 'tamper').hold).toMatchObject({ reason: 'flapping' });
  });

  test('nobody is paged for a cause that flaps, so it explains nothing', async () => {
    const edge = start();
    for (let n = 0; n < 4; n += 1) {
      if (n > 0) await edge.order('resolve', 'li', edge.one('z0-gateway', 'no_data'));
      await edge.say('z0-gateway', 'no_data', 'cleared');
      await edge.say('z0-gateway', 'no_data');
    }
    expect(edge.one('z0-gateway', 'no_data').hold).toMatchObject({ reason: 'flapping' });
    await edge.pass(61_000);
    await edge.say('z0-lift-1', 'no_data');
    expect(edge.one('z0-lift-1', 'no_data')).toMatchObject({ hold: null, pages: [{ state: 'queued' }] });
  });

  test('who had the first of them has not taken the one that flaps', async () => {
    const edge = start();
    await flap(edge, 3);
    await edge.say('z0-lift-0', 'tamper');
    const first = edge.of('z0-lift-0', 'tamper').at(-1);
    expect(first).toMatchObject({ response: 'resolved', responder: 'li' });
    if (first) await edge.order('acknowledge', 'li', first);
    expect(edge.one('z0-lift-0', 'tamper')).toMatchObject({ hold: { reason: 'flapping' }, response: 'open' });
  });

  test('people in a lift page every time', async () => {
    const edge = start();
    await flap(edge, 5, 'entrapment');
    expect(edge.all().every(({ hold, pages }) => hold === null && pages.length > 0)).toBe(true);
  });
});

describe('maintenance', () => {
  test('what begins within a window is there, is marked, and pages nobody; its clocks are excluded, never met', async () => {
    const edge = start();
    const window = edge.window({ zone: 'z0' }, 600);
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z1-lift-0', 'safety_chain_open');
    const held = edge.one('z0-lift-0', 'safety_chain_open');
    expect(held).toMatchObject({ hold: { reason: 'maintenance', by: window.id, until: window.to }, pages: [] });
    expect(held.clocks.map(({ verdict }) => verdict)).toEqual(['excluded', 'excluded']);
    expect(held.timeline.find(({ kind }) => kind === 'clock')?.detail['reason']).toBe(`maintenance ${window.id}`);
    await edge.order('arrive', 'li', held);
    expect(edge.one('z0-lift-0', 'safety_chain_open').sla).toBe('excluded');
    expect(edge.one('z1-lift-0', 'safety_chain_open').pages).toHaveLength(1);
  });

  test('when it ends, what is over is closed and what lasts begins then: ladder, clocks and pages', async () => {
    const edge = start();
    edge.window({ site: 'campus' }, 600);
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.say('z0-lift-1', 'safety_chain_open', 'cleared');
    await edge.pass(599_000);
    expect(edge.all().flatMap(({ pages }) => pages)).toEqual([]);
    await edge.pass(1_000);
    const ends = instantText(edge.clock.now());
    expect(edge.one('z0-lift-1', 'safety_chain_open').response).toBe('closed');
    const left = edge.one('z0-lift-0', 'safety_chain_open');
    expect(left).toMatchObject({ hold: null, ladderFrom: ends, sla: 'running' });
    expect(left.clocks.map(({ startedAt }) => startedAt)).toEqual([ends, ends]);
    expect(left.pages.map(({ step }) => step)).toEqual([0]);
  });

  test('when it ends, what somebody has done meanwhile is done: no promise of it begins', async () => {
    const edge = start();
    edge.window({ site: 'campus' }, 600);
    await edge.say('z0-lift-0', 'safety_chain_open');
    await edge.say('z0-lift-1', 'safety_chain_open');
    await edge.order('acknowledge', 'li', edge.one('z0-lift-0', 'safety_chain_open'));
    await edge.order('arrive', 'li', edge.one('z0-lift-1', 'safety_chain_open'));
    await edge.pass(600_000);
    const verdicts = (lift: string) => edge.one(lift, 'safety_chain_open').clocks.map(({ verdict }) => verdict);
    expect(verdicts('z0-lift-0')).toEqual(['excluded', 'running']);
    expect(verdicts('z0-lift-1')).toEqual(['excluded', 'excluded']);
  });

  test('windows that overlap are one; one that is ended early lets out at once', async () => {
    const edge = start();
    edge.window({ site: 'campus' }, 600);
    const second = edge.window({ asset: 'z0-lift-0' }, 1_200, 500);
    await edge.say('z0-lift-0', 'safety_chain_open');
    expect(edge.one('z0-lift-0', 'safety_chain_open').hold?.until).toBe(second.to);
    await edge.pass(700_000);
    expect(edge.one('z0-lift-0', 'safety_chain_open').pages).toEqual([]);
    edge.windows[1] = { ...second, to: instantText(edge.clock.now()) };
    await edge.pipeline.windowsChanged();
    expect(edge.one('z0-lift-0', 'safety_chain_open').pages).toHaveLength(1);
  });

  test('people in a lift, and what people ask to have mended, are paged all the same, unless the window names it', async () => {
    const edge = start();
    edge.window({ zone: 'z0' }, 600);
    edge.window({ zone: 'z1', faults: ['entrapment'] }, 600);
    const repair = {
      commandId: 'report-0001',
      asset: 'z0-lift-1',
      fault: 'repair_other',
      severity: 'major',
      reporter: 'li',
    } as const;
    await edge.pipeline.report(repair, edge.clock.now(), 'edge');
    expect(edge.one('z0-lift-1', 'repair_other').hold).toBeNull();
    await edge.say('z0-lift-0', 'entrapment');
    await edge.say('z1-lift-0', 'entrapment');
    expect(edge.one('z0-lift-0', 'entrapment').hold).toBeNull();
    expect(edge.one('z1-lift-0', 'entrapment').hold).toMatchObject({ reason: 'maintenance' });
  });

  test('a restart finds the end of the window again', async () => {
    const edge = start();
    const window = edge.window({ site: 'campus' }, 600);
    await edge.say('z0-lift-0', 'safety_chain_open');
    const again = start(edge.disk, edge.clock.now());
    again.windows.push(window);
    await again.pass(600_000);
    expect(again.one('z0-lift-0', 'safety_chain_open').pages).toHaveLength(1);
  });
});

describe('drills', () => {
  const order = {
    commandId: 'drill-0001',
    asset: 'z0-lift-0',
    fault: 'entrapment',
    severity: 'critical',
    by: 'wang',
  } as const;

  test('a drill runs the whole ladder beside the real thing: neither joins, holds or counts the other', async () => {
    const edge = start();
    edge.window({ site: 'campus', faults: ['entrapment'] }, 6_000);
    const answer = await edge.pipeline.drill({ ...order, note: 'yearly' }, edge.clock.now(), 'edge');
    expect(answer).toMatchObject({ state: 'done' });
    await edge.pass(70_000);
    const [drill] = edge.of('z0-lift-0', 'entrapment');
    expect(drill).toMatchObject({ id: answer.incident, drill: true, hold: null, episode: 1, sla: 'running' });
    expect(drill?.pages.map(({ step, to }) => [step, to.person])).toEqual([
      [0, 'li'],
      [1, 'li'],
      [1, 'wang'],
    ]);
    await edge.say('z0-lift-0', 'entrapment');
    expect(edge.of('z0-lift-0', 'entrapment')).toHaveLength(2);
    expect(edge.of('z0-lift-0', 'entrapment').map((it) => [it.drill ?? false, it.episode])).toContainEqual([false, 1]);
    const second = await edge.pipeline.drill(
      { ...order, commandId: 'drill-0002', note: null },
      edge.clock.now(),
      'edge',
    );
    expect(second).toMatchObject({ state: 'refused' });
  });

  test('a drill of a power loss explains nothing', async () => {
    const edge = start();
    await edge.pipeline.drill(
      { ...order, asset: 'z0-board', fault: 'power_loss', severity: 'major', note: null },
      edge.clock.now(),
      'edge',
    );
    await edge.say('z0-lift-0', 'stopped_outside_door_zone');
    expect(edge.one('z0-lift-0', 'stopped_outside_door_zone').hold).toBeNull();
  });
});
