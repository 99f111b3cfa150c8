import { ResponseBook, ResponseConfiguration, type RosterChangeBody } from '@keepsite/edge-contract';
import { onCall } from '@keepsite/edge-response';
import { describe, expect, test } from 'vitest';
import { createFacility } from '../facility.ts';
import type { SetupTexts } from '../setup.ts';
import { createFakeClock } from '../testing/fake-clock.ts';
import { createResponseDesk } from './desk.ts';
import type { ResponseTexts } from './kept.ts';

const NOW = Date.parse('2026-03-02T08:00:00Z');
const name = (text: string) => ({ en: text, zh: text });
const person = (id: string) => ({ id, name: id, addresses: [{ channel: 'mqtt', to: id }] });

/** What an installer wrote: one roster with two people, a day each. */
const REGISTRY = `
version: 1
sites: [{ id: park, name: { en: Park, zh: 园区 }, zone: Asia/Shanghai, kind: office-park }]
zones: []
assets: []
devices: []
people: [{ id: own, name: own, addresses: [{ channel: mqtt, to: own }] }]
rosters:
  - id: duty
    version: 1
    name: { en: Duty, zh: 值班 }
    zone: Asia/Shanghai
    calendar: china
    layers: [{ id: all, members: [own], from: 2026-01-01T08:00 }]
plans: [{ id: p, version: 1, steps: [{ afterSeconds: 0, page: [duty] }], alert: [own] }]
`;

const roster = (members: string[]) => ({
  id: 'duty',
  version: 2,
  name: name('Duty'),
  zone: 'Asia/Shanghai',
  layers: [{ id: 'all', members, from: '2026-01-01T08:00' }],
});

/** A version that puts one person on call. */
function version(number: number, who = 'an', more: object = {}) {
  return ResponseConfiguration.parse({
    version: number,
    people: [person('an'), person('bo')],
    rosters: [roster([who])],
    plans: [{ id: 'p', version: 2, steps: [{ afterSeconds: 0, page: ['duty'] }], alert: ['bo'] }],
    ...more,
  });
}

/** An edge's files in memory; `boot` starts anew with what is on them. */
function createBench(kept: Partial<ResponseTexts> = {}) {
  const disk: ResponseTexts = { pulled: null, former: null, changes: null, ...kept };
  const clock = createFakeClock(NOW);
  const bench = { disk, clock, tookEffect: 0, unwritable: false, boot };
  const texts = (): SetupTexts => ({
    registry: { name: 'registry.yaml', text: REGISTRY },
    adopted: null,
    rules: [],
    mappings: [],
    response: { ...disk },
  });
  let ids = 0;

  function boot() {
    const facility = createFacility(texts(), NOW, { info: () => undefined });
    const takeEffect = async () => void (bench.tookEffect += 1);
    const desk = createResponseDesk({
      clock,
      current: () => facility.current,
      texts,
      prepare: (next) => facility.prepare(next, takeEffect),
      write: (file, text) => Object.assign(disk, { [file]: text }),
      channels: () => ['mqtt'],
      newId: () => `${(ids += 1)}`,
      log: { info: () => undefined },
    });
    const onDuty = () => {
      const { registry } = facility.current.setup;
      return onCall(registry.rosters[0]!, clock.now(), registry);
    };
    return { desk, onDuty };
  }
  return bench;
}

const hour = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();
const override: RosterChangeBody = {
  kind: 'override',
  from: hour(-1),
  to: hour(8),
  off: ['an'],
  on: ['bo'],
  reason: null,
};

describe('a version from the cloud', () => {
  test('takes the place of the registry’s own, survives a restart, and is there without the cloud', async () => {
    const bench = createBench();
    const { desk, onDuty } = bench.boot();
    expect(onDuty()).toEqual(['own']);
    expect(await desk.take(version(1))).toEqual({ state: 'done', modified: true, reason: null });
    expect(onDuty()).toEqual(['an']);
    expect(bench.tookEffect).toBe(1);
    const again = bench.boot();
    expect(again.onDuty()).toEqual(['an']);
    expect(again.desk.state()).toMatchObject({ source: 'cloud', version: 1, trouble: null });
  });

  test.each([
    [
      'whose step is empty',
      { plans: [{ id: 'p', version: 1, steps: [{ afterSeconds: 0 }] }] },
      /steps\.1: the step is empty/,
    ],
    [
      'whose step reaches nobody',
      { plans: [{ id: 'p', version: 1, steps: [{ afterSeconds: 0, page: ['x'] }] }] },
      /x is no roster/,
    ],
    ['whose roster has members nobody knows', { rosters: [roster(['ghost'])] }, /ghost is neither/],
  ])('%s is refused with the reason, and the last good one counts', async (_name, more, reason) => {
    const bench = createBench();
    const { desk, onDuty } = bench.boot();
    await desk.take(version(1));
    const before = { ...bench.disk };
    const answer = await desk.take({ ...version(2), ...more });
    expect(answer).toMatchObject({ state: 'refused', modified: false });
    expect(answer.reason).toMatch(reason);
    expect(onDuty()).toEqual(['an']);
    expect(bench.disk).toEqual(before);
  });

  test('that is no configuration at all is refused too', async () => {
    const { desk } = createBench().boot();
    expect(await desk.take({ version: 'two' })).toMatchObject({
      state: 'refused',
      reason: expect.stringMatching(/^version: /),
    });
  });

  test('that comes twice changes nothing, and an old one cannot undo a newer', async () => {
    const { desk, onDuty } = createBench().boot();
    await desk.take(version(2));
    expect(await desk.take(version(2))).toEqual({ state: 'done', modified: false, reason: null });
    expect(await desk.take(version(1, 'bo'))).toMatchObject({
      state: 'refused',
      reason: expect.stringContaining('version 2'),
    });
    expect(onDuty()).toEqual(['an']);
  });

  test('whose file is damaged gives way to the one before it, and the edge says so', async () => {
    const bench = createBench();
    const { desk } = bench.boot();
    await desk.take(version(1, 'an'));
    await desk.take(version(2, 'bo'));
    Object.assign(bench.disk, { pulled: bench.disk.pulled!.slice(0, 100) });
    const after = bench.boot();
    expect(after.onDuty()).toEqual(['an']);
    expect(after.desk.state().trouble).toMatch(/damaged .*version 1 count/);
    expect(await after.desk.take(version(3, 'bo'))).toMatchObject({ state: 'done' });
    expect(after.desk.state()).toMatchObject({ version: 3, trouble: null });
    expect(after.onDuty()).toEqual(['bo']);
  });

  test('when both files are damaged the registry’s own plans count', () => {
    const { desk, onDuty } = createBench({ pulled: '{', former: '{}' }).boot();
    expect(onDuty()).toEqual(['own']);
    expect(desk.state()).toMatchObject({
      source: 'registry',
      version: null,
      trouble: expect.stringContaining('registry'),
    });
  });
});

describe('what is changed at the edge itself', () => {
  test('counts at once, survives a restart, and the next version of the cloud does not drop it', async () => {
    const bench = createBench();
    const { desk, onDuty } = bench.boot();
    await desk.take(version(1));
    const { id } = await desk.change('duty', override, 'dispatcher');
    expect(onDuty()).toEqual(['bo']);
    await desk.take(version(2));
    expect(onDuty()).toEqual(['bo']);
    expect(bench.boot().onDuty()).toEqual(['bo']);
    await desk.takeBack('duty', id);
    expect(onDuty()).toEqual(['an']);
  });

  test('is taken back for good, although the cloud has seen it and sends it back', async () => {
    const { desk, onDuty } = createBench().boot();
    await desk.take(version(1));
    const { id } = await desk.change('duty', override, 'dispatcher');
    const { book } = desk.state();
    await desk.take({ ...book, version: 2 });
    await desk.takeBack('duty', id);
    expect(onDuty()).toEqual(['an']);
  });

  test('says when it leaves nobody on call', async () => {
    const { desk } = createBench().boot();
    await desk.take(version(1));
    const { findings } = await desk.change('duty', { ...override, on: [], from: hour(1) }, 'dispatcher');
    expect(findings).toMatchObject([{ level: 'warning', text: { en: expect.stringContaining('nobody is on call') } }]);
  });

  test('is refused with the reason when it names nobody who is known, and changes nothing', async () => {
    const bench = createBench();
    const { desk } = bench.boot();
    await desk.take(version(1));
    await expect(desk.change('duty', { ...override, on: ['ghost'] }, 'd')).rejects.toMatchObject({
      code: 'ROSTER_CHANGE_REFUSED',
      message: expect.stringContaining('ghost is neither'),
    });
    await expect(desk.change('nights', override, 'd')).rejects.toMatchObject({ code: 'ROSTER_UNKNOWN' });
    await expect(desk.takeBack('duty', 'nothing')).rejects.toMatchObject({ code: 'ROSTER_UNKNOWN' });
    expect(bench.disk.changes).toBeNull();
  });

  test('that no longer fits the cloud’s people is kept, told, and counts again when it fits', async () => {
    const { desk, onDuty } = createBench().boot();
    await desk.take(version(1));
    await desk.change('duty', override, 'dispatcher');
    const alone = { people: [person('an')], plans: [{ ...version(1).plans[0], alert: ['an'] }] };
    await desk.take(version(2, 'an', alone));
    expect(onDuty()).toEqual(['an']);
    expect(desk.state().trouble).toMatch(/do not fit .*local-1 of duty/);
    await desk.take(version(3));
    expect(onDuty()).toEqual(['bo']);
    expect(desk.state().trouble).toBeNull();
  });

  test('is forgotten a month after it is over', async () => {
    const bench = createBench();
    const { desk } = bench.boot();
    await desk.take(version(1));
    await desk.change('duty', override, 'dispatcher');
    bench.clock.advance(40 * 86_400_000);
    await desk.change('duty', { kind: 'note', text: 'the pump hums' }, 'dispatcher');
    expect(desk.local('duty')).toEqual(['local-2']);
  });
});

test('the state tells the whole book and what is doubtful about it', async () => {
  const { desk } = createBench().boot();
  await desk.take(version(1));
  const state = desk.state();
  expect(ResponseBook.parse(state.book).people.map(({ id }) => id)).toEqual(['an', 'bo']);
  expect(state.findings).toEqual([]);
});
