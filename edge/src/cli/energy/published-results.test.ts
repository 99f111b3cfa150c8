import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runEnergyCommand } from '../../testing/energy-command.ts';
import { waitLonger } from '../../testing/patience.ts';

waitLonger();

const FIXTURES = join(import.meta.dirname, 'fixtures');
const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** eemeter's own test of a reporting period: 60 days of 2011 that warm by 1 °F a day, from 30 °F. */
const RAMP_FROM = Date.UTC(2011, 0, 1);
const rampTemperature = rows(59 * 24 + 1, HOUR, (i) => 30 + Math.floor(i / 24));

function rows(count: number, step: number, value: (i: number) => number): string[] {
  return Array.from({ length: count }, (_, i) => `${new Date(RAMP_FROM + i * step).toISOString()},${value(i)}`);
}

/** Runs the command; files that are given by name here are read from memory, others from the fixtures. */
function energy(words: string, files: Readonly<Record<string, string>> = {}) {
  return runEnergyCommand(words, (file) => files[file] ?? readFileSync(join(FIXTURES, file)));
}

function savings(args: string, files: Readonly<Record<string, string>> = {}) {
  const { code, out, err } = energy(`savings --json ${args}`, files);
  expect(err).toBe('');
  expect(code).toBe(0);
  return JSON.parse(out);
}

/** A fixture with rows put before its own. */
function unpacked(name: string, before: readonly string[]): string {
  const [header, ...own] = gunzipSync(readFileSync(join(FIXTURES, name)))
    .toString()
    .split(/\r?\n/);
  return [header, ...before, ...own].join('\n');
}

describe('nmecr’s office, daily time of week and temperature', () => {
  const OFFICE = 'nmecr/office-daily.csv.gz';
  const args = `--method towt-daily --meter ${OFFICE} --temperature ${OFFICE}:temp_f --days utc`;

  test('fit, savings and FSU are nmecr’s to the last digits', () => {
    const result = savings(`${args} --baseline 2012-03-01/2013-02-28 --reporting 2014-02-28/2015-02-28`);
    expect(result.n).toBe(364);
    expect(result.m).toBe(365);
    expect(result.parameters).toBe(17);
    closeTo(result.r2, 0.8964727413895036);
    closeTo(result.adjustedBaseline, 5509903.194143776);
    closeTo(result.actual, 5101761.6);
    closeTo(result.savings, 408141.5941437797);
    closeTo(result.rho, 0.607950258980776);
    expect((result.cvrmse * 100).toFixed(2)).toBe('6.77');
    expect(result.knotsF).toEqual([42.70444444, 46.89298611, 51.83131944, 57.86784722, 63.41569444]);
  });

  test('the FSU is of the whole fraction; nmecr’s, of the fraction rounded to 0.07, stands beside it', () => {
    const result = savings(`${args} --baseline 2012-03-01/2013-02-28 --reporting 2014-02-28/2015-02-28`);
    closeTo(result.fsu90Rounded, 0.262089370697998);
    closeTo(result.fsu90, (0.262089370697998 * 0.07) / (408141.5941437797 / 5509903.194143776));
    closeTo(result.intervals.fsu.high - result.savings, result.fsu90 * result.savings);
  });
});

describe('eemeter’s simulated house', () => {
  const METER = 'eemeter/il-electricity-cdd-hdd';
  const baseline = '--baseline 2015-12-27/2016-12-26 --days utc';
  const temperature = `${METER}-tempF.csv.gz`;
  const ramp = { 'temperature.csv': unpacked(temperature, rampTemperature) };

  test('CalTRACK daily: 1571.28 with a band of 601.52', () => {
    const meter = unpacked(
      `${METER}-daily.csv.gz`,
      rows(59, DAY, () => 1),
    );
    const result = savings(
      `--method caltrack-daily --meter meter.csv --temperature temperature.csv ${baseline} --reporting 2011-01-01/2011-03-01`,
      { 'meter.csv': meter, ...ramp },
    );
    expect(result.savings.toFixed(2)).toBe('1571.28');
    expect((result.savings - result.interval90.low).toFixed(2)).toBe('601.52');
    expect((result.fsu90 * result.savings).toFixed(2)).toBe('601.52');
    expect(result.knotsF).toEqual([53, 68]);
    closeTo(result.r2Adjusted, 0.7684732993);
    closeTo(result.cvrmse, 0.2543129281);
    closeTo(result.rho, -0.0147956681);
  });

  test('days by the local clock move the balance points and the savings', () => {
    const meter = unpacked(
      `${METER}-daily.csv.gz`,
      rows(59, DAY, () => 1),
    );
    const local = '--zone America/Chicago --baseline 2015-12-27/2016-12-25 --reporting 2017-01-04/2018-01-04';
    const result = savings(`--method caltrack-daily --meter meter.csv --temperature ${temperature} ${local}`, {
      'meter.csv': meter,
    });
    expect(result.knotsF).toEqual([53, 67]);
  });

  test('CalTRACK billing: 1625.73', () => {
    const bills = Array.from({ length: 13 }, (_, month) => `${new Date(Date.UTC(2011, month, 1)).toISOString()},1`);
    const result = savings(
      `--method caltrack-billing --meter meter.csv --temperature temperature.csv ${baseline} --reporting 2011-01-01/2012-01-01`,
      { 'meter.csv': unpacked(`${METER}-billing_monthly.csv.gz`, bills), ...ramp },
    );
    expect(result.savings.toFixed(2)).toBe('1625.73');
    expect(result.knotsF).toEqual([54, 67]);
    expect([result.m, result.missing]).toEqual([2, 10]);
  });

  test('CalTRACK hourly: −403.70 metered, 55.30 between the two models', () => {
    const hours = 59 * 24 + 1;
    const files = {
      'meter.csv': unpacked(
        `${METER}-hourly.csv.gz`,
        rows(hours, HOUR, () => 1),
      ),
      ...ramp,
    };
    const method = '--method caltrack-hourly --meter meter.csv --temperature temperature.csv';
    const period = '2011-01-01T00:00Z/2011-03-01T01:00Z';
    const result = savings(`${method} ${baseline} --reporting ${period}`, files);
    expect(result.savings.toFixed(2)).toBe('-403.70');
    expect(result.m).toBe(hours);
    const expected = (fitted: string) => {
      const { out } = energy(`predict --json ${method} --days utc --baseline ${fitted} --period ${period}`, files);
      return out.split('\n').reduce((sum, line) => sum + JSON.parse(line).predicted, 0);
    };
    expect((expected('2015-12-27/2016-12-26') - expected('2017-01-04/2018-01-04')).toFixed(2)).toBe('55.30');
  });

  test.each([
    ['towt-daily', 'daily'],
    ['caltrack-daily', 'daily'],
    ['caltrack-hourly', 'hourly'],
    ['towt-hourly', 'hourly'],
  ])('%s finds the 10 %% that the house was made to save', (method, file) => {
    const result = savings(
      `--method ${method} --meter ${METER}-${file}.csv.gz --temperature ${temperature} --zone America/Chicago --baseline 2015-12-26/2016-12-26 --reporting 2017-01-04/2018-01-04`,
    );
    const truth = 0.1 * result.adjustedBaseline;
    expect(result.interval90.low).toBeLessThan(truth);
    expect(result.interval90.high).toBeGreaterThan(truth);
    expect(result.verdict).toBe('savings demonstrated');
  });
});

function closeTo(actual: number, expected: number): void {
  expect(Math.abs(actual / expected - 1), `${actual} is not ${expected}`).toBeLessThan(1e-8);
}
