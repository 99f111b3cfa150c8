import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { OutMessage } from '../devices/message.ts';
import { play, readSpeed, replay, type Moment } from './replay.ts';
import { instantOf, readSeries } from './series.ts';

const ZONE = 'Asia/Shanghai';
const RECORD = `time,school,office
2018-01-01T00:00:00Z,18.4,100
2018-01-01T01:00:00Z,,110
2018-01-01T02:00:00Z,13.6,NaN
2018-01-01T03:00:00Z,20,120
`;
const HOUR = 3_600_000;
const T0 = Date.parse('2018-01-01T00:00:00Z');

const counters = (moments: readonly Moment[]) =>
  moments.map(({ messages }) => {
    const data = messages.find(({ topic }) => topic.endsWith('emdata:0'));
    return data ? JSON.parse(data.payload).total_act : null;
  });

describe('a recorded series', () => {
  let dir = '';
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'keepsite-replay-'));
  });
  afterEach(() => rm(dir, { recursive: true }));
  const file = async (name: string, content: string | Buffer) => {
    await writeFile(join(dir, name), content);
    return join(dir, name);
  };

  test('is read plain and packed, from its second column or a named one, gaps as gaps', async () => {
    const plain = await readSeries(await file('a.csv', RECORD), undefined, ZONE);
    expect(plain.map(({ value }) => value)).toEqual([18.4, null, 13.6, 20]);
    expect(plain[0]?.at).toBe(T0);
    expect(await readSeries(await file('a.csv.gz', gzipSync(RECORD)), undefined, ZONE)).toEqual(plain);
    const office = await readSeries(await file('a.csv', RECORD), 'office', ZONE);
    expect(office.map(({ value }) => value)).toEqual([100, 110, null, 120]);
  });

  test.each([
    ['3/2/26 8:05', '2026-03-02T00:05:00.000Z'],
    ['12/31/2026 23:45', '2026-12-31T15:45:00.000Z'],
    ['2026-03-02 08:05:00', '2026-03-02T00:05:00.000Z'],
    ['2026-03-02T08:05:00+09:00', '2026-03-01T23:05:00.000Z'],
    ['2026-03-02', '2026-03-01T16:00:00.000Z'],
  ])('%s is a time', (text, instant) => {
    expect(new Date(instantOf(text, ZONE) ?? Number.NaN).toISOString()).toBe(instant);
  });

  test.each(['', 'soon', '13/45/26 8:05', '2026-02-30'])('"%s" is none', (text) => {
    expect(() => instantOf(text, ZONE)).not.toThrow();
    expect(instantOf(text, ZONE)).toBeNull();
  });

  test('what cannot be read is named with its line', async () => {
    const refused = (text: string, column?: string) =>
      file('b.csv', text).then((path) => readSeries(path, column, ZONE));
    await expect(refused(RECORD, 'mall')).rejects.toMatchObject({
      code: 'SIM_BAD_INPUT',
      message: expect.stringContaining('school, office'),
    });
    await expect(refused(RECORD.replace('13.6', 'x'))).rejects.toMatchObject({
      message: expect.stringContaining('line 4'),
    });
    await expect(refused(RECORD.replace('T03', 'T01'))).rejects.toMatchObject({
      message: expect.stringContaining('time does not rise'),
    });
    await expect(readSeries(join(dir, 'nothing.csv'), undefined, ZONE)).rejects.toMatchObject({
      code: 'SIM_BAD_INPUT',
    });
    await expect(readSeries(await file('c.csv.gz', 'not packed'), undefined, ZONE)).rejects.toMatchObject({
      code: 'SIM_BAD_INPUT',
    });
  });
});

describe('a replayed meter', () => {
  const samples = [18.4, null, 13.6, 20].map((value, i) => ({ at: T0 + i * HOUR, value }));
  const shelly = { device: 'shellypro3em-1', family: 'shelly-gen2', unit: 'kwh', zone: ZONE } as const;

  test('counts what was recorded, stands still in a gap, and speaks at the end of each interval', () => {
    const moments = [...replay(samples, shelly)];
    expect(moments.map(({ at }) => at)).toEqual([1, 2, 3, 4].map((h) => T0 + h * HOUR));
    expect(counters(moments)).toEqual([18_400, null, 32_000, 52_000]);
  });

  test('kW over an hour and kWh of an hour are the same meter; over a quarter they are not', () => {
    expect(counters([...replay(samples, { ...shelly, unit: 'kw' })])).toEqual([18_400, null, 32_000, 52_000]);
    const quarters = samples.map(({ value }, i) => ({ at: T0 + (i * HOUR) / 4, value }));
    expect(counters([...replay(quarters, { ...shelly, unit: 'kw' })])).toEqual([4600, null, 8000, 13_000]);
  });

  test('speaks Tasmota too, with the power of the interval', () => {
    const [first] = replay(samples, { ...shelly, family: 'tasmota', device: 'pow' });
    expect(first?.messages[0]?.topic).toBe('tele/pow/SENSOR');
    expect(JSON.parse(first?.messages[0]?.payload ?? '').ENERGY).toMatchObject({ Power: 18_400, Total: 18.4 });
  });

  test('kWh of a quarter of an hour are four times as many kW', () => {
    const quarters = samples.map(({ value }, i) => ({ at: T0 + (i * HOUR) / 4, value }));
    const [first] = replay(quarters, { ...shelly, family: 'tasmota' });
    expect(JSON.parse(first?.messages[0]?.payload ?? '').ENERGY).toMatchObject({ Power: 73_600, Total: 18.4 });
  });

  test('plays at its speed: an hour at 3600x is a second, and gaps take their time as well', async () => {
    const waits: number[] = [];
    const said: OutMessage[] = [];
    const count = await play(replay(samples, shelly), {
      speed: 3600,
      sleep: async (ms) => void waits.push(ms),
      publish: (messages) => void said.push(...messages),
    });
    expect([count, waits]).toEqual([3, [1000, 1000, 1000]]);
    expect(said).toHaveLength(9);
  });

  test.each([
    ['waits below five milliseconds', 3_600_000, 1000],
    ['fractions of a millisecond', 480_000, 7500],
  ])('%s are saved up, not lost', async (_what, speed, total) => {
    const many = Array.from({ length: 1001 }, (_, i) => ({ at: T0 + i * HOUR, value: 1 }));
    let waited = 0;
    const sleep = async (ms: number) => void (waited += ms);
    await play(replay(many, shelly), { speed, sleep, publish: () => undefined });
    expect(waited).toBeGreaterThan(total - 5);
    expect(waited).toBeLessThanOrEqual(total);
  });

  test('reads a speed', () => {
    expect([readSpeed('3600x'), readSpeed('1.5')]).toEqual([3600, 1.5]);
    expect(() => readSpeed('fast')).toThrow(/no speed/);
    expect(() => readSpeed('0x')).toThrow(/no speed/);
  });
});
