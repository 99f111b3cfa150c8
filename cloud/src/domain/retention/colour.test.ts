import type { CrmFact } from '@keepsite/cloud-contract';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DAY } from '../calendar.ts';
import { nextColour, type ColourDay, type ColourState } from './colour.ts';

const INJURY: CrmFact<'vetoes'> = {
  id: 'v1',
  at: '2026-11-01T00:00:00.000Z',
  kind: 'injury',
  note: '',
  releasedAt: null,
  releasedReason: null,
};

function day(n: number, score: number | null, rest: Partial<ColourDay> = {}): ColourDay {
  return { at: n * DAY, score, coverage: 1, low: score, vetoes: [], ...rest };
}

/** Colours of days 0, 1, 2 … */
function run(
  days: readonly ColourDay[],
  start: ColourState | null = null,
): { colours: string[]; state: ColourState | null } {
  let state = start;
  const colours = days.map((each) => {
    const next = nextColour(state, each);
    state = next.state;
    return next.colour;
  });
  return { colours, state };
}

/** A client whose smoothed score stands exactly at `smoothed`, in a colour. */
function settled(basis: 'green' | 'yellow' | 'red', smoothed: number): ColourState {
  return {
    at: -DAY,
    colour: basis,
    basis,
    smoothed,
    smoothedAt: -DAY,
    since: { below70: null, above75: null, above55: null },
  };
}

const steady = (score: number, days: number): ColourDay[] => Array.from({ length: days }, (_, i) => day(i, score));

describe('thresholds', () => {
  test.each([
    ['green', 69.99, ['green', 'yellow']],
    ['green', 70, ['green', 'green', 'green']],
    ['yellow', 75, ['yellow', 'yellow', 'yellow', 'yellow', 'yellow', 'yellow', 'green']],
    ['yellow', 74.99, Array<string>(10).fill('yellow')],
    ['yellow', 49.99, ['red']],
    ['yellow', 50, ['yellow', 'yellow']],
    ['red', 55, [...Array<string>(13).fill('red'), 'yellow']],
    ['red', 54.99, Array<string>(20).fill('red')],
  ] as const)('%s at a steady %d', (basis, score, expected) => {
    expect(run(steady(score, expected.length), settled(basis, score)).colours).toEqual(expected);
  });

  test('a run that breaks begins anew', () => {
    const state = run(steady(75, 6), settled('yellow', 75)).state;
    const broken = nextColour(state, day(6, 60)).state;
    expect(broken.since.above75).toBeNull();
  });

  test('a fall from 80 to 60 turns yellow on the ninth day', () => {
    const fallen = Array.from({ length: 12 }, (_, i) => day(i, 60));
    expect(run(fallen, settled('green', 80)).colours.indexOf('yellow')).toBe(8);
  });

  test('a green client does not turn red in one day, whatever its score', () => {
    expect(run(steady(0, 30), settled('green', 80)).colours).not.toContainEqual(undefined);
    const colours = run(steady(0, 30), settled('green', 80)).colours;
    const first = colours.findIndex((colour) => colour !== 'green');
    expect(colours[first]).toBe('yellow');
    expect(colours).toContain('red');
  });

  test('the first score decides at once', () => {
    expect(run([day(0, 75)]).colours).toEqual(['green']);
    expect(run([day(0, 60)]).colours).toEqual(['yellow']);
    expect(run([day(0, 40)]).colours).toEqual(['red']);
  });

  test('the smoothed score loses half of a step in seven days, however often it is looked at', () => {
    const weekly = nextColour(settled('green', 80), day(6, 60)).state.smoothed;
    const daily = run(steady(60, 7), settled('green', 80)).state?.smoothed;
    expect(weekly).toBeCloseTo(70, 10);
    expect(daily).toBeCloseTo(70, 10);
  });
});

describe('what is not known', () => {
  test('below a coverage of 0.6 the client is grey, at 0.6 it is not', () => {
    expect(run([day(0, 90, { coverage: 0.599 })]).colours).toEqual(['grey']);
    expect(run([day(0, 90, { coverage: 0.6, low: 54 })]).colours).toEqual(['green']);
  });

  test('no score at all is grey', () => {
    expect(run([day(0, null, { coverage: 0, low: null })]).colours).toEqual(['grey']);
  });

  test('green needs a lower bound of 50', () => {
    expect(run([day(0, 80, { coverage: 0.61, low: 49.9 })]).colours).toEqual(['yellow']);
    expect(run([day(0, 80, { low: 49.9 })], settled('green', 80)).colours).toEqual(['yellow']);
    const reason = nextColour(settled('green', 80), day(0, 80, { low: 49.9 })).reason;
    expect(reason.en).toContain('Not green');
  });

  test('grey washes nothing away: a red client that was grey is red again', () => {
    const days = [day(0, 90, { coverage: 0.3 }), day(1, 90)];
    expect(run(days, settled('red', 40)).colours).toEqual(['grey', 'red']);
  });
});

describe('a veto', () => {
  test('is red at once, also for a client of whom little is known', () => {
    expect(run([day(0, 95, { vetoes: [INJURY] })], settled('green', 95)).colours).toEqual(['red']);
    expect(run([day(0, null, { coverage: 0, low: null, vetoes: [INJURY] })]).colours).toEqual(['red']);
  });

  test('once released leaves the client where its score had brought it', () => {
    const days = [day(0, 95, { vetoes: [INJURY] }), day(1, 95)];
    expect(run(days, settled('green', 95)).colours).toEqual(['red', 'green']);
  });

  test('says why, in both languages', () => {
    const { reason } = nextColour(null, day(0, 95, { vetoes: [INJURY] }));
    expect(reason.en).toMatch(/^Red at once: somebody was injured/);
    expect(reason.zh).toMatch(/^立即转红：发生人员受伤/);
  });
});

test('only a veto turns a green client red from one day to the next; green is always well known', () => {
  const days = fc.array(
    fc.record({
      score: fc.option(fc.double({ min: 0, max: 100, noNaN: true })),
      coverage: fc.double({ min: 0, max: 1, noNaN: true }),
      veto: fc.boolean(),
    }),
    { minLength: 2, maxLength: 60 },
  );
  fc.assert(
    fc.property(days, (each) => {
      let state: ColourState | null = null;
      let before: string | null = null;
      for (const [i, { score, coverage, veto }] of each.entries()) {
        const low = score === null ? null : score * coverage;
        const next = nextColour(state, { at: i * DAY, score, coverage, low, vetoes: veto ? [INJURY] : [] });
        if (next.colour === 'green') expect(low !== null && low >= 50 && coverage >= 0.6 && !veto).toBe(true);
        if (before === 'green' && next.colour === 'red') expect(veto).toBe(true);
        if (veto) expect(next.colour).toBe('red');
        state = next.state;
        before = next.colour;
      }
    }),
  );
});

test('the state survives being stored as JSON', () => {
  const days = steady(60, 20);
  let state: ColourState | null = settled('green', 80);
  for (const each of days) state = JSON.parse(JSON.stringify(nextColour(state, each).state)) as ColourState;
  expect(state).toEqual(run(days, settled('green', 80)).state);
});

test('a noisy client on the boundary changes colour less than once a year; naive bands change 108 times', () => {
  const clients = 100;
  let naive = 0;
  let ours = 0;
  for (let client = 0; client < clients; client += 1) {
    const scores = boundaryScores(client, 365);
    naive += changes(scores.map((score) => (score < 50 ? 'red' : score < 70 ? 'yellow' : 'green')));
    ours += changes(run(scores.map((score, i) => day(i, score))).colours);
  }
  expect(naive / clients).toBeGreaterThan(100);
  expect(naive / clients).toBeLessThan(116);
  expect(ours / clients).toBeLessThan(1);
});

/** Scores around 70 that remember: AR(1), φ 0.6, standard deviation 4, from a fixed seed. */
function boundaryScores(seed: number, days: number): number[] {
  const random = mulberry32(seed + 1);
  const gauss = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  let deviation = 0;
  return Array.from({ length: days }, () => {
    deviation = 0.6 * deviation + 0.8 * 4 * gauss();
    return 70 + deviation;
  });
}

function mulberry32(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

function changes(colours: readonly string[]): number {
  return colours.filter((colour, i) => i > 0 && colour !== colours[i - 1]).length;
}
