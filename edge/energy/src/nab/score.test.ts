import { describe, expect, test } from 'vitest';
import { nabScore, nabTotal, type NabWindow, probationRows } from './score.ts';
import { WindowedGaussian } from './windowed-gaussian.ts';

const ROWS = Array.from({ length: 100 }, (_, row) => row);

function score(warnings: readonly number[], windows: readonly NabWindow[]) {
  return nabScore(
    ROWS,
    ROWS.map((row) => warnings.includes(row)),
    windows,
  );
}

/** The paper's S(y) = 2/(1 + e^(5y)) - 1. */
function sigmoid(y: number): number {
  return 2 / (1 + Math.exp(5 * y)) - 1;
}

describe('the score of the Numenta benchmark', () => {
  test('silence is 0 and the first row of every window 100', () => {
    expect(score([], [[40, 49]])).toMatchObject({ raw: -1, normalised: 0, windowsHit: 0 });
    expect(score([40], [[40, 49]])).toMatchObject({ raw: 1, normalised: 100, windowsHit: 1, falseAlarms: 0 });
  });

  test('of a window only the earliest row counts', () => {
    const inTheMiddle = sigmoid(-0.5) / sigmoid(-1);
    expect(score([45, 46, 49], [[40, 49]]).raw).toBeCloseTo(inTheMiddle, 12);
    expect(inTheMiddle).toBeCloseTo(0.85979, 5);
  });

  test('a false alarm costs 0.11, less right behind a window, and all of it far behind one', () => {
    expect(score([20], [[40, 49]]).raw).toBeCloseTo(-1 - 0.11, 12);
    expect(score([40, 52], [[40, 49]]).raw).toBeCloseTo(1 + 0.11 * sigmoid(3 / 9), 12);
    expect(score([40, 90], [[40, 49]]).raw).toBeCloseTo(1 - 0.11, 12);
  });

  test('the first 15 % of the rows, at most 750, are exempt', () => {
    expect([100, 4032, 22_695].map(probationRows)).toEqual([15, 604, 750]);
    expect(score([3, 14], []).falseAlarms).toBe(0);
    expect(score([3, 15], []).falseAlarms).toBe(1);
  });

  test('without windows there is nothing to normalise, and false alarms still count', () => {
    expect(score([50], [])).toMatchObject({ normalised: null, falseAlarms: 1, raw: -0.11 });
  });

  test('window limits between rows mean the rows within', () => {
    expect(score([40], [[39.5, 49.5]])).toEqual(score([40], [[40, 49]]));
  });

  test('series are added up before they are normalised', () => {
    const perfect = score([40], [[40, 49]]);
    const silent = score([], [[40, 49]]);
    expect(nabTotal([perfect, silent])).toBeCloseTo(50, 12);
    expect(nabTotal([score([], [])])).toBeNull();
  });
});

test('the windowed Gaussian warns beyond seven standard deviations of what it has seen', () => {
  const taught = () => {
    const detector = new WindowedGaussian();
    const usual = Array.from({ length: 500 }, (_, row) => detector.hear(row % 2).warning);
    expect(usual.slice(2)).not.toContain(true);
    return detector;
  };
  // Mean and standard deviation are 0.5: 4 is seven of them away, 4.2 more than the limit of 7.13.
  expect(taught().hear(4).warning).toBe(false);
  expect(taught().hear(4.2)).toMatchObject({ warning: true, score: expect.closeTo(1, 9) });
});
