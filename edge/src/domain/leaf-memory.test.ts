import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type LeafCell, LeafMemory, NO_ROW, type NeverShown, type Shown } from './leaf-memory.ts';

const never: fc.Arbitrary<NeverShown> = fc.record({ truth: fc.constantFrom(false, null) });
const when = fc.option(fc.nat(9));
const shown: fc.Arbitrary<Shown> = fc.record({
  truth: fc.constantFrom(true, false, null),
  value: fc.constantFrom(0, 1.5, -1, 'open', '', true, false, null),
  deviceAt: when,
  at: fc.nat(9),
  since: fc.nat(9),
  figure: when,
  until: when,
});
const said = fc.record({
  leaf: fc.constantFrom(0, 1, 5_000),
  device: fc.constantFrom('meter-1', 'meter-2'),
  part: fc.constantFrom(null, 'a'),
  what: fc.oneof(never, shown),
});
const transactions = fc.array(fc.record({ all: fc.array(said, { maxLength: 12 }), isTakenBack: fc.boolean() }), {
  maxLength: 8,
});

/** Takes back what it heard of, the newest first. */
class Notes {
  readonly #notes: (() => void)[] = [];
  note(place: { restore(row: number, before: unknown): void }, row: number, before: unknown): void {
    this.#notes.push(() => place.restore(row, before));
  }
  forget(): void {
    this.#notes.length = 0;
  }
  takeBack(): void {
    for (const back of this.#notes.splice(0).toReversed()) back();
  }
}

const saved = new Map<number, LeafCell>([
  [1, [{ device: 'meter-2', part: 'a', truth: null }]],
  [
    5_000,
    [
      { device: 'meter-1', part: null, truth: true, value: 7, deviceAt: null, at: 1, since: 2, figure: 3, until: null },
      { device: 'old', part: 'a', truth: false },
    ],
  ],
]);

test('a leaf knows what was said of its series last; what was taken back was never said; what is read late is as it was', () => {
  fc.assert(
    fc.property(transactions, (steps) => {
      const notes = new Notes();
      const asked: number[] = [];
      const memory = new LeafMemory((leaf) => {
        asked.push(leaf);
        return saved.get(leaf);
      }, notes);
      let plain = new Map(saved);
      const moments = [];
      for (const { all, isTakenBack } of steps) {
        notes.forget();
        const before = new Map(plain);
        for (const { leaf, device, part, what } of all) {
          const known = memory.rowOf(leaf, device, part);
          const row = known === NO_ROW ? memory.add(leaf, device, part) : known;
          memory.write(row, what);
          plain.set(leaf, withSeries(plain.get(leaf) ?? [], { device, part, ...what }));
          expect(memory.read(row)).toEqual({ device, part, ...what });
          expect(memory.countOf(leaf)).toBe(plain.get(leaf)?.length);
        }
        if (isTakenBack) notes.takeBack();
        if (isTakenBack) plain = before;
        moments.push({ entries: memory.entries(), asWas: entriesOf(plain, asked) });
      }
      for (const { entries, asWas } of moments) expect([...entries]).toEqual(asWas);
      for (const leaf of [0, 1, 5_000, 7]) expect(memory.cellOf(leaf)).toEqual(plain.get(leaf) ?? []);
      expect(new Set(asked).size).toBe(asked.length);
    }),
  );
});

test('what an older version saved of one that has never shown it is read as that', () => {
  const older = { device: 'd', part: null, truth: false, value: null, deviceAt: null, at: null, since: 0 };
  const memory = new LeafMemory(() => [older as unknown as LeafCell[number]], null);
  const row = memory.rowOf(0, 'd', null);
  expect([memory.hasShown(row), memory.untilOf(row), memory.read(row)]).toEqual([
    false,
    null,
    { device: 'd', part: null, truth: false },
  ]);
});

test('more series than there was room for keep theirs', () => {
  const memory = new LeafMemory(() => undefined, null);
  const rows = Array.from({ length: 5_000 }, (_, n) => memory.add(n % 100, `d${n}`, null));
  for (const [n, row] of rows.entries())
    memory.write(row, { truth: true, value: n, deviceAt: n, at: n, since: n, figure: null, until: n });
  for (const [n, row] of rows.entries())
    expect(memory.read(row)).toMatchObject({ device: `d${n}`, value: n, until: n });
});

function withSeries(cell: LeafCell, series: LeafCell[number]): LeafCell {
  const place = cell.findIndex(({ device, part }) => device === series.device && part === series.part);
  return place < 0 ? [...cell, series] : cell.with(place, series);
}

/** Of those that were asked for, in the order of their numbers. */
function entriesOf(plain: ReadonlyMap<number, LeafCell>, asked: readonly number[]): [number, LeafCell][] {
  const known = asked.toSorted((a, b) => a - b).map((leaf): [number, LeafCell] => [leaf, plain.get(leaf) ?? []]);
  return known.filter(([, cell]) => cell.length > 0);
}
