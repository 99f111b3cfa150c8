import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { readSeries, type SeriesOptions } from './read-series.ts';

function read(text: string | Uint8Array, options: Partial<SeriesOptions> & { column?: string } = {}) {
  const { column, ...more } = options;
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  return readSeries(column === undefined ? 'm.csv' : `m.csv:${column}`, { stamp: 'start', read: () => bytes, ...more });
}

const told = (text: string, options: Parameters<typeof read>[1] = {}) => {
  const { series } = read(text, options);
  return series.map(({ at, value }) => [new Date(at).toISOString().slice(0, 16), value]);
};

test.each([
  ['commas', 'time,kwh,"temp, F"\n2026-03-01,1.5,"60"\n2026-03-02,2,61'],
  ['semicolons and decimal commas', 'time;kwh;"temp, F"\n2026-03-01;1,5;"60"\n2026-03-02;2;61'],
  ['tabs', 'time\tkwh\ttemp, F\n2026-03-01\t1,5\t"60"\n2026-03-02\t"2"\t61'],
])('a file with %s is read, whatever its names hold', (_what, text) => {
  expect(told(text).map(([, value]) => value)).toEqual([1.5, 2]);
  expect(told(text, { column: 'temp, F' }).map(([, value]) => value)).toEqual([60, 61]);
});

test('a comma within a number is told where commas part cells, and thousands are told everywhere', () => {
  expect(() => read('time,kwh\n2026-03-01,"1,5"\n2026-03-02,2')).toThrow('m.csv:2: "1,5" is not a number');
  expect(() => read('time;kwh\n2026-03-01;1,234,567\n2026-03-02;2')).toThrow('m.csv:2: "1,234,567" is not a number');
});

test('a row with more cells than the header is told: an unquoted thousand is no one', () => {
  expect(() => read('time,kwh\n2026-03-01,1,234.5\n2026-03-02,2')).toThrow(
    'm.csv:2: the row has 3 cells, the header 2; a number that holds commas must be quoted',
  );
  expect(told('time,kwh\n2026-03-01,1,,\n2026-03-02,2,')).toHaveLength(2);
});

test('numbers are decimal', () => {
  expect(() => read('time,kwh\n2026-03-01,0x1F\n2026-03-02,2')).toThrow('m.csv:2: "0x1F" is not a number');
  expect(told('time,kwh\n2026-03-01,+.5e1\n2026-03-02,2.').map(([, value]) => value)).toEqual([5, 2]);
});

describe('whatever letters a file is written in', () => {
  const text = '时间,用电量\n2026-03-01,1\n2026-03-02,2';
  // 时间 and 用电量 as Chinese spreadsheets write them.
  const gbk = Buffer.concat([
    Buffer.from('cab1bce42cd3c3b5e7c1bf', 'hex'),
    Buffer.from('\n2026-03-01,1\n2026-03-02,2'),
  ]);
  const little = Buffer.from(`\uFEFF${text}`, 'utf16le');
  const big = Buffer.from(little).swap16();

  test.each([
    ['UTF-8', new TextEncoder().encode(text), []],
    ['UTF-8 with a mark', new TextEncoder().encode(`\uFEFF${text}`), []],
    ['GBK', gbk, ['m.csv: it is no UTF-8 and was read as GB18030']],
    ['GBK, packed', gzipSync(gbk), ['m.csv: it is no UTF-8 and was read as GB18030']],
    ['UTF-16', little, []],
    ['UTF-16, big end first', big, []],
  ])('%s', (_, bytes, notes) => {
    const found = read(bytes, { column: '用电量', zone: 'Asia/Shanghai' });
    expect(found.series.map(({ value }) => value)).toEqual([1, 2]);
    expect(found.notes).toEqual(notes);
  });

  test('what is no text of any of them is told', () => {
    expect(() => read(new Uint8Array([0xff, 0xff, 0x2c, 0x81, 0x0a]))).toThrow('m.csv:1: it is no UTF-8');
  });
});

describe('times', () => {
  test.each([
    ['2026-03-02T08:00:00+08:00', '2026-03-02T00:00'],
    ['2026-03-02T00:00:00Z', '2026-03-02T00:00'],
    ['2026-03-02 00:00', '2026-03-02T00:00'],
    ['2026/3/2 0:00', '2026-03-02T00:00'],
    ['2026-03-02', '2026-03-02T00:00'],
    ['2026-03-01 24:00', '2026-03-02T00:00'],
    ['3/2/26 0:00', '2026-03-02T00:00'],
    ['03/02/2026 00:00', '2026-03-02T00:00'],
    ['3/2/2026 12:00 AM', '2026-03-02T00:00'],
    ['1/1/89 1:00', '1989-01-01T01:00'],
  ])('%s', (written, expected) => {
    expect(
      told(`time,kwh\n${written},1\n2026-03-05T00:00Z,2`).toSorted((a, b) =>
        String(a[1]).localeCompare(String(b[1])),
      )[0],
    ).toEqual([expected, 1]);
  });

  test('local times are the zone’s; an hour that clocks repeat comes twice', () => {
    const rows = ['00:00', '01:00', '02:00', '02:00', '03:00'].map((time, i) => `2026-10-25 ${time},${i}`);
    expect(told(`time,kwh\n${rows.join('\n')}`, { zone: 'Europe/Berlin' })).toEqual([
      ['2026-10-24T22:00', 0],
      ['2026-10-24T23:00', 1],
      ['2026-10-25T00:00', 2],
      ['2026-10-25T01:00', 3],
      ['2026-10-25T02:00', 4],
    ]);
  });

  test('a file that has the hour which clocks skip, and the next one, keeps winter time all year', () => {
    const rows = ['03-29 01:00', '03-29 02:00', '03-29 03:00', '07-01 12:00'].map((time, i) => `2026-${time},${i}`);
    const text = `time,kwh\n${rows.join('\n')}`;
    expect(told(text, { zone: 'Europe/Berlin' }).map(([at]) => at)).toEqual([
      '2026-03-29T00:00',
      '2026-03-29T01:00',
      '2026-03-29T02:00',
      '2026-07-01T11:00',
    ]);
    expect(read(text, { zone: 'Europe/Berlin' }).notes).toEqual([
      expect.stringMatching(/Europe\/Berlin skips, so it was read as \+01:00/),
    ]);
    expect(read(text.replaceAll('03-29', '10-04'), { zone: 'Australia/Sydney' }).notes[0]).toMatch(/as \+10:00/);
    expect(read(text.replaceAll('03-29', '03-08'), { zone: 'America/St_Johns' }).notes[0]).toMatch(/as -03:30/);
  });

  test('the skipped hour alone is moved past the gap', () => {
    const text = 'time,kwh\n2026-03-29 01:00,1\n2026-03-29 02:00,2\n2026-03-29 04:00,3';
    expect(told(text, { zone: 'Europe/Berlin' }).map(([at]) => at)).toEqual([
      '2026-03-29T00:00',
      '2026-03-29T01:00',
      '2026-03-29T02:00',
    ]);
  });

  test('without a zone they are read as UTC, and that is said', () => {
    expect(read('time,kwh\n2026-01-01 00:00,1\n2026-01-01 01:00,2').notes).toEqual([
      expect.stringMatching(/read as UTC/),
    ]);
    expect(read('time,kwh\n2026-01-01T00:00Z,1\n2026-01-01T01:00Z,2').notes).toEqual([]);
  });

  test('with --stamp end a row is the interval before it', () => {
    expect(
      told('time,kwh\n2026-01-01T01:00Z,1\n2026-01-01T02:00Z,2\n2026-01-01T03:00Z,2\n2026-01-01T06:00Z,3', {
        stamp: 'end',
      }).map(([at]) => at),
    ).toEqual(['2026-01-01T00:00', '2026-01-01T01:00', '2026-01-01T02:00', '2026-01-01T05:00']);
  });
});

describe('values', () => {
  test('blank and NaN are missing, other columns are left alone', () => {
    const text =
      '\uFEFFtime,kwh,"temp, °F"\r\n2026-01-01T00:00Z,1,"50.5"\r\n2026-01-01T01:00Z,nan,x\r\n2026-01-01T02:00Z,,51\r\n\r\n';
    expect(told(text).map(([, value]) => value)).toEqual([1, null, null]);
    expect(() => read(text, { column: 'temp, °F' })).toThrow('m.csv:3: "x" is not a number');
  });

  test('gzip is known by its first bytes', () => {
    expect(read(gzipSync('time,kwh\n2026-01-01T00:00Z,1\n2026-01-01T01:00Z,2')).series).toHaveLength(2);
  });

  test('rows out of order are sorted, equal ones count once', () => {
    const { series, notes } = read('time,kwh\n2026-01-01T01:00Z,2\n2026-01-01T00:00Z,1\n2026-01-01T01:00Z,2');
    expect(series.map(({ value }) => value)).toEqual([1, 2]);
    expect(notes).toEqual([expect.stringMatching(/sorted/)]);
  });

  test('a row whose time is NA is left out and told', () => {
    const { series, notes } = read('time,kwh\n2026-01-01T00:00Z,1\nNA,5\n2026-01-01T02:00Z,2');
    expect(series).toHaveLength(2);
    expect(notes).toEqual([expect.stringMatching(/1 rows have no time .* line 3/)]);
  });

  test('rows that contradict each other are refused, or averaged where that is asked for', () => {
    const text = 'time,temp\n2026-01-01T00:00Z,1\n2026-01-01T00:00Z,3\n2026-01-01T01:00Z,5';
    expect(() => read(text)).toThrow('m.csv:3: another value for 2026-01-01T00:00:00.000Z stands on line 2');
    const { series, notes } = read(text, { duplicates: 'mean' });
    expect(series.map(({ value }) => value)).toEqual([2, 5]);
    expect(notes).toEqual([expect.stringMatching(/line 3.*mean/)]);
  });
});

describe('what cannot be read is told with its line', () => {
  test.each([
    ['', /is empty/],
    ['2026-01-01T00:00Z,1\n2026-01-01T01:00Z,2', /m\.csv:1: a header is missing/],
    ['time\n2026-01-01T00:00Z', /no value column 2/],
    ['time,kwh\nyesterday,1', /m\.csv:2: "yesterday" is no time/],
    ['time,kwh\n2026-02-30,1', /m\.csv:2: "2026-02-30" is no time/],
    ['time,kwh\n2026-13-01T00:00Z,1', /m\.csv:2/],
    ['time,kwh\n2026-03-01 24:30,1', /m\.csv:2: "2026-03-01 24:30" is no time/],
    [
      'time,kwh\n2026-01-01T00:00Z,1\n2026-01-01T01:00Z,1,5 kWh\n2026-01-01T02:00Z,five',
      /m\.csv:4: "five" is not a number/,
    ],
    ['time,a,b\n2026-01-01T00:00Z', /m\.csv:2: the row ends before column 2/],
    ['time,kwh\n2026-01-01T00:00Z,Infinity', /"Infinity" is not a number/],
    ['time,kwh\n2026-01-01T00:00Z,1', /fewer than two intervals/],
  ])('%j', (text, reason) => {
    expect(() => read(text)).toThrow(reason);
  });

  test('ten lines of many, and how many more', () => {
    const rows = Array.from({ length: 15 }, () => 'x,1').join('\n');
    expect(() => read(`time,kwh\n${rows}`)).toThrow(/m\.csv:11: .*\nm\.csv: and 5 more such lines/);
  });

  test('a column that is not there is told with those that are', () => {
    expect(() => read('time,kwh,temp\n', { column: 'gas' })).toThrow('there is no value column gas; it has kwh, temp');
  });

  test('a broken archive', () => {
    expect(() => read(new Uint8Array([0x1f, 0x8b, 1, 2, 3]))).toThrow(/m\.csv cannot be read/);
  });
});
