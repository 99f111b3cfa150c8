import { describe, expect, test } from 'vitest';
import { Plant } from '../live/plant.ts';
import { fakeEdge, type FakeEdge } from '../testing/edge.ts';
import { buildWorld } from '../world/world.ts';
import { SCENARIOS } from './catalogue.ts';
import { Stories } from './stories.ts';

const START = Date.parse('2026-11-23T02:00:00.000Z');
const world = buildWorld(1);

interface Stage {
  readonly edge: FakeEdge;
  readonly plant: Plant;
  readonly stories: Stories;
  readonly forgotten: string[];
  /** Lives on and returns what devices said. */
  readonly live: (seconds: number) => Promise<string>;
}

function stage(): Stage {
  const edge = fakeEdge(START);
  const plant = new Plant(world, START);
  const forgotten: string[] = [];
  const stories = new Stories(world, plant, edge, edge, { forget: (asset) => void forgotten.push(asset) });
  const live = async (seconds: number) => {
    let said = '';
    for (let s = 0; s < seconds; s++) {
      edge.pass(1);
      said += plant
        .advance(edge.time)
        .map((message) => `${message.topic} ${message.payload}\n`)
        .join('');
      await stories.tick();
    }
    return said;
  };
  return { edge, plant, stories, forgotten, live };
}

describe('the stories', () => {
  test('are four, told in two languages, each with assets it can happen to', () => {
    expect(SCENARIOS.map(({ id }) => id)).toEqual([
      'trapped-passenger',
      'rainstorm-backflow',
      'night-waste',
      'sensor-goes-silent',
    ]);
    for (const { name, story, expected, assets } of SCENARIOS) {
      for (const text of [name, story, expected])
        expect([/[a-z]/.test(text.en), /\p{Script=Han}/u.test(text.zh)]).toEqual([true, true]);
      expect(assets(world).length).toBeGreaterThan(0);
      expect(assets(world).every((asset) => world.registry.assets.some(({ id }) => id === asset))).toBe(true);
    }
  });

  test('a trapped passenger: the begin is heard at once, and the end when the crew has resolved', async () => {
    const { edge, stories, live } = stage();
    expect(await stories.start('trapped-passenger')).toMatchObject({
      ok: true,
      run: { asset: 'bj-lift-3', fault: 'entrapment' },
    });
    expect(await live(2)).toContain('"faultEndTime":""');
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    expect(await live(60)).not.toContain('LiftFault');
    await edge.order('i-1', 'resolve', 'c', 'chen-bo');
    const after = await live(3);
    expect(after).toMatch(/"faultEndTime":"2026/);
    expect(after).toContain('"value":"opening"');
    expect(stories.running).toEqual([]);
  });

  test('a rainstorm: the level climbs past the critical mark, and is pumped down once every incident of it is resolved', async () => {
    const { edge, stories, live } = stage();
    await stories.start('rainstorm-backflow');
    const depths = (said: string) =>
      [...said.matchAll(/"deviceName":"bj-sump-1".*?"depth":(\d+)/g)].map((match) => Number(match[1]));
    const rising = depths(await live(400));
    expect(rising.at(-1)).toBeGreaterThan(110);
    edge.raise('i-1', 'bj-sump-1', 'level_rising');
    edge.raise('i-2', 'bj-pump-1', 'pump_failed');
    await edge.order('i-1', 'resolve', 'c', 'x');
    await live(3);
    expect(stories.running).toHaveLength(1);
    await edge.order('i-2', 'resolve', 'c', 'x');
    expect(depths(await live(60)).at(-1)).toBeLessThan(36);
    expect(stories.running).toEqual([]);
  });

  test('waste at night: the meter shows more than its contract allows, whatever the hour', async () => {
    const { stories, live } = stage();
    const powers = (said: string) =>
      [...said.matchAll(/shellypro3em-a8032ab20003\/status\/em:0 .*?"total_act_power":([\d.]+)/g)].map((match) =>
        Number(match[1]),
      );
    const before = powers(await live(20)).at(-1) ?? 0;
    await stories.start('night-waste');
    const after = powers(await live(20)).at(-1) ?? 0;
    expect(after - before).toBeGreaterThan(250_000);
    await stories.reset();
    expect(powers(await live(20)).at(-1)).toBeLessThan(before + 20_000);
  });

  test('a silent sensor says nothing until its incident is resolved', async () => {
    const { edge, stories, live } = stage();
    await stories.start('sensor-goes-silent');
    expect(await live(200)).not.toContain('dc-floor-1-rope');
    edge.raise('i-1', 'dc-floor-1', 'no_data');
    await edge.order('i-1', 'resolve', 'c', 'x');
    expect(await live(20)).toContain('dc-floor-1-rope');
  });

  test('expire: time runs at 20× and crews are held back until the promise is broken plus a little, then both are let go', async () => {
    const { edge, stories, forgotten, live } = stage();
    await stories.start('trapped-passenger', { expire: true });
    expect(edge.scale).toBe(20);
    expect(forgotten).toEqual(['bj-lift-3']);
    edge.raise('i-1', 'bj-lift-3', 'entrapment');
    await live(430);
    expect([edge.scale, stories.restrained('bj-lift-3')]).toEqual([20, true]);
    await live(30);
    expect([edge.scale, stories.restrained('bj-lift-3')]).toEqual([1, false]);
    expect(stories.running).toHaveLength(1);
  });

  test('expire does not hurry for ever when no promise is made', async () => {
    const { edge, stories } = stage();
    await stories.start('night-waste', { expire: true });
    edge.pass(41 * 60);
    await stories.tick();
    expect(edge.scale).toBe(1);
  });

  test('manual: crews are held back until the person has resolved it', async () => {
    const { edge, stories, live } = stage();
    await stories.start('trapped-passenger', { manual: true, asset: 'wg-lift-1' });
    edge.raise('i-1', 'wg-lift-1', 'entrapment');
    await live(600);
    expect([stories.restrained('wg-lift-1'), stories.restrained('bj-lift-3'), edge.scale]).toEqual([true, false, 1]);
    await edge.order('i-1', 'resolve', 'c', 'somebody');
    await live(1);
    expect(stories.restrained('wg-lift-1')).toBe(false);
  });

  test('an incident from before the story does not end it', async () => {
    const { edge, stories, live } = stage();
    edge.raise('old', 'bj-lift-3', 'entrapment');
    await edge.order('old', 'resolve', 'c', 'x');
    await live(10);
    await stories.start('trapped-passenger');
    await live(10);
    expect(stories.running).toHaveLength(1);
  });

  test('reset opens the doors, clears the faults and slows time down', async () => {
    const { edge, stories, live } = stage();
    await stories.start('trapped-passenger', { expire: true });
    await live(5);
    await stories.reset();
    expect(await live(3)).toMatch(/"faultEndTime":"2026/);
    expect([edge.scale, stories.running]).toEqual([1, []]);
  });

  test('an unknown story, an impossible asset and an asset that is taken are refused', async () => {
    const { stories } = stage();
    expect(await stories.start('earthquake')).toMatchObject({ ok: false });
    expect(await stories.start('trapped-passenger', { asset: 'bj-sump-1' })).toMatchObject({ ok: false });
    await stories.start('trapped-passenger', { asset: 'bj-lift-3' });
    expect(await stories.start('trapped-passenger', { asset: 'bj-lift-3' })).toMatchObject({
      ok: false,
      reason: 'a story is running on bj-lift-3',
    });
    expect(await stories.start('trapped-passenger')).toMatchObject({ ok: true, run: { asset: 'dc-lift-1' } });
  });
});
