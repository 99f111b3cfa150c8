import {
  Command,
  type Incident,
  instantMillis,
  progressOf,
  Registry,
  type RepairBody,
  RepairBody as Body,
  reportOf,
  type Severity,
} from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { createDirectory } from '../domain/directory.ts';
import { officePark } from '../domain/testing/office-park.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createLonePipeline } from '../testing/lone-pipeline.ts';
import { createMemoryStore } from '../testing/memory-store.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DRIP = { asset: 'pump-room', category: 'plumbing', text: '水管漏水' } as const;
/** Plumbing is what a leak sensor tells of, too. */
const AS_LEAK = { categories: { plumbing: { fault: 'leak' } } };

describe('a repair that somebody reports', () => {
  test('urgent is answered within thirty minutes: at exactly thirty it is met, and its ladder is the plan’s, stretched', async () => {
    const edge = start();
    const incident = await edge.report({ ...DRIP, urgency: 'urgent' });
    expect(incident).toMatchObject({ fault: 'repair_plumbing', severity: 'major', repair: { channel: 'form' } });
    expect(clockOf(incident)).toEqual(['acknowledge', 30 * MINUTE, 'running']);
    expect(incident.plan?.steps.slice(0, 3).map(({ afterSeconds }) => afterSeconds)).toEqual([0, 15 * 60, 30 * 60]);
    edge.clock.advance(30 * MINUTE);
    expect(await edge.say('acknowledge', 'li', incident.id)).toMatchObject({ state: 'done' });
    expect(clockOf(edge.look(incident.id))[2]).toBe('met');
  });

  test('ordinary is arranged within a day: taking it is not arranging it, an appointment is', async () => {
    const edge = start();
    const { id } = await edge.report({ ...DRIP, urgency: 'ordinary' });
    expect(clockOf(edge.look(id))).toEqual(['acknowledge', 24 * HOUR, 'running']);
    await edge.say('acknowledge', 'li', id);
    expect(clockOf(edge.look(id))[2]).toBe('running');
    const at = new Date(edge.clock.now() + 20 * HOUR).toISOString();
    await edge.say('arrange', 'wang', id, { appointment: { at, by: 'li' } });
    expect(edge.look(id)).toMatchObject({ responder: 'li', appointment: { at, by: 'li' } });
    expect(clockOf(edge.look(id))[2]).toBe('met');
  });

  test('nobody arranges it: the ladder reminds although somebody has it, and the promise is broken on the minute', async () => {
    const edge = start();
    const { id } = await edge.report({ ...DRIP, urgency: 'ordinary' });
    await edge.say('acknowledge', 'li', id);
    await edge.pass(25 * HOUR);
    const { timeline, clocks } = edge.look(id);
    const taken = timeline.filter(({ kind, detail }) => kind === 'step' && detail['skipped'] === false);
    expect(taken.map(({ detail }) => detail['step'])).toEqual([0, 1, 2]);
    expect(clocks[0]?.verdict).toBe('breached');
    const breach = timeline.find(({ kind, detail }) => kind === 'clock' && detail['verdict'] === 'breached');
    expect(breach?.at).toBe(clocks[0]?.dueAt);
  });

  test('whoever simply comes needs no appointment', async () => {
    const edge = start();
    const { id } = await edge.report({ ...DRIP, urgency: 'ordinary' });
    await edge.say('arrive', 'li', id);
    expect(clockOf(edge.look(id))[2]).toBe('met');
  });

  test.each([
    ['an hour ago', { appointment: { at: '2026-03-02T07:00:00.000Z', by: 'li' } }, /future/],
    ['nothing', {}, /when, and by whom/],
  ])('an appointment of %s is refused', async (_, words, why) => {
    const edge = start();
    const { id } = await edge.report({ ...DRIP, urgency: 'ordinary' });
    expect(await edge.say('arrange', 'li', id, words)).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(why),
    });
  });

  test('reported again it is the same incident; reported as urgent it becomes urgent, with a clock of thirty minutes', async () => {
    const edge = start();
    const first = await edge.report({ ...DRIP, urgency: 'ordinary' });
    edge.clock.advance(HOUR);
    const again = await edge.report({ ...DRIP, urgency: 'urgent', text: '水已到门口' });
    expect(again.id).toBe(first.id);
    expect(again).toMatchObject({ severity: 'major', repair: { urgency: 'urgent', text: '水管漏水' } });
    expect(again.reports).toHaveLength(2);
    expect(instantMillis(again.clocks[0]?.dueAt ?? '')).toBe(edge.clock.now() + 30 * MINUTE);
    const pages = again.pages.map(({ id }) => id);
    expect(new Set(pages).size).toBe(pages.length);
  });

  test('a promise that was broken stays broken, however urgent it is reported afterwards', async () => {
    const edge = start();
    const { id } = await edge.report({ ...DRIP, urgency: 'ordinary' });
    await edge.pass(25 * HOUR);
    await edge.report({ ...DRIP, urgency: 'urgent' });
    expect(edge.look(id)).toMatchObject({ severity: 'major', clocks: [{ term: 'acknowledge', verdict: 'breached' }] });
  });

  test('reported as a repair too, what a sensor raised keeps its clocks when it becomes worse', async () => {
    const edge = start({ repairs: AS_LEAK });
    const { id, clocks } = await edge.leaks('major');
    await edge.report(DRIP);
    edge.clock.advance(MINUTE);
    await edge.leaks('critical', 'tenant');
    expect(edge.look(id)).toMatchObject({ severity: 'critical', repair: { category: 'plumbing' }, clocks });
  });

  test('reported as an ordinary repair too, what a sensor raised is still answered by whoever takes it', async () => {
    const edge = start({ repairs: AS_LEAK });
    await edge.leaks('major');
    const { id } = await edge.report({ ...DRIP, urgency: 'ordinary' });
    await edge.say('acknowledge', 'li', id);
    expect(clockOf(edge.look(id))).toMatchObject(['acknowledge', 2 * MINUTE, 'met']);
  });

  test('the same report sent twice is one report', async () => {
    const edge = start();
    const commandId = 'report-of-mrs-wu';
    const [one, two] = [await edge.report({ ...DRIP, commandId }), await edge.report({ ...DRIP, commandId })];
    expect(two).toEqual(one);
    expect(two.reports).toEqual([commandId]);
  });

  test('two categories of one place are two incidents', async () => {
    const edge = start();
    const [pipe, lamp] = [await edge.report(DRIP), await edge.report({ ...DRIP, category: 'electrical' })];
    expect(pipe.id).not.toBe(lamp.id);
  });

  test('the name and the number of its reporter are nowhere in the evidence', async () => {
    const edge = start();
    await edge.report({ ...DRIP, reporter: { name: '吴女士', contact: '13800000000' } });
    const evidence = JSON.stringify(edge.store.events({ after: 0, limit: 1_000 }));
    expect(evidence).toContain('水管漏水');
    expect(evidence).not.toMatch(/吴女士|13800000000/);
  });

  test('whoever resolves it says whether it is mended', async () => {
    const edge = start();
    const { id } = await edge.report(DRIP);
    await edge.say('resolve', 'li', id, { fixed: false });
    expect(edge.look(id)).toMatchObject({ response: 'resolved', fixed: false, condition: 'cleared' });
  });

  test('people of a configured skill are paged, a configured promise counts, and a plan that is named serves', async () => {
    const settings = { urgentAnswerMinutes: 10, plan: 'repairs', categories: { plumbing: { skill: 'pipes' } } };
    const edge = start({
      repairs: settings,
      people: officePark.people.map((person) => ({ ...person, skills: person.id === 'zhao' ? ['pipes'] : [] })),
      plans: [
        ...officePark.plans,
        {
          id: 'repairs',
          version: 1,
          severities: ['info'],
          terms: { acknowledge: 60 },
          steps: [{ afterSeconds: 0, page: ['crew-1', 'crew-2'] }],
        },
      ],
    });
    const incident = await edge.report({ ...DRIP, urgency: 'urgent' });
    expect(incident.plan?.id).toBe('repairs');
    expect(clockOf(incident)[1]).toBe(10 * MINUTE);
    expect(incident.pages.map(({ to }) => to.person)).toEqual(['zhao']);
  });
});

test('a repair that turns out to be a flood orders what the flood’s plan orders, when that plan’s step has come', async () => {
  const dispatch = { contractor: 'pumps', order: { en: 'Pumps', zh: '水泵' }, withinMinutes: 30, cost: '12000' };
  const authority = {
    budget: { amount: '50000', currency: 'CNY' },
    per: 'incident',
    contractors: [{ id: 'pumps', name: { en: 'Pumps', zh: '水泵' }, addresses: [{ channel: 'mqtt', to: 'pumps' }] }],
    approvers: ['wang'],
  };
  const steps = [
    { afterSeconds: 0, page: ['crew-1'] },
    { afterSeconds: 60, page: ['crew-2'], dispatch: [dispatch] },
  ];
  const plans = [{ id: 'flood', version: 1, terms: { acknowledge: 120, on_site: 420 }, steps, authority }];
  const edge = start({ plans, repairs: AS_LEAK });
  const { id } = await edge.report({ ...DRIP, urgency: 'ordinary' });
  // Far enough for the repair's own ladder to have taken its second step.
  await edge.pass(13 * HOUR);
  await edge.leaks('critical');
  expect(edge.look(id)).toMatchObject({ severity: 'critical', plan: { id: 'flood' } });
  expect(edge.look(id).orders).toBeUndefined();
  edge.clock.advance(60_000);
  await edge.pipeline.flush();
  expect(edge.look(id).orders).toMatchObject([{ state: 'placed' }]);
});

test('a category that is taken for a sensor’s fault joins the incident that the sensor has opened', async () => {
  const edge = start({ repairs: AS_LEAK });
  const leak = await edge.leaks('critical');
  const joined = await edge.report({ ...DRIP, urgency: 'urgent' });
  expect(joined.id).toBe(leak.id);
  expect(joined).toMatchObject({
    severity: 'critical',
    repair: { category: 'plumbing' },
    reports: [joined.repair?.id],
  });
  expect(joined.clocks.map(({ term }) => term)).toContain('on_site');
});

describe('whoever reported it', () => {
  test('reads stages and times, and nobody’s name', async () => {
    const edge = start();
    const incident = await edge.report({ ...DRIP, urgency: 'ordinary' });
    const { id } = incident;
    const report = incident.reports?.[0] ?? '';
    const place = createDirectory(officePark).asset('pump-room')!;
    const stages = () =>
      progressOf(edge.look(id), report, place)
        ?.stages.filter(({ at }) => at)
        .map(({ stage }) => stage);
    expect(stages()).toEqual(['received']);
    await edge.say('acknowledge', 'li', id);
    const at = new Date(edge.clock.now() + HOUR).toISOString();
    await edge.say('arrange', 'li', id, { appointment: { at, by: 'li' } });
    expect(stages()).toEqual(['received', 'owner', 'appointment']);
    await edge.say('release', 'li', id);
    expect(stages()).toEqual(['received', 'appointment']);
    await edge.say('resolve', 'li', id, { fixed: true });
    const progress = progressOf(edge.look(id), report, place);
    expect(progress).toMatchObject({ fixed: true, text: '水管漏水', place: { zh: '办公园区 · A 座' } });
    expect(JSON.stringify(progress)).not.toMatch(/"li"|李师傅|north|south/);
    expect(progressOf(edge.look(id), 'somebody-elses', place)).toBeNull();
  });

  test('reads his own words where others had reported the same before', async () => {
    const edge = start();
    await edge.report(DRIP);
    edge.clock.advance(MINUTE);
    const again = await edge.report({ ...DRIP, text: '水已到门口' });
    const place = createDirectory(officePark).asset('pump-room')!;
    const progress = progressOf(again, again.reports?.[1] ?? '', place);
    expect(progress).toMatchObject({
      text: '水已到门口',
      stages: [{ stage: 'received', at: new Date(edge.clock.now()).toISOString() }, {}, {}, {}, {}],
    });
  });
});

// ------------------------------------------------------------------------------------ helpers

function clockOf({ clocks }: Incident): [string, number, string] {
  const [clock] = clocks;
  if (!clock) throw new Error('no clock');
  return [clock.term, instantMillis(clock.dueAt) - instantMillis(clock.startedAt), clock.verdict];
}

let commands = 0;

function start(more: Partial<Record<keyof Registry, unknown>> = {}) {
  const registry = Registry.parse({ ...officePark, ...more });
  const store = createMemoryStore();
  const clock = createFakeClock(Date.UTC(2026, 2, 2, 8, 0, 0));
  const pipeline = createLonePipeline({ registry, store, clock });
  const look = (id: string): Incident => {
    const incident = store.incident(id);
    if (!incident) throw new Error(`no incident ${id}`);
    return incident;
  };
  return {
    store,
    clock,
    pipeline,
    look,
    /** Somebody on the site reports water in the pump room, as a sensor would. */
    async leaks(severity: Severity, reporter = 'guard'): Promise<Incident> {
      const leak = {
        commandId: `report-by-${reporter}`,
        asset: DRIP.asset,
        fault: 'leak' as const,
        severity,
        reporter,
      };
      const { incident } = await pipeline.report(leak, clock.now(), 'edge');
      return look(incident ?? 'none');
    },
    async report(words: Partial<RepairBody> & Pick<RepairBody, 'asset' | 'category' | 'text'>): Promise<Incident> {
      const body = Body.parse({ commandId: `report-${(commands += 1)}`, ...words });
      const { incident } = await pipeline.report(reportOf(body), clock.now(), 'edge');
      return look(incident ?? 'none');
    },
    say(verb: string, responder: string, incident: string, words: object = {}) {
      const commandId = `command-${(commands += 1)}`;
      const receivedAt = new Date(clock.now()).toISOString();
      return pipeline.order(Command.parse({ commandId, incident, verb, responder, receivedAt, via: 'edge', ...words }));
    },
    async pass(ms: number) {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        clock.advance(Math.min(10 * MINUTE, end - clock.now()));
        await pipeline.flush();
      }
    },
  };
}
