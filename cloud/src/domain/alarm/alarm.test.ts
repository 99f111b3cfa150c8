import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  enlist,
  GATHER_MS,
  GROWTH_MS,
  HEARD_FOR_MS,
  ONE_STORM_MS,
  tend,
  type Alarm,
  type BlindSpell,
} from './alarm.ts';
import { Duty, unknownNames } from './duty.ts';
import { fileLadder } from './ladder.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const FILE = Duty.parse({
  version: 1,
  people: [
    {
      id: 'wang',
      name: 'Wang',
      addresses: [
        { channel: 'robot', to: '@wang' },
        { channel: 'phone', to: '138' },
      ],
    },
    { id: 'li', name: 'Li', addresses: [{ channel: 'robot', to: '@li' }] },
  ],
  steps: [
    { afterSeconds: 0, page: ['wang'], channels: ['robot'] },
    { afterSeconds: 300, page: ['wang', 'li'] },
  ],
  repeatEverySeconds: 900,
});

const DUTY = fileLadder(FILE);

describe('which alarm a silence belongs to', () => {
  test('an edge that goes blind opens an alarm whose id is its spell’s, however often it is asked', () => {
    const [alarm] = enlist([], [spell('e1')], 0, T0 + 30_000);
    expect(alarm).toMatchObject({ id: `blind.e1.${T0}`, openedAt: T0 + 30_000, pageFrom: T0 + 30_000 });
    expect(enlist([], [spell('e1')], 0, T0 + 90_000)[0]?.id).toBe(alarm?.id);
  });

  test('a hundred edges that fall silent within five minutes are one alarm', () => {
    const edges = Array.from({ length: 100 }, (_, i) => spell(`e${i}`, T0 + i * 100));
    const first = enlist([], edges.slice(0, 3), 97, T0 + 30_000);
    const second = enlist(first, edges.slice(3), 0, T0 + 35_000);
    expect([first.length, second.length, second[0]?.spells.length]).toEqual([1, 1, 100]);
  });

  test('an edge that is silent again while its alarm is open makes no second one', () => {
    const [alarm] = enlist([], [spell('e1', T0, T0 + 40_000)], 0, T0 + 30_000);
    const later = T0 + 10 * ONE_STORM_MS;
    expect(enlist([alarm!], [spell('e1', later)], 0, later + 30_000).map(({ id }) => id)).toEqual([alarm!.id]);
  });

  test('what somebody has already taken, or what is old, takes in no other edge', () => {
    const [alarm] = enlist([], [spell('e1')], 0, T0 + 30_000);
    const taken = { ...alarm!, acknowledgedAt: T0 + 31_000, acknowledgedBy: 'wang' };
    expect(enlist([taken], [spell('e2')], 0, T0 + 60_000).map(({ id }) => id)).toEqual([`blind.e2.${T0}`]);
    expect(enlist([alarm!], [spell('e2')], 0, alarm!.openedAt + ONE_STORM_MS + 1)[0]?.id).toBe(`blind.e2.${T0}`);
  });
});

describe('whom it pages when', () => {
  test('one edge is told at once, a storm after one heartbeat', () => {
    const [alone] = enlist([], [spell('e1')], 0, T0);
    const [storm] = enlist([], [spell('e1')], 4, T0);
    expect(ways(tend(alone!, DUTY, T0).owed)).toEqual(['wang.robot']);
    expect(tend(storm!, DUTY, T0 + GATHER_MS - 1).owed).toEqual([]);
    expect(ways(tend(storm!, DUTY, T0 + GATHER_MS).owed)).toEqual(['wang.robot']);
  });

  test('it escalates until somebody acknowledges, and begins the last step again', () => {
    let alarm = blind();
    const told: [number, string[]][] = [];
    for (let s = 0; s <= 2_200; s += 5) {
      const after = tend(alarm, DUTY, T0 + s * 1000);
      if (after.owed.length > 0) told.push([s, ways(after.owed)]);
      alarm = after.alarm;
    }
    const all = ['wang.robot', 'wang.phone', 'li.robot'];
    expect(told).toEqual([
      [0, ['wang.robot']],
      [300, all],
      [1_200, all],
      [2_100, all],
    ]);
    expect(tend({ ...alarm, acknowledgedAt: T0 }, DUTY, T0 + 90_000_000).owed).toEqual([]);
  });

  test('after an outage of our own the passed steps are one round, and nobody gets two pages over one way', () => {
    const { alarm, owed } = tend(blind(), DUTY, T0 + 3_600_000);
    expect(ways(owed)).toEqual(['wang.robot', 'wang.phone', 'li.robot']);
    expect(tend(alarm, DUTY, T0 + 3_600_001).owed).toEqual([]);
  });

  test('asked again about the same instant it owes the same pages', () => {
    const ids = (alarm: Alarm): string[] => tend(alarm, DUTY, T0).owed.map(({ id }) => id);
    expect(ids(blind())).toEqual(ids(blind()));
    expect(ids(blind())).toEqual([`blind.e1.${T0}.0.0.wang.robot`]);
  });

  test('a storm that grows is told again, to those who know of it, once a minute at most', () => {
    const first = tend(blind(), DUTY, T0).alarm;
    const grown = { ...first, spells: [...first.spells, spell('e2')] };
    expect(tend(grown, DUTY, T0 + GROWTH_MS - 1).owed).toEqual([]);
    const again = tend(grown, DUTY, T0 + GROWTH_MS);
    expect(ways(again.owed)).toEqual(['wang.robot']);
    expect(tend(again.alarm, DUTY, T0 + 2 * GROWTH_MS).owed).toEqual([]);
  });

  test('with nobody on duty an alarm stands and pages nobody', () => {
    const nobody = fileLadder({ ...FILE, people: [], steps: [] });
    expect(tend(blind(), nobody, T0 + 9e6)).toMatchObject({ alarm: { endedAt: null }, owed: [] });
  });
});

test('it is over once every edge has been heard for a minute, not before', () => {
  const alarm = { ...blind(), spells: [spell('e1', T0, T0 + 50_000), spell('e2', T0, T0 + 80_000)] };
  expect(tend(alarm, DUTY, T0 + 80_000 + HEARD_FOR_MS - 1).alarm.endedAt).toBeNull();
  expect(tend(alarm, DUTY, T0 + 80_000 + HEARD_FOR_MS).alarm.endedAt).toBe(T0 + 80_000 + HEARD_FOR_MS);
});

test('however spells come and whenever it is asked: no page id is ever owed twice', () => {
  const moments = fc.array(
    fc.record({ edge: fc.constantFrom('a', 'b', 'c'), wait: fc.integer({ min: 1, max: 900 }) }),
    {
      maxLength: 30,
    },
  );
  fc.assert(
    fc.property(moments, (story) => {
      let open: Alarm[] = [];
      let now = T0;
      const owed: string[] = [];
      for (const { edge, wait } of story) {
        now += wait * 1000;
        const merged = new Map(
          [...open, ...enlist(open, [spell(edge, now - 30_000)], 0, now)].map((alarm) => [alarm.id, alarm]),
        );
        open = [...merged.values()].map((alarm) => {
          const after = tend(alarm, DUTY, now);
          owed.push(...after.owed.map(({ id }) => id));
          return after.alarm;
        });
      }
      expect(new Set(owed).size).toBe(owed.length);
    }),
  );
});

test('a duty list that names nobody’s id or no channel is told so', () => {
  const wrong = Duty.parse({ ...FILE, steps: [{ afterSeconds: 0, page: ['zhao'], channels: ['pigeon'] }] });
  expect(unknownNames(wrong, new Set(['robot', 'phone']))).toEqual([
    'there is no person zhao',
    'there is no channel named pigeon',
  ]);
  expect(Duty.safeParse({ ...FILE, steps: [...FILE.steps].reverse() }).success).toBe(false);
});

function spell(edge: string, since = T0, until: number | null = null): BlindSpell {
  return { edge, since, until };
}

function blind(): Alarm {
  const [alarm] = enlist([], [spell('e1')], 0, T0);
  if (!alarm) throw new Error('no alarm');
  return alarm;
}

function ways(owed: readonly { to: { person: string; channel: string } }[]): string[] {
  return owed.map(({ to }) => `${to.person}.${to.channel}`);
}
