import fc from 'fast-check';
import { expect, it } from 'vitest';
import { probabilityOf } from './logit.ts';
import { calibrationErrorOf, type Forecast, performances } from './performance.ts';

const forecasts = fc
  .array(fc.record({ event: fc.boolean(), logit: fc.integer({ min: -4, max: 4 }) }), { minLength: 2, maxLength: 30 })
  .map((rows) => ({ events: rows.map(({ event }) => event), logits: Float64Array.from(rows, ({ logit }) => logit) }));

/** Every pair of one who left and one who stayed, counted one by one. */
function pairsRight({ events, logits }: Forecast): number | null {
  let [right, pairs] = [0, 0];
  events.forEach((left, i) =>
    events.forEach((other, j) => {
      if (!left || other) return;
      pairs += 1;
      right += (Math.sign((logits[i] as number) - (logits[j] as number)) + 1) / 2;
    }),
  );
  return pairs > 0 ? right / pairs : null;
}

it('counts the pairs that were told in the right order, equal risks half', () => {
  fc.assert(
    fc.property(forecasts, (forecast) => {
      const [auc, pairs] = [performances(forecast)().auc, pairsRight(forecast)];
      if (pairs === null) expect(auc).toBeNull();
      else expect(auc).toBeCloseTo(pairs, 12);
    }),
  );
});

it('sums up what probabilities missed', () => {
  const forecast = { events: [true, false], logits: Float64Array.of(0, Math.log(3)) };
  const { brier, logLoss } = performances(forecast)();
  expect(brier).toBeCloseTo((0.25 + 0.5625) / 2, 12);
  expect(logLoss).toBeCloseTo((Math.log(2) + Math.log(4)) / 2, 12);
});

it('counts a row of weight 3 like three rows, and one of weight 0 not at all', () => {
  fc.assert(
    fc.property(
      forecasts,
      fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 30, maxLength: 30 }),
      (forecast, times) => {
        const rows = [...forecast.events.keys()].flatMap((row) =>
          Array.from({ length: times[row] as number }, () => row),
        );
        fc.pre(rows.length > 0);
        const repeated = {
          events: rows.map((row) => forecast.events[row] as boolean),
          logits: Float64Array.from(rows, (row) => forecast.logits[row] as number),
        };
        const weights = Float64Array.from(forecast.events, (_, row) => times[row] as number);
        const [one, other] = [performances(forecast)(weights), performances(repeated)()];
        for (const name of ['auc', 'brier', 'logLoss'] as const)
          if (other[name] === null) expect(one[name]).toBeNull();
          else expect(one[name]).toBeCloseTo(other[name], 10);
      },
    ),
  );
});

/** As many rows at each logit as make the events exactly as frequent as was said, times `exaggerated`. */
function frequent(exaggerated: number): Forecast {
  const rows = [-2, -1, 0, 1, 2].flatMap((logit) =>
    Array.from({ length: 1000 }, (_, i) => ({ logit: exaggerated * logit, event: i < 1000 * probabilityOf(logit) })),
  );
  return { events: rows.map(({ event }) => event), logits: Float64Array.from(rows, ({ logit }) => logit) };
}

it('has slope 1 for who says the odds, and a half for who says them twice too strong', () => {
  expect(performances(frequent(1))().calibrationSlope).toBeCloseTo(1, 2);
  expect(performances(frequent(2))().calibrationSlope).toBeCloseTo(0.5, 2);
  expect(calibrationErrorOf(frequent(1))).toBeLessThan(0.001);
  expect(calibrationErrorOf(frequent(2))).toBeGreaterThan(0.05);
});

it('leaves open what nobody could say', () => {
  const nobodyLeft = { events: [false, false], logits: Float64Array.of(1, 2) };
  expect(performances(nobodyLeft)()).toMatchObject({ auc: null, calibrationSlope: null });
});
