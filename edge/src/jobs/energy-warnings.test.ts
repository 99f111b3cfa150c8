import type { ApprovedChange } from '@keepsite/cloud-contract';
import { type DailyEnergy, Registry } from '@keepsite/edge-contract';
import { seededRandom, shiftDay } from '@keepsite/edge-energy';
import { describe, expect, test } from 'vitest';
import type { Breach } from '../domain/breach.ts';
import { createMemoryStore } from '../testing/memory-store.ts';
import { createEnergyWarnings } from './energy-warnings.ts';

const FIRST = '2025-01-06';
const REGISTRY = Registry.parse({
  version: 1,
  sites: [{ id: 'park', name: { en: 'Park', zh: '园区' }, zone: 'Asia/Shanghai', kind: 'office-park' }],
  zones: [{ id: 'z', site: 'park', name: { en: 'Z', zh: 'Z' } }],
  assets: [{ id: 'board', zone: 'z', kind: 'switchboard', name: { en: 'Board', zh: '配电' } }],
  devices: [{ id: 'meter-1', family: 'f', asset: 'board' }],
});

/** A new tenant moves in on the 200th day, and uses more from then on. */
const CHANGE: ApprovedChange = {
  id: 'tenant',
  assets: ['board'],
  from: shiftDay(FIRST, 200),
  to: shiftDay(FIRST, 214),
  by: 'li',
  reason: 'a tenant on the third floor',
};
const NEW_LEVEL = { newLevelFrom: CHANGE.from, direction: 'more' } as const;

/** The night on which half a year is known. */
const LEARNED = shiftDay(FIRST, 179);

/** A meter of 160 kWh a night, 960 a workday and 480 on a day of the weekend; the same scatter on every run. */
function meter(change: Partial<DailyEnergy> = {}) {
  const next = seededRandom(5);
  return (n: number, nightTimes = 1): DailyEnergy => {
    const scatter = () => 0.95 + 0.1 * next();
    const night = 160 * scatter() * nightTimes;
    const kwh = night + (n % 7 >= 5 ? 480 : 960) * scatter();
    const day = shiftDay(FIRST, n);
    const row = { asset: 'board', device: 'meter-1', day, kwh, peakKw: null, peakAt: null, nightShare: night / kwh };
    return { ...row, usualKwh: null, coverage: 1, ...change };
  };
}

function bench(rowOf = meter()) {
  const store = createMemoryStore();
  const raised: Breach[] = [];
  const failed: unknown[] = [];
  const time = { now: 0 };
  const warnings = createEnergyWarnings({
    registry: () => REGISTRY,
    store,
    pipeline: { raise: (found) => Promise.resolve(void raised.push(found)) },
    clock: { now: () => time.now },
    events: { workFailed: (_, error) => void failed.push(error) },
  });
  async function look(day: string): Promise<void> {
    time.now = Date.parse(`${day}T16:10Z`);
    await warnings.look([day]);
    expect(failed).toEqual([]);
  }
  /** Reckons the days one after the other, as the nights go by. */
  async function live(from: number, to: number, nightTimes = 1): Promise<void> {
    for (let n = from; n < to; n += 1) {
      store.saveDaily([rowOf(n, nightTimes)]);
      await look(shiftDay(FIRST, n));
    }
  }
  /** The same all at once, as after a while without power. */
  async function leap(from: number, to: number, nightTimes = 1): Promise<void> {
    store.saveDaily(Array.from({ length: to - from }, (_, i) => rowOf(from + i, nightTimes)));
    await look(shiftDay(FIRST, to - 1));
  }
  /** The cloud sends all that is approved. */
  async function approve(version: number, changes: readonly Partial<ApprovedChange>[], client = 'acme') {
    const told = warnings.take({
      client,
      version,
      changes: changes.map((change) => ({ ...CHANGE, ...change })),
    });
    await warnings.settled();
    expect(failed).toEqual([]);
    return told;
  }
  return { store, raised, look, live, leap, approve };
}

test('nights that use a fifth more raise one minor incident within days, and it is cleared when they are mended', async () => {
  const { raised, live } = bench();
  await live(0, 200);
  expect(raised).toEqual([]);
  await live(200, 214, 1.2);
  expect(raised).toMatchObject([
    {
      state: 'raised',
      source: 'edge:energy-watch:meter-1:night',
      asset: 'board',
      fault: 'night_waste',
      severity: 'minor',
    },
  ]);
  // Scatter may have begun the sum a day or two before the fault, which was on the 25th.
  const { summary, firstSeenAt = 0 } = raised[0] ?? {};
  expect(summary?.en).toMatch(/^meter-1 has used \d+ kWh above its baseline at night since 2025-07-2[2-6]$/);
  expect(firstSeenAt).toBe(Date.parse(`${summary?.en.slice(-10)}T00:00+08:00`));
  await live(214, 244);
  const ofNights = raised.filter(({ source }) => source.endsWith(':night'));
  expect(ofNights.map(({ state }) => state)).toEqual(['raised', 'cleared']);
});

test('before half a year is known nothing is judged', async () => {
  const { raised, live } = bench();
  await live(0, 170);
  await live(170, 179, 2);
  expect(raised).toEqual([]);
});

test('days that were hardly measured are not judged, and are no saving', async () => {
  const { store, raised, live, look } = bench();
  await live(0, 200);
  const unknown = meter({ coverage: 0.5 });
  const lost = meter({ kwh: null, nightShare: null });
  for (let n = 200; n < 220; n += 1) {
    store.saveDaily([n % 2 === 0 ? unknown(n, 3) : lost(n)]);
    await look(shiftDay(FIRST, n));
  }
  expect(raised).toEqual([]);
});

test('a day that is reckoned again is not judged twice', async () => {
  const { raised, live } = bench();
  await live(0, 200);
  // Four percent are no news on one day; heard twenty times they would be.
  for (let again = 0; again < 20; again += 1) await live(200, 201, 1.04);
  expect(raised).toEqual([]);
});

test('days that were caught up on are judged one by one', async () => {
  const rowOf = meter();
  const { store, raised, live, look } = bench(rowOf);
  await live(0, 200);
  store.saveDaily(Array.from({ length: 14 }, (_, i) => rowOf(200 + i, 1.2)));
  await look(shiftDay(FIRST, 213));
  expect(raised).toMatchObject([{ state: 'raised', fault: 'night_waste' }]);
});

describe('a baseline serves a year', () => {
  test('then what has become usual is the new one, and a rise above that is found', async () => {
    const { store, raised, live, leap } = bench();
    await leap(0, 200);
    await leap(200, 520, 0.6);
    // A third above what the nights have fallen to is still less than before.
    await leap(520, 534, 0.8);
    await live(543, 544, 0.6);
    expect([ofNights(raised), kept(store).night]).toEqual([[], expect.closeTo(160, -1)]);
    await live(565, 566, 0.6);
    expect([kept(store).learned, kept(store).night]).toEqual([shiftDay(FIRST, 565), expect.closeTo(96, -1)]);
    await leap(566, 580, 0.8);
    expect(ofNights(raised)).toEqual(['raised']);
  });

  test('but not while a warning stands: the rise is not to become what is usual', async () => {
    const { store, raised, leap } = bench();
    await leap(0, 200);
    await leap(200, 540);
    await leap(540, 580, 1.2);
    expect([ofNights(raised).at(-1), kept(store).learned]).toEqual(['raised', shiftDay(FIRST, 199)]);
    await leap(580, 640);
    expect(ofNights(raised).at(-1)).toBe('cleared');
    expect([kept(store).learned > shiftDay(FIRST, 600), kept(store).night]).toEqual([true, expect.closeTo(160, -1)]);
  });

  test('and days over which a warning stood teach nothing: where few others are left it stays longer', async () => {
    const { store, raised, live, leap } = bench();
    await leap(0, 200);
    for (let n = 200; n < 590; n += 66) {
      await leap(n, n + 44, 1.5);
      await leap(n + 44, n + 66);
    }
    await live(596, 626);
    expect([ofNights(raised).at(-1), kept(store).learned]).toEqual(['cleared', shiftDay(FIRST, 199)]);
  });
});

describe('a change that a person approved', () => {
  test('is no rise: the warning ends, the new level is usual four weeks later, and what rises above it warns', async () => {
    const { raised, live, approve } = bench();
    await live(0, 200);
    await live(200, 214, 1.2);
    expect(ofNights(raised)).toEqual(['raised']);
    expect(await approve(1, [NEW_LEVEL])).toEqual({ state: 'done', modified: true, reason: null });
    expect(ofNights(raised)).toEqual(['raised', 'cleared']);
    await live(214, 300, 1.2);
    expect(ofNights(raised)).toEqual(['raised', 'cleared']);
    await live(300, 314, 1.2 * 1.2);
    expect(ofNights(raised)).toEqual(['raised', 'cleared', 'raised']);
    expect(raised.at(-1)?.summary).toEqual({
      en: expect.stringMatching(
        /; its level is provisional since 2025-07-25, approved by li: a tenant on the third floor$/,
      ),
      zh: expect.stringMatching(/；2025-07-25起采用暂定水平（li批准：a tenant on the third floor）$/),
    });
  });

  test('until the new level is known nothing is judged by the old one', async () => {
    const { raised, live, approve } = bench();
    await live(0, 200);
    await approve(1, [NEW_LEVEL]);
    await live(200, 227, 1.5);
    expect(raised).toEqual([]);
  });

  test('what falls is judged by the level before until the new one is known: a rise above that is one in any case', async () => {
    const { raised, live, approve } = bench();
    await live(0, 200);
    await approve(1, [{ newLevelFrom: CHANGE.from, direction: 'less' }]);
    await live(200, 214, 1.3);
    expect(ofNights(raised)).toEqual(['raised']);
  });

  test('once half a year of the new level is known it is a baseline of its own', async () => {
    const { store, raised, live, leap, approve } = bench();
    await live(0, 200);
    await approve(1, [NEW_LEVEL]);
    await leap(200, 379, 1.2);
    expect([kept(store).learned, kept(store).levels]).toEqual([LEARNED, ['acme/tenant']]);
    await live(379, 380, 1.2);
    expect(kept(store)).toMatchObject({ learned: shiftDay(FIRST, 379), night: expect.closeTo(192, -1) });
    expect([kept(store).levels, raised]).toEqual([undefined, []]);
  });

  test('without a new level its days are left out, and what was usual before stays so', async () => {
    const { store, raised, live, approve } = bench();
    await live(0, 200);
    await live(200, 214, 1.2);
    await approve(1, [{}]);
    expect(ofNights(raised)).toEqual(['raised', 'cleared']);
    await live(214, 240);
    expect(ofNights(raised)).toEqual(['raised', 'cleared']);
    await live(240, 254, 1.2);
    expect([ofNights(raised).at(-1), kept(store).learned]).toEqual(['raised', LEARNED]);
  });

  test.each([
    ['soon after', 230],
    ['when the new level had a baseline of its own', 390],
  ])('that is withdrawn %s is a rise again, of which only what stands now is told', async (_, withdrawn) => {
    const { store, raised, live, leap, approve } = bench();
    await live(0, 200);
    await approve(1, [NEW_LEVEL]);
    await leap(200, withdrawn, 1.2);
    expect(raised).toEqual([]);
    await approve(2, []);
    expect([ofNights(raised), kept(store).learned]).toEqual([['raised'], LEARNED]);
    await live(withdrawn, withdrawn + 1, 1.2);
    expect(ofNights(raised)).toEqual(['raised']);
  });

  test('teaches nothing of the days on the way to its new level', async () => {
    const { raised, live, leap, approve } = bench();
    await live(0, 200);
    await approve(1, [{ ...NEW_LEVEL, newLevelFrom: shiftDay(FIRST, 220) }]);
    await leap(200, 220, 3);
    await leap(220, 260, 1.2);
    expect(raised).toEqual([]);
    await live(260, 274, 1.2 * 1.2);
    expect(ofNights(raised)).toEqual(['raised']);
  });

  test('of another meter changes nothing here', async () => {
    const { raised, live, approve } = bench();
    await live(0, 200);
    await approve(1, [{ ...NEW_LEVEL, assets: ['other'] }]);
    await live(200, 214, 1.2);
    expect(ofNights(raised)).toEqual(['raised']);
  });

  test('stands, whatever is approved for other clients', async () => {
    const { raised, live, approve } = bench();
    await live(0, 200);
    await approve(1, [NEW_LEVEL]);
    await approve(1, [{ ...NEW_LEVEL, assets: ['other'] }], 'beta');
    await live(200, 214, 1.2);
    expect(raised).toEqual([]);
  });

  test('comes whole and in order: again it changes nothing, an older version and one that cannot be read are refused', async () => {
    const { store, raised, live, approve } = bench();
    await live(0, 200);
    await approve(3, [NEW_LEVEL]);
    await live(200, 240, 1.2);
    const before = store.cursor('energy-watch:meter-1:board');
    expect(await approve(3, [NEW_LEVEL])).toEqual({ state: 'done', modified: false, reason: null });
    expect(await approve(2, [])).toMatchObject({ state: 'refused', reason: expect.stringContaining('version 3') });
    expect(await approve(4, [{ by: '' }])).toMatchObject({ state: 'refused', modified: false });
    expect([store.cursor('energy-watch:meter-1:board'), raised]).toEqual([before, []]);
  });

  test('what a gateway keeps of a meter stays small', async () => {
    const { store, live, approve } = bench();
    await live(0, 200);
    await approve(1, [NEW_LEVEL]);
    await live(200, 240, 1.2);
    expect(store.cursor('energy-watch:meter-1:board')?.length).toBeLessThan(5_000);
  });
});

function ofNights(raised: readonly Breach[]): string[] {
  return raised.filter(({ source }) => source.endsWith(':night')).map(({ state }) => state);
}

/** The last day of what the meter's baseline was learned from, and its usual night. */
function kept(store: ReturnType<typeof createMemoryStore>) {
  const { learned, levels, baseline } = JSON.parse(store.cursor('energy-watch:meter-1:board') ?? '') as {
    learned: string;
    levels?: string[];
    baseline: { usual: { night: number[] } };
  };
  return { learned, levels, night: Math.max(...baseline.usual.night) };
}
