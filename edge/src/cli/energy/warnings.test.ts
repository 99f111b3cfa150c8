import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { runEnergyCommand } from '../../testing/energy-command.ts';
import { waitLonger } from '../../testing/patience.ts';

waitLonger();

const TARIFFS = join(import.meta.dirname, '../../../energy/tariffs');
const MINUTE = 60_000;

type Files = Readonly<Record<string, string | Uint8Array>>;

/** Runs the command; files are those given here, and the price books. */
function energy(words: string, files: Files = {}) {
  const { out, ...said } = runEnergyCommand(words, (file) => files[file] ?? readFileSync(join(TARIFFS, file)));
  return { ...said, out: out === '' ? [] : out.split('\n') };
}

/** Naive stamps from 2026-03-02, a Monday, every `step` minutes. */
function csv(count: number, step: number, valueAt: (row: number) => number | string, column = 'value'): string {
  const start = Date.UTC(2026, 2, 2);
  const stamp = (row: number) => new Date(start + row * step * MINUTE).toISOString().replace('T', ' ').slice(0, 19);
  return [`timestamp,${column}`, ...Array.from({ length: count }, (_, row) => `${stamp(row)},${valueAt(row)}`)].join(
    '\n',
  );
}

describe('warnings', () => {
  const spike = csv(2000, 5, (row) => (row === 1500 ? 500 : 50 + (row % 7)));
  const at = (row: number) =>
    new Date(Date.UTC(2026, 2, 2) + row * 5 * MINUTE).toISOString().replace('T', ' ').slice(0, 23);

  test('one JSON object a row: its time, a score and whether a warning begins', () => {
    const { code, out, err } = energy('warnings --series s.csv --json', { 's.csv': spike });
    expect(code).toBe(0);
    expect(err).toContain('read as UTC');
    expect(out).toHaveLength(2000);
    const rows = out.map((line) => JSON.parse(line) as { at: string; score: number; warning: boolean });
    expect(rows[0]).toEqual({ at: '2026-03-02T00:00:00.000Z', score: 0, warning: false });
    expect(rows.filter(({ warning }) => warning)).toEqual([rows[1500]]);
    expect(rows.every(({ score, warning }) => score >= 0 && score <= 1 && warning === score >= 0.5)).toBe(true);
  });

  test('with windows the benchmark’s standard score follows', () => {
    const windows = JSON.stringify([[at(1500), at(1600)]]);
    const files = { 's.csv.gz': gzipSync(spike), 'w.json': windows };
    const json = energy('warnings --series s.csv.gz --windows w.json --json', files).out.at(-1) ?? '';
    expect(JSON.parse(json)).toMatchObject({
      profile: 'standard',
      nab: 100,
      windowsHit: 1,
      windows: 1,
      falseAlarms: 0,
    });
    expect(energy('warnings --series s.csv.gz --windows w.json', files).out.at(-1)).toBe(
      'NAB standard score 100.00: 1 of 1 windows hit, 0 false alarms',
    );
    const missed = JSON.stringify([[at(1700), at(1800)]]);
    expect(energy('warnings --series s.csv.gz --windows w.json', { ...files, 'w.json': missed }).out.at(-1)).toContain(
      'score -5.5',
    );
    expect(energy('warnings --series s.csv.gz --windows w.json', { ...files, 'w.json': '[]' }).out.at(-1)).toContain(
      'none',
    );
  });

  test('every row is answered in its place, also one that repeats, contradicts or has no value', () => {
    const rows = spike.split('\n');
    rows.splice(100, 0, rows[100] as string, `${(rows[100] as string).split(',')[0]},77`);
    rows[300] = `${(rows[300] as string).split(',')[0]},NaN`;
    const { code, out } = energy('warnings --series s.csv', { 's.csv': rows.join('\n') });
    expect(code).toBe(0);
    expect(out).toHaveLength(2002);
    expect(JSON.parse(out[299] ?? '')).toMatchObject({ score: null, warning: false });
  });

  test('the benchmark’s own detector can be asked instead', () => {
    const { out } = energy('warnings --series s.csv --detector windowed-gaussian', { 's.csv': spike });
    expect(JSON.parse(out[1500] ?? '')).toMatchObject({ warning: true });
  });

  test.each([
    ['no series', 'warnings', {}],
    ['a series that is not there', 'warnings --series none.csv', {}],
    ['a series without rows', 'warnings --series empty.csv', { 'empty.csv': 'timestamp,value\n' }],
    ['windows that are none', 'warnings --series s.csv --windows w.json', { 'w.json': '{"a":1}' }],
    [
      'a window whose end is no time',
      'warnings --series s.csv --windows w.json',
      { 'w.json': '[["2026-03-02","soon"]]' },
    ],
    [
      'a window that ends before it begins',
      'warnings --series s.csv --windows w.json',
      { 'w.json': '[["2026-03-03","2026-03-02"]]' },
    ],
    ['a detector that nobody knows', 'warnings --series s.csv --detector crystal-ball', {}],
  ])('%s is bad usage', (_, args, files) => {
    expect(energy(args, { 's.csv': spike, ...files })).toMatchObject({ code: 2, err: expect.stringMatching(/./) });
  });

  test('nab: both detectors on a corpus, file by file and in total', () => {
    const windows = JSON.stringify({ 'a/spike.csv': [[at(1500), at(1600)]], 'a/calm.csv': [] });
    const files = { 'nab/a/spike.csv': spike, 'nab/a/calm.csv.gz': gzipSync(csv(500, 5, () => 7)), 'w.json': windows };
    const { code, out } = energy('nab --data nab --windows w.json', files);
    expect(code).toBe(0);
    expect(out.slice(2)).toEqual([
      '| a/spike.csv | 100.0 (1/1 hit, 0 false) | 100.0 (1/1 hit, 0 false) |',
      '| a/calm.csv | – (0/0 hit, 0 false) | – (0/0 hit, 0 false) |',
      '| **all** | **100.00** (1/1 hit, 0 false) | **100.00** (1/1 hit, 0 false) |',
    ]);
  });
});

describe('intervals and quality', () => {
  test('a power becomes hours, and a gap stays a gap', () => {
    const power = csv(96, 15, (row) => (row >= 8 && row < 12 ? '' : 4), 'kw');
    const { code, out } = energy('intervals --meter p.csv --unit kW --every hour', { 'p.csv': power });
    expect(code).toBe(0);
    expect(out.slice(0, 4)).toEqual([
      'from,to,kwh,coverage,quality',
      '2026-03-02T00:00:00.000Z,2026-03-02T01:00:00.000Z,4,1,measured',
      '2026-03-02T01:00:00.000Z,2026-03-02T02:00:00.000Z,4,1,measured',
      '2026-03-02T02:00:00.000Z,2026-03-02T03:00:00.000Z,,0,missing',
    ]);
    expect(out).toHaveLength(25);
  });

  test('stamps at the end of an interval belong to the interval before', () => {
    const ends = csv(4, 60, (row) => row + 1);
    const { out } = energy('intervals --meter e.csv --stamp end --json', { 'e.csv': ends });
    expect(JSON.parse(out[0] ?? '')).toMatchObject({
      from: '2026-03-01T23:00:00.000Z',
      to: '2026-03-02T00:00:00.000Z',
      kwh: 1,
    });
  });

  test('local days and UTC days of the same meter', () => {
    const hours = csv(72, 60, () => 1);
    const days = (args: string) =>
      energy(`intervals --meter h.csv --every day ${args}`, { 'h.csv': hours }).out.slice(1);
    const local = days('--zone Asia/Shanghai');
    expect(local.map((line) => line.split(',')[2])).toEqual(['24', '24', '24']);
    expect(local[0]).toContain('2026-03-01T16:00:00.000Z');
    // A third of the first UTC day is known, and two thirds of the last.
    expect(days('--zone Asia/Shanghai --days utc').map((line) => line.split(',').slice(2).join())).toEqual([
      ',0.3333,missing',
      '24,1,measured',
      '24,1,measured',
      '24,0.6667,filled',
    ]);
  });

  test('a counter that rolls over counts on; quality tells of it', () => {
    const counter = csv(48, 15, (row) => (99_990 + row) % 100_000);
    const files = { 'c.csv': counter };
    const args = '--meter c.csv --counter --rolls-over 100000 --max-kw 100';
    const { out } = energy(`intervals ${args}`, files);
    expect(out.slice(1).every((line) => line.split(',')[2] === '4' || line.split(',')[2] === '')).toBe(true);
    expect(energy(`quality ${args}`, files)).toMatchObject({ code: 0, out: [expect.stringContaining('rollover')] });
  });

  test('a register of a power is a contradiction', () => {
    expect(energy('intervals --meter c.csv --counter --unit kW', { 'c.csv': csv(4, 15, () => 1) }).code).toBe(2);
  });
});

describe('bill', () => {
  const july = csv(31 * 96, 15, () => 25)
    .replaceAll('2026-03', '2026-08')
    .replaceAll('2026-04', '2026-09');

  test.each(['example-beijing.yaml', 'example-guangdong.yaml', 'example-zhejiang.yaml'])(
    '%s is a price book, and says that it is an example',
    (book) => {
      const { code, out, err } = energy(`bill --tariff ${book} --meter m.csv --contract-kw 90 --capacity-kva 315`, {
        'm.csv': july,
      });
      expect(code).toBe(0);
      expect(out.at(-1)).toMatch(/^total \d+\.\d\d CNY for 74400\.000 kWh$/);
      expect(err).toContain('is an example');
    },
  );

  test('the lines add up to the total, to the fen', () => {
    const { out } = energy('bill --tariff example-beijing.yaml --meter m.csv --json', { 'm.csv': july });
    const bill = JSON.parse(out.join('')) as { total: number; lines: { cents: number }[] };
    expect(bill.lines.reduce((sum, { cents }) => sum + cents, 0)).toBe(bill.total);
  });

  test('with an expectation the avoided cost, line by line', () => {
    const files = { 'm.csv': july, 'e.csv': july.replaceAll(',25', ',30') };
    const { out } = energy(
      'bill --tariff example-guangdong.yaml --meter m.csv --expected e.csv --contract-kw 200',
      files,
    );
    expect(out.at(-1)).toMatch(/^avoided cost \d+\.\d\d CNY for 14880\.000 kWh$/);
    const lines = out.slice(0, -1).map((line) => Number(/= (-?\d+\.\d\d)/.exec(line)?.[1]));
    const total = Number(/cost (\d+\.\d\d)/.exec(out.at(-1) ?? '')?.[1]);
    expect(lines.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 6);
  });

  test('reactive energy brings the power factor', () => {
    const files = { 'm.csv': july, 'q.csv': july };
    const { out } = energy('bill --tariff example-beijing.yaml --meter m.csv --reactive q.csv', files);
    expect(out.some((line) => line.includes('power factor 0.71 against 0.85'))).toBe(true);
  });

  test('a file that is no price book is told why', () => {
    const { code, err } = energy('bill --tariff t.yaml --meter m.csv', { 't.yaml': 'id: x', 'm.csv': july });
    expect({ code, err }).toMatchObject({ code: 2, err: expect.stringContaining('versions') });
  });
});

describe('indicators', () => {
  const load = csv(48, 60, (row) => (row % 24 >= 6 && row % 24 < 22 ? 30 : 15));

  test('of a load, with the carbon of its years', () => {
    const { code, out } = energy('indicators --meter m.csv --area 1000', { 'm.csv': load });
    expect(code).toBe(0);
    expect(out).toEqual([
      '2.0 days, 100.0 % known',
      'energy 1200.0 kWh, mean 25.00 kW, highest interval 30.00 kW',
      'load factor 0.833, night share 0.200, 1.20 kWh/m²',
      '2026: 1200.0 kWh, 636.7 kg CO₂ (0.5306 kg/kWh, CN average 2023, provisional; 生态环境部公告2025年第47号)',
    ]);
  });

  test('the PUE of less than a year is interim', () => {
    const files = { 'm.csv': load, 'it.csv': load.replaceAll(',30', ',20').replaceAll(',15', ',10') };
    const { out } = energy('indicators --meter m.csv --it it.csv --json', files);
    expect(JSON.parse(out[0] ?? '')).toMatchObject({ pue: { value: expect.closeTo(1.5, 9), interim: true } });
  });

  test('factors of one’s own', () => {
    const factors = '[{ year: 2026, region: CN-HB, scope: average, kgPerKwh: 0.7, document: ours }]';
    const { out } = energy('indicators --meter m.csv --factors f.yaml', { 'm.csv': load, 'f.yaml': factors });
    expect(out.at(-1)).toBe('2026: 1200.0 kWh, 840.0 kg CO₂ (0.7 kg/kWh, CN-HB average 2026; ours)');
    expect(energy('indicators --meter m.csv --factors f.yaml', { 'm.csv': load, 'f.yaml': '[]' }).code).toBe(2);
  });

  test('a meter of days shows no night', () => {
    const { out } = energy('indicators --meter d.csv', { 'd.csv': csv(10, 1440, () => 100) });
    expect(out[2]).toBe('load factor 1.000, night share –, – kWh/m²');
  });
});

describe('waste and study', () => {
  /** Hourly office in Shanghai; nights use more from the 200th day on; a little scatter that does not repeat. */
  const office = csv(230 * 24, 60, (row) => {
    const [hour, day] = [(row + 8) % 24, Math.floor((row + 8) / 24)];
    const usual = hour < 6 || hour >= 22 ? (day >= 200 ? 25 : 20) : day % 7 >= 5 ? 30 : 60;
    return (usual * (1 + 0.1 * Math.sin(row * row))).toFixed(4);
  });
  const local = office.replaceAll(/(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/g, '$1Z');
  const periods = '--baseline 2026-03-03/2026-09-01 --test 2026-09-01/2026-10-15 --zone Asia/Shanghai';

  test('waste tells since when, how many kWh and how much money', () => {
    const args = `waste --meter m.csv ${periods} --tariff example-beijing.yaml`;
    const { code, out } = energy(args, { 'm.csv': local });
    expect(code).toBe(0);
    expect(
      out.some((line) =>
        /^2026-09-\d\d night opened: [\d.]+ kWh, [\d.]+ CNY above the baseline since 2026-09-1/.test(line),
      ),
    ).toBe(true);
    const json = energy(`${args} --json`, { 'm.csv': local }).out.map(
      (line) => JSON.parse(line) as { channel: string },
    );
    expect(json.every(({ channel }) => channel === 'night')).toBe(true);
  });

  test('a month that heads above its budget is told of', () => {
    const risk = (budget: number) =>
      energy(`waste --meter m.csv ${periods} --budget ${budget}`, { 'm.csv': local }).out.at(-1);
    // Two weeks of October at 200 kWh a night and 960 a workday.
    expect(risk(20_000)).toMatch(/^2026-10 heads for \d+ ± \d+ kWh, above its budget with 100 %: warning$/);
    expect(risk(50_000)).toMatch(/above its budget with 0 %$/);
    const json = JSON.parse(
      energy(`waste --meter m.csv ${periods} --budget 33000 --json`, { 'm.csv': local }).out.at(-1) ?? '',
    ) as { forecastKwh: number };
    expect(json).toMatchObject({ month: '2026-10', warning: false });
    expect(json.forecastKwh / (22 * 960 + 9 * 480 + 31 * 195)).toBeCloseTo(1, 1);
  });

  test('a stuck meter is a data fault and no warning', () => {
    const stuck = local
      .split('\n')
      .map((line, i) => (i > 195 * 24 && i < 200 * 24 ? line.replace(/,.*/, ',999') : line));
    const { out } = energy(`waste --meter m.csv ${periods}`, { 'm.csv': stuck.join('\n') });
    expect(out[0]).toContain('data fault: stuck');
    expect(out.filter((line) => line.includes('workday'))).toEqual([]);
  });

  test('study prints a table of every detector', () => {
    const { code, out } = energy(`study --meter m.csv ${periods}`, { 'm.csv': local });
    expect(code).toBe(0);
    expect(out[0]).toBe('| detector | false alarms a month | night +20 % | weekend on | +1 % a week | stuck meter |');
    expect(out.slice(2, 7).map((line) => line.split(' | ')[0])).toEqual([
      '| meter watch',
      '| data faults',
      '| watch',
      '| static threshold',
      '| windowed Gaussian',
    ]);
  });

  test('a meter of days has no nights', () => {
    const days = csv(230, 1440, () => 100);
    expect(energy(`waste --meter d.csv ${periods}`, { 'd.csv': days })).toMatchObject({
      code: 2,
      err: expect.stringContaining('longer than an hour'),
    });
  });

  test('what is judged lies behind what is learned', () => {
    const args = 'study --meter m.csv --baseline 2026-03-03/2026-09-01 --test 2026-08-01/2026-10-15';
    expect(energy(args, { 'm.csv': office })).toMatchObject({ code: 2, err: expect.stringContaining('--test') });
  });
});
