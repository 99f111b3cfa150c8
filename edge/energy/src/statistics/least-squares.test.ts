import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fitGroups } from './grouped-fit.ts';
import { factor } from './least-squares.ts';

const column = (...values: number[]) => Float64Array.from(values);
const value = fc.double({ min: -100, max: 100, noNaN: true }).map((x) => Math.round(x * 100) / 100);

/** Another way to the same coefficients: Gauss on the normal equations. */
function normalEquations(columns: readonly Float64Array[], outcome: Float64Array): number[] {
  const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, x, i) => sum + x * b[i]!, 0);
  const rows = columns.map((a) => [...columns.map((b) => dot(a, b)), dot(a, outcome)]);
  for (const [i, row] of rows.entries()) {
    for (const [k, other] of rows.entries()) {
      if (k === i) continue;
      const share = other[i]! / row[i]!;
      for (let j = i; j < other.length; j += 1) other[j] = other[j]! - share * row[j]!;
    }
  }
  return rows.map((row, i) => row.at(-1)! / row[i]!);
}

describe('least squares', () => {
  test('agrees with the normal equations', () => {
    const columns = [column(1, 1, 1, 1, 1), column(1, 2, 3, 4, 7), column(2, 0, 1, 5, 3)];
    const outcome = column(3, 5, 4, 9, 11);
    const expected = normalEquations(columns, outcome);
    for (const [j, coefficient] of factor(columns).solve(outcome).entries())
      expect(coefficient).toBeCloseTo(expected[j]!, 10);
  });

  test('a column that earlier ones explain is dropped, whichever that is; the others keep their order', () => {
    const one = column(1, 1, 1, 1, 1);
    const a = column(1, 2, 3, 4, 7);
    const twice = a.map((x) => 2 * x - 3);
    const b = column(2, 0, 1, 5, 3);
    const factored = factor([one, a, twice, b]);
    expect(factored.rank).toBe(3);
    expect(factored.kept).toEqual([0, 1, 3]);
    const solved = factored.solve(column(3, 5, 4, 9, 11));
    expect(solved[2]).toBeNull();
    const without = factor([one, a, b]).solve(column(3, 5, 4, 9, 11));
    expect([solved[0], solved[1], solved[3]].map((x) => x!.toFixed(9))).toEqual(without.map((x) => x!.toFixed(9)));
  });

  test('R’s tolerance: 1e-7 of a column’s own size', () => {
    const one = column(1, 1, 1, 1);
    expect(factor([one, column(1, 1, 1, 1 + 1e-9)]).rank).toBe(1);
    expect(factor([one, column(1, 1, 1, 1 + 1e-5)]).rank).toBe(2);
  });

  test('nothing to learn from: a column of zeros, more columns than rows', () => {
    expect(factor([column(0, 0, 0)]).solve(column(1, 2, 3))).toEqual([null]);
    expect(
      factor([column(1, 2), column(3, 5), column(4, 4)])
        .solve(column(1, 1))
        .filter((x) => x === null),
    ).toHaveLength(1);
    expect(factor([]).solve(column())).toEqual([]);
  });

  test('the residuals are at right angles to every column, also to dropped ones', () => {
    const rows = fc.array(fc.tuple(value, value, value), { minLength: 5, maxLength: 30 });
    fc.assert(
      fc.property(rows, (drawn) => {
        const columns = [
          drawn.map(() => 1),
          drawn.map(([a]) => a),
          drawn.map(([a, b]) => a - b),
          drawn.map(([, b]) => b),
        ].map((x) => Float64Array.from(x));
        const outcome = Float64Array.from(drawn, ([, , c]) => c);
        const solved = factor(columns).solve(outcome);
        const residual = outcome.map(
          (y, i) => y - solved.reduce<number>((sum, x, j) => sum + (x ?? 0) * columns[j]![i]!, 0),
        );
        for (const each of columns)
          expect(Math.abs(each.reduce((sum, x, i) => sum + x * residual[i]!, 0))).toBeLessThan(1e-4);
      }),
    );
  });

  test('the influence of the outcomes gives the same as the coefficients', () => {
    const columns = [column(1, 1, 1, 1, 1), column(1, 2, 3, 4, 7), column(2, 4, 6, 8, 14), column(2, 0, 1, 5, 3)];
    const outcome = column(3, 5, 4, 9, 11);
    const factored = factor(columns);
    const combination = [2, -1, 0, 4];
    const direct = factored.solve(outcome).reduce<number>((sum, x, j) => sum + (x ?? 0) * combination[j]!, 0);
    expect(factored.influence(combination).reduce((sum, x, i) => sum + x * outcome[i]!, 0)).toBeCloseTo(direct, 10);
  });
});

describe('levels per group and common slopes', () => {
  const rows = Array.from({ length: 40 }, (_, i) => {
    const group = (i * 7) % 5;
    const terms = [Math.sin(i) * 10, (i % 9) * (group + 1)];
    return {
      group,
      terms,
      outcome: group * 3 + 2 * terms[0]! - terms[1]! + Math.cos(i * 3),
      weight: i % 3 === 0 ? 0.5 : 1,
    };
  });

  test('are those of a regression with one column per group', () => {
    const root = rows.map(({ weight }) => Math.sqrt(weight));
    const dummies = [0, 1, 2, 3, 4].map((group) =>
      Float64Array.from(rows, (row, i) => (row.group === group ? root[i]! : 0)),
    );
    const terms = [0, 1].map((j) => Float64Array.from(rows, (row, i) => row.terms[j]! * root[i]!));
    const solved = factor([...dummies, ...terms]).solve(Float64Array.from(rows, (row, i) => row.outcome * root[i]!));
    const fit = fitGroups(rows, 2);
    for (const group of [0, 1, 2, 3, 4]) expect(fit.levels.get(group)).toBeCloseTo(solved[group]!, 9);
    for (const j of [0, 1]) expect(fit.slopes[j]).toBeCloseTo(solved[5 + j]!, 9);
  });

  test('a group that was never seen has no prediction', () => {
    expect(fitGroups(rows, 2).predict(9, [1, 1])).toBeNull();
  });

  test('a term that is constant within every group is dropped', () => {
    const fit = fitGroups(
      rows.map((row) => ({ ...row, terms: [row.group * 4, row.terms[0]!] })),
      2,
    );
    expect(fit.slopes[0]).toBeNull();
    expect(fit.slopes[1]).not.toBeNull();
  });

  test('the influence of the outcomes gives the sum of the predictions', () => {
    const fit = fitGroups(rows, 2);
    const asked = [
      { group: 1, terms: [3, 4] },
      { group: 4, terms: [-2, 0] },
      { group: 1, terms: [0, 9] },
    ];
    const sum = asked.reduce((total, { group, terms }) => total + fit.predict(group, terms)!, 0);
    expect(fit.influence(asked).reduce((total, x, i) => total + x * rows[i]!.outcome, 0)).toBeCloseTo(sum, 9);
  });
});
