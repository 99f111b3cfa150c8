import { type Incident, instantText, type MaintenanceWindow } from '@keepsite/edge-contract';
import { verifyChain } from '@keepsite/edge-evidence';
import { expect, test, vi } from 'vitest';
import { MAX_TURNS } from './pipeline/sweep.ts';
import type { Commit } from './ports.ts';
import { createFakeClock } from './testing/fake-clock.ts';
import { createLonePipeline } from './testing/lone-pipeline.ts';
import { createMemoryDisk, createMemoryStore, type MemoryStore } from './testing/memory-store.ts';
import { campus, createStormBench } from './testing/storm-bench.ts';

vi.setConfig({ testTimeout: 60_000 });

const LIFTS = 80;
const REGISTRY = campus({ zones: 1, liftsPerZone: LIFTS, sumpsPerZone: 0 });
const FAULT = 'safety_chain_open';
const lift = (n: number) => `z0-lift-${n}`;

type House = ReturnType<typeof house>;

/** One edge on a disk that another can go on with; `commits`: what each of its transactions wrote. */
function house(disk = createMemoryDisk(), now?: number) {
  const store: MemoryStore = createMemoryStore({ disk });
  const commits: Commit[] = [];
  const windows: MaintenanceWindow[] = [];
  const watched = { ...store, commit: (commit: Commit) => (commits.push(commit), store.commit(commit)) };
  const edge = createStormBench(watched, REGISTRY, {
    windows: () => windows,
    ...(now === undefined ? {} : { now }),
  });
  const head = () => edge.all().find(({ asset }) => asset === lift(0)) as Incident;
  const members = () => edge.all().filter(({ asset }) => asset !== lift(0));
  const member = (n: number) => edge.one(lift(n), FAULT);
  return { ...edge, store, disk, commits, windows, head, members, member };
}

/** A group of all the lifts, whose people have been told of it. */
async function storm(): Promise<House> {
  const edge = house();
  for (let n = 0; n < LIFTS; n += 1) {
    edge.fault(lift(n), FAULT);
  }
  await edge.settled();
  await edge.pass(11_000);
  expect(edge.head().group).toMatchObject({ count: LIFTS });
  return edge;
}

/** Nothing of this process has happened after the last thing that is on disk. */
async function killed(edge: House): Promise<House> {
  const disk = structuredClone(edge.disk);
  expect(edge.pipeline.status().turnsToCome).toBeGreaterThan(0);
  await edge.pipeline.stop();
  return house(disk, edge.clock.now());
}

const pagesOf = (incidents: readonly Incident[]) => incidents.flatMap(({ pages }) => pages);

test('one answer takes all of a large group, some in each transaction, and is answered by the first', async () => {
  const edge = await storm();
  edge.commits.length = 0;
  expect(await edge.order('acknowledge', 'li', edge.head())).toMatchObject({ state: 'done', modified: true });
  expect(edge.head()).toMatchObject({ response: 'acknowledged' });
  expect(edge.members().filter(({ response }) => response === 'open').length).toBeGreaterThanOrEqual(
    LIFTS - MAX_TURNS - 1,
  );
  await edge.settled();
  expect(new Set(edge.members().map(({ response, responder }) => `${response} ${responder}`))).toEqual(
    new Set(['acknowledged li']),
  );
  expect(Math.max(...edge.commits.map(({ incidents }) => incidents.length))).toBeLessThanOrEqual(MAX_TURNS + 1);
  expect(pagesOf(edge.members())).toEqual([]);
});

test('it goes on turn by turn though nothing else happens and the disk takes its time', async () => {
  const edge = await storm();
  edge.store.syncWith(() => new Promise((resolve) => setImmediate(resolve)));
  await edge.order('acknowledge', 'li', edge.head());
  expect(edge.pipeline.status().turnsToCome).toBeGreaterThan(0);
  for (let turn = 0; turn < 100; turn += 1) await new Promise((resolve) => setImmediate(resolve));
  expect(edge.pipeline.status().turnsToCome).toBe(0);
});

test.each(['acknowledge', 'arrive', 'handover', 'cancel'] as const)(
  'killed in the middle, the next start finishes what “%s” has begun, and pages nobody',
  async (verb) => {
    const first = await storm();
    const told = pagesOf(first.all()).length;
    const command = {
      commandId: 'the-answer',
      incident: first.head().id,
      verb,
      responder: 'li',
      receivedAt: instantText(first.clock.now()),
      via: 'edge',
      note: 'because',
      proof: 'declared',
      to: verb === 'handover' ? 'wang' : null,
    } as const;
    const answer = await first.pipeline.order(command);
    const edge = await killed(first);
    expect(await edge.pipeline.order(command)).toEqual(answer);
    await edge.settled();
    const { response, responder } = edge.head();
    expect(new Set(edge.all().map((one) => `${one.response} ${one.responder}`))).toEqual(
      new Set([`${response} ${responder}`]),
    );
    expect(pagesOf(edge.all())).toHaveLength(told);
    const answers = edge
      .members()
      .map(({ timeline }) => timeline.filter(({ detail }) => detail['through'] === command.incident).length);
    expect(new Set(answers)).toEqual(new Set([verb === 'arrive' ? 2 : 1]));
    expect(verifyChain(edge.store.events({ after: 0, limit: 100_000 })).ok).toBe(true);
  },
);

test('killed in the middle of being resolved, what is over is resolved, and what lasts pages once, as one group', async () => {
  const first = await storm();
  await first.order('arrive', 'li', first.head());
  await first.settled();
  for (let n = 0; n < LIFTS / 2; n += 1) first.fault(lift(n), FAULT, 'cleared');
  await first.settled();
  const told = pagesOf(first.all()).length;
  await first.order('resolve', 'li', first.head());
  const edge = await killed(first);
  await edge.settled();
  await edge.settled();
  const lasting = edge.all().filter(({ response }) => response === 'open');
  expect(edge.all().filter(({ response }) => response === 'resolved')).toHaveLength(LIFTS / 2);
  expect(lasting).toHaveLength(LIFTS / 2);
  const [leads, ...others] = lasting.filter(({ hold }) => hold === null);
  expect(others).toEqual([]);
  expect(leads?.group).toMatchObject({ count: LIFTS / 2 });
  expect(lasting.filter(({ hold }) => hold?.by === leads?.id)).toHaveLength(LIFTS / 2 - 1);
  expect(pagesOf([edge.head()])).toHaveLength(told);
  expect(pagesOf(lasting.filter(({ id }) => id !== leads?.id))).toEqual([]);
});

test('whose turn has not come is not paged, whatever falls due meanwhile', async () => {
  const edge = await storm();
  await edge.order('resolve', 'li', edge.head());
  const { id } = edge.head();
  const waiting = edge.members().filter(({ hold }) => hold?.by === id);
  expect(waiting.length).toBeGreaterThan(LIFTS / 2);
  // Between two transactions, long enough for steps and promises to fall due.
  edge.clock.advance(130_000);
  await edge.settled();
  const leads = edge.members().filter(({ hold }) => hold === null);
  expect(leads).toHaveLength(1);
  expect(pagesOf(edge.members().filter(({ hold }) => hold !== null))).toEqual([]);
});

test('a promise that was kept by the answer is kept for those whose turn comes after it was due', async () => {
  const edge = await storm();
  await edge.pass(100_000);
  await edge.order('acknowledge', 'li', edge.head());
  edge.clock.advance(60_000);
  await edge.settled();
  const verdicts = edge.all().map(({ clocks }) => clocks.find(({ term }) => term === 'acknowledge')?.verdict);
  expect(new Set(verdicts)).toEqual(new Set(['met']));
  expect(edge.all().flatMap(({ timeline }) => timeline.filter(({ kind }) => kind === 'adjusted'))).toEqual([]);
});

test('who was taken by an answer is answered, though another comes for him first', async () => {
  const edge = await storm();
  await edge.order('acknowledge', 'li', edge.head());
  const last = edge.member(LIFTS - 1);
  expect(last.response).toBe('open');
  expect(await edge.order('acknowledge', 'wang', last)).toMatchObject({
    state: 'refused',
    reason: expect.stringContaining('li has it already'),
  });
  const worse = edge.member(LIFTS - 2);
  const report = {
    commandId: 'worse',
    asset: worse.asset,
    fault: FAULT,
    severity: 'critical',
    reporter: 'wang',
  } as const;
  await edge.pipeline.report(report, edge.clock.now(), 'edge');
  const kinds = edge.member(LIFTS - 2).timeline.map(({ kind }) => kind);
  expect(kinds.indexOf('acknowledged')).toBeGreaterThan(0);
  expect(kinds.indexOf('acknowledged')).toBeLessThan(kinds.indexOf('upgraded'));
  await edge.settled();
  expect(edge.members().every(({ responder }) => responder === 'li')).toBe(true);
});

test('an answer that is taken back before it has reached all of them is taken back for all of them', async () => {
  const edge = await storm();
  await edge.order('acknowledge', 'li', edge.head());
  await edge.order('release', 'li', edge.head());
  await edge.settled();
  expect(new Set(edge.all().map(({ response }) => response))).toEqual(new Set(['open']));
  for (const { timeline } of edge.members())
    expect(timeline.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['acknowledged', 'released']));
});

test('who has a large group may take what has joined it since, and hears that there was something', async () => {
  const edge = await storm();
  await edge.order('acknowledge', 'li', edge.head());
  await edge.settled();
  expect(await edge.order('acknowledge', 'li', edge.head())).toMatchObject({ state: 'refused' });
  await edge.say('z0-board', 'phase_loss');
  edge.fault(lift(7), 'door_blocked');
  await edge.settled();
  const late = edge.one(lift(7), 'door_blocked');
  const takes = late.hold?.by === edge.head().id ? edge.head() : edge.one('z0-board', 'phase_loss');
  expect(await edge.order('acknowledge', 'li', takes)).toMatchObject({ state: 'done', modified: true });
  expect(edge.one(lift(7), 'door_blocked').responder).toBe('li');
});

test('whoever takes what is left of a group before all have come over to it takes all of it', async () => {
  const edge = await storm();
  await edge.order('resolve', 'li', edge.head());
  while (edge.members().every(({ hold }) => hold !== null)) await edge.pipeline.flush();
  const leads = edge.members().find(({ hold }) => hold === null) as Incident;
  expect(edge.pipeline.status().turnsToCome).toBeGreaterThan(0);
  await edge.order('acknowledge', 'wang', leads);
  await edge.settled();
  expect(new Set(edge.members().map(({ responder }) => responder))).toEqual(new Set(['wang']));
});

test('a window over many that ends lets out one group, some in each transaction', async () => {
  const edge = house();
  const at = (after: number) => instantText(edge.clock.now() + after);
  edge.windows.push({
    id: 'w',
    zone: 'z0',
    from: at(0),
    to: at(60_000),
    by: 'wang',
    reason: 'works',
    madeAt: at(0),
  });
  for (let n = 0; n < LIFTS; n += 1) edge.fault(lift(n), FAULT);
  await edge.settled();
  for (let n = 0; n < LIFTS / 2; n += 1) edge.fault(lift(n), FAULT, 'cleared');
  await edge.settled();
  expect(new Set(edge.all().map(({ hold }) => hold?.reason))).toEqual(new Set(['maintenance']));
  edge.commits.length = 0;
  edge.clock.advance(60_000);
  await edge.settled();
  await edge.settled();
  expect(edge.all().filter(({ response }) => response === 'closed')).toHaveLength(LIFTS / 2);
  const open = edge.all().filter(({ response }) => response === 'open');
  expect(open.filter(({ hold }) => hold === null)).toHaveLength(1);
  expect(pagesOf(open)).toHaveLength(1);
  expect(open.every(({ clocks }) => clocks.every(({ verdict }) => verdict === 'running'))).toBe(true);
  // The turns, and what was ticked in the same transaction.
  expect(Math.max(...edge.commits.map(({ incidents }) => incidents.length))).toBeLessThanOrEqual(2 * MAX_TURNS + 1);
});

test('one whose turn cannot be taken stops nobody else’s, and the failing ends', async () => {
  const first = await storm();
  await first.order('acknowledge', 'li', first.head());
  const disk = structuredClone(first.disk);
  await first.pipeline.stop();
  const poisoned = first.member(LIFTS - 2);
  disk.incidents.set(poisoned.id, { ...poisoned, response: 'open', pages: null } as unknown as Incident);
  const failures: string[] = [];
  const store = createMemoryStore({ disk });
  const pipeline = createLonePipeline({
    registry: REGISTRY,
    store,
    clock: createFakeClock(first.clock.now()),
    log: { warn: (_: object, message: string) => void failures.push(message) },
  });
  for (let n = 0; n < 200 && pipeline.status().turnsToCome > 0; n += 1) await pipeline.flush();
  expect(pipeline.status().turnsToCome).toBe(0);
  const others = store.incidents({ limit: 1_000 }).filter(({ id }) => id !== poisoned.id);
  expect(new Set(others.map(({ response }) => response))).toEqual(new Set(['acknowledged']));
  expect(failures.length).toBeGreaterThan(1);
  expect(failures.length).toBeLessThan(2 * MAX_TURNS + 3);
});
