import { describe, expect, test } from 'vitest';
import { runEnergyCommand } from '../../testing/energy-command.ts';
import { waitLonger } from '../../testing/patience.ts';

waitLonger();

const HOUR = 3_600_000;
const START = Date.UTC(2023, 0, 1);

/** Two years of hours of a building that saves a tenth in the second one. */
function recording(
  change: (kwh: number, i: number) => number | string = (kwh, i) => (i < 365 * 24 ? kwh : kwh * 0.9),
): string {
  const rows = Array.from({ length: 730 * 24 }, (_, i) => {
    const celsius =
      12 - 16 * Math.cos((2 * Math.PI * i) / 8766) + 5 * Math.sin((2 * Math.PI * (i - 9)) / 24) + ((i * 7919) % 13) - 6;
    const busy = Math.floor(i / 24 + 6) % 7 < 5 && i % 24 >= 8 && i % 24 < 18;
    const kwh =
      (busy ? 50 : 20) + 2 * Math.max(0, celsius - 18) + 1.5 * Math.max(0, 10 - celsius) + ((i * 104_729) % 7);
    return `${new Date(START + i * HOUR).toISOString()},${change(kwh, i)},${celsius.toFixed(2)}`;
  });
  return ['time,kwh,outside', ...rows].join('\n');
}

const FILE = recording();
const ASK =
  '--method towt-daily --meter b.csv:kwh --temperature b.csv:outside --unit C --zone UTC --baseline 2023-01-01/2024-01-01';
const SAVINGS = `savings ${ASK} --reporting 2024-01-01/2024-12-30`;

const energy = (words: string, file = FILE) => runEnergyCommand(words, () => file);

describe('savings', () => {
  test('print the sentence first, then what it rests on', () => {
    const { code, out } = energy(SAVINGS);
    expect(code).toBe(0);
    expect(out).toMatch(/^savings demonstrated: avoided \d+ \((9|10)\.\d\d %\), 90 % interval \[\d+, \d+\]\n/);
    for (const line of ['adjusted baseline', 'FSU at 90 %', 'CV(RMSE), NMBE', '2024-02'])
      expect(out).toContain(`\n${line}`);
  });

  test('as JSON they carry every number under its own name', () => {
    const json = JSON.parse(energy(`${SAVINGS} --json`).out);
    expect(json).toMatchObject({
      method: 'towt-daily',
      n: 365,
      m: 364,
      verdict: 'savings demonstrated',
      confidence: 0.9,
    });
    expect(json.adjustedBaseline - json.actual).toBeCloseTo(json.savings, 6);
    expect(json.savings / json.adjustedBaseline).toBeCloseTo(json.savingsFraction, 12);
    expect(json.interval90.low).toBeLessThan(json.savings);
    expect(json.interval90.high).toBeGreaterThan(json.savings);
    for (const key of ['fsu90', 'r2', 'cvrmse', 'nmbe', 'rho']) expect(json[key], key).toEqual(expect.any(Number));
  });

  test('another confidence gives another interval beside the one of 90 %', () => {
    const json = JSON.parse(energy(`${SAVINGS} --json --confidence 0.68`).out);
    expect(json.interval.high - json.interval.low).toBeLessThan(json.interval90.high - json.interval90.low);
    expect(json.fsu).toBeLessThan(json.fsu90);
  });

  test('an event is left out when a person has approved it, and shown with and without', () => {
    const flood = recording((kwh, i) => (i >= 400 * 24 && i < 440 * 24 ? kwh * 4 : i < 365 * 24 ? kwh : kwh * 0.9));
    const event = `${SAVINGS} --json --event 2024-02-05/2024-03-16`;
    expect(energy(event, flood)).toMatchObject({ code: 2, err: expect.stringContaining('--approved-by') });
    const json = JSON.parse(energy(`${event} --approved-by Li`, flood).out);
    expect(json.savingsFraction).toBeCloseTo(0.1, 1);
    expect(json.events.approved).toEqual([
      { from: '2024-02-05T00:00:00.000Z', to: '2024-03-16T00:00:00.000Z', approvedBy: 'Li' },
    ]);
    expect(json.unadjusted.savings).toBeLessThan(json.savings);
    const [proposed] = JSON.parse(energy(`${SAVINGS} --json`, flood).out).events.proposed;
    expect(proposed).toMatchObject({ from: '2024-02-05T00:00:00.000Z', to: '2024-03-16T00:00:00.000Z' });
    expect(proposed.effect).toBeLessThan(0);
  });

  test('°C taken for °F is suspected', () => {
    expect(energy(SAVINGS.replace('--unit C ', '')).out).toContain('looks like °C');
  });
});

describe('what cannot be reckoned is refused with exit code 2', () => {
  test.each([
    ['a short baseline', SAVINGS.replace('2023-01-01/2024-01-01', '2023-10-01/2024-01-01'), /knows 92 days/],
    ['periods that overlap', SAVINGS.replace('2024-01-01/2024-12-30', '2023-12-01/2024-12-30'), /overlaps/],
    [
      'a period that ends before it begins',
      SAVINGS.replace('2024-01-01/2024-12-30', '2024-12-30/2024-01-01'),
      /ends before it begins/,
    ],
    ['no period', SAVINGS.replace('2024-01-01/2024-12-30', 'soon'), /no FROM\/TO/],
    ['an unknown method', SAVINGS.replace('towt-daily', 'guess'), /one of towt-daily/],
    ['a zone that does not exist', SAVINGS.replace('--zone UTC', '--zone Mars/Olympus'), /no IANA zone/],
    ['a confidence beyond one', `${SAVINGS} --confidence 90`, /between 0 and 1/],
    ['too few draws', `${SAVINGS} --draws 10`, /from 1000 on/],
    ['a missing option', 'savings --method towt-daily', /required option/],
    ['an unknown command', 'save', /unknown command|too many arguments/],
  ])('%s', (_, args, reason) => {
    const { code, err } = energy(args);
    expect(code).toBe(2);
    expect(err).toMatch(reason);
  });

  test('a bad line, with its number', () => {
    const { code, err } = energy(SAVINGS, recording((kwh, i) => (i === 99 ? '12,5x' : kwh)).replace('12,5x', '12.5x'));
    expect(code).toBe(2);
    expect(err).toBe('energy: b.csv:101: "12.5x" is not a number');
  });

  test('with --json the reasons are JSON too', () => {
    const { code, out } = energy(`${SAVINGS.replace('2023-01-01/2024-01-01', '2023-10-01/2024-01-01')} --json`);
    expect(code).toBe(2);
    expect(JSON.parse(out)).toEqual({
      method: 'towt-daily',
      refused: true,
      reasons: [expect.stringContaining('92 days')],
    });
  });

  test('unless a person allows it', () => {
    const { code, out } = energy(
      `${SAVINGS.replace('2023-01-01/2024-01-01', '2023-10-01/2024-01-01')} --insufficient allow`,
    );
    expect(code).toBe(0);
    expect(out).toContain('knows 92 days');
  });
});

test('fit prints the model, predict what it expects of every interval', () => {
  const fit = JSON.parse(energy(`fit --json ${ASK}`).out);
  expect(fit).toMatchObject({ method: 'towt-daily', n: 365, sufficiency: { sufficient: true } });
  expect(fit.coefficients).toContainEqual({ name: 'unoccupied Sunday', value: expect.any(Number) });
  expect(energy(`fit ${ASK}`).out).toContain('unoccupied Sunday');
  const rows = energy(`predict ${ASK} --period 2024-01-01/2024-01-04`).out.split('\n');
  expect(rows).toHaveLength(4);
  expect(rows[0]).toBe('at,temperatureF,usage,predicted');
  expect(rows[1]).toMatch(/^2024-01-01T00:00:00\.000Z,\d+\.\d+,\d+\.\d+,\d+\.\d+$/);
  expect(energy(`predict ${ASK} --period soon`).code).toBe(2);
});

test('help is no error', () => {
  expect(energy('--help')).toMatchObject({ code: 0, out: expect.stringContaining('savings') });
  expect(energy('savings --help')).toMatchObject({ code: 0, out: expect.stringContaining('--reporting') });
});
