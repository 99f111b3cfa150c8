import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fitLogit, lossOf, probabilityOf } from './logit.ts';

/** One row a week and person under watch, and whether the arrest came in it. */
function rossiPersonWeeks() {
  const [, ...lines] = readFileSync(join(import.meta.dirname, 'fixtures/rossi.csv'), 'utf8')
    .trim()
    .split(/\r?\n/);
  const values: number[] = [];
  const events: boolean[] = [];
  for (const line of lines) {
    const [week, arrest, ...rest] = line.split(',').map(Number) as [number, number, ...number[]];
    for (let now = 1; now <= week; now += 1) {
      values.push(Math.log(now), ...rest);
      events.push(now === week && arrest === 1);
    }
  }
  return { values: Float64Array.from(values), width: 8, events };
}

it('finds the published coefficients of the Rossi person-weeks', () => {
  const rows = rossiPersonWeeks();
  expect(rows.events).toHaveLength(19_809);
  const fit = fitLogit(rows);
  const published = [-5.16955, 0.37381, -0.3832, -0.0573, 0.31711, -0.15061, -0.4383, -0.08315, 0.09253];
  [fit?.intercept, ...(fit?.coefficients ?? [])].forEach((value, k) =>
    expect(value).toBeCloseTo(published[k] as number, 5),
  );
});

it('comes close to Cox’s model, as many short intervals must', () => {
  const fit = fitLogit(rossiPersonWeeks());
  const cox = [-0.37942, -0.05744, 0.3139, -0.1498, -0.4337, -0.08487, 0.0915];
  for (const [k, value] of cox.entries()) expect(Math.abs((fit?.coefficients[k + 1] ?? 0) - value)).toBeLessThan(0.005);
});

const SEPARATED = {
  values: Float64Array.from({ length: 10 }, (_, i) => i + 1),
  width: 1,
  events: [...Array.from({ length: 7 }, () => false), ...Array.from({ length: 3 }, () => true)],
};

it('has no answer where a feature parts events from the rest and no prior holds it', () => {
  expect(fitLogit(SEPARATED)).toBeNull();
  const held = fitLogit({ ...SEPARATED, prior: { mean: Float64Array.of(0), firmness: 1 } });
  expect(held?.coefficients[0]).toBeGreaterThan(0.5);
});

it('has no answer where a feature says nothing that another does not, or nobody left', () => {
  const values = Float64Array.from([1, 2, 2, 4, 3, 6, 4, 8]);
  expect(fitLogit({ values, width: 2, events: [true, false, true, false] })).toBeNull();
  expect(fitLogit({ ...SEPARATED, events: SEPARATED.events.map(() => false) })).toBeNull();
});

it('believes the prior where nothing else is said, and the rows where the prior is loose', () => {
  const belief = (firmness: number) =>
    fitLogit({ ...SEPARATED, prior: { mean: Float64Array.of(-3), firmness } })?.coefficients[0] ?? Number.NaN;
  expect(belief(1e9)).toBeCloseTo(-3, 5);
  expect(belief(1e-3)).toBeGreaterThan(1);
});

it('counts a row of weight 2 like two rows', () => {
  const prior = { mean: Float64Array.of(0), firmness: 0.5 };
  const weights = Float64Array.from(SEPARATED.events, (_, i) => (i === 4 ? 2 : 1));
  const twice = {
    width: 1,
    values: Float64Array.of(...SEPARATED.values, 5),
    events: [...SEPARATED.events, SEPARATED.events[4] as boolean],
  };
  const [one, other] = [fitLogit({ ...SEPARATED, weights, prior }), fitLogit({ ...twice, prior })];
  expect(one?.intercept).toBeCloseTo(other?.intercept ?? Number.NaN, 8);
  expect(one?.coefficients[0]).toBeCloseTo(other?.coefficients[0] ?? Number.NaN, 8);
});

const problems = fc
  .array(
    fc.record({
      a: fc.double({ min: -3, max: 3, noNaN: true }),
      b: fc.integer({ min: -2, max: 2 }),
      event: fc.boolean(),
    }),
    {
      minLength: 4,
      maxLength: 40,
    },
  )
  .filter((rows) => rows.some(({ event }) => event) && rows.some(({ event }) => !event));

it('stands at the bottom: no step aside is lower', () => {
  fc.assert(
    fc.property(
      problems,
      fc.constantFrom(0.3, 3, 30),
      fc.double({ min: -1, max: 1, noNaN: true }),
      (rows, firmness, belief) => {
        const prior = { mean: Float64Array.of(belief, 0), firmness };
        const events = rows.map(({ event }) => event);
        const fit = fitLogit({
          values: Float64Array.from(rows.flatMap(({ a, b }) => [a, b])),
          width: 2,
          events,
          prior,
        });
        const height = (intercept: number, [x, y]: readonly [number, number]) =>
          rows.reduce((sum, { a, b, event }) => sum + lossOf(event, intercept + x * a + y * b), 0) +
          (firmness / 2) * ((x - belief) ** 2 + y ** 2);
        const at = [...(fit?.coefficients ?? [])] as [number, number];
        const bottom = height(fit?.intercept ?? Number.NaN, at);
        for (const [i, x, y] of [
          [0.01, 0, 0],
          [-0.01, 0, 0],
          [0, 0.01, 0],
          [0, -0.01, 0],
          [0, 0, 0.01],
          [0, 0, -0.01],
        ] as const)
          expect(height((fit?.intercept ?? Number.NaN) + i, [at[0] + x, at[1] + y])).toBeGreaterThanOrEqual(
            bottom - 1e-9,
          );
      },
    ),
  );
});

it('loses no digits of a very sure word', () => {
  expect(lossOf(true, -800)).toBe(800);
  expect(lossOf(false, -800)).toBe(0);
  expect(lossOf(true, 0)).toBeCloseTo(Math.LN2, 15);
  expect(probabilityOf(-800)).toBe(0);
  expect(probabilityOf(800)).toBe(1);
});
