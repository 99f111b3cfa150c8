import { expect, test } from 'vitest';
import { DATATYPE, type Metric, writePayload } from './payload.ts';

/** Field numbers of `sparkplug_b.proto` (specification 6.4), put together by hand: tag = number × 8 + wire type. */
const TIME = 'eaf2f5a8a02b'; // 1 486 144 502 122 as a varint
const AT = 1_486_144_502_122;

function hex(metric: Metric): string {
  const bytes = Buffer.from(writePayload({ timestamp: 0, metrics: [metric] })).toString('hex');
  // timestamp (1) 0, metrics (2), one byte of length
  expect(bytes.slice(0, 6)).toBe('080012');
  expect(Number.parseInt(bytes.slice(6, 8), 16)).toBe((bytes.length - 8) / 2);
  return bytes.slice(8);
}

const text = (word: string) => Buffer.from(word).toString('hex');

test('a payload has its timestamp (1), metrics (2) and seq (3); a death has no seq', () => {
  const bytes = (seq?: number) =>
    Buffer.from(writePayload({ timestamp: AT, metrics: [], ...(seq !== undefined && { seq }) })).toString('hex');
  expect(bytes()).toBe(`08${TIME}`);
  expect(bytes(0)).toBe(`08${TIME}1800`);
  expect(bytes(255)).toBe(`08${TIME}18ff01`);
});

test('in a birth a metric has name (1), alias (2), timestamp (3), datatype (4) and its value', () => {
  const birth = { timestamp: AT, name: 'a', alias: 300 };
  expect(hex({ ...birth, datatype: DATATYPE.double, value: 1.5 })).toBe(`0a016110ac0218${TIME}200a69000000000000f83f`);
  expect(hex({ ...birth, datatype: DATATYPE.boolean, value: false })).toBe(`0a016110ac0218${TIME}200b7000`);
  expect(hex({ ...birth, datatype: DATATYPE.string, value: '上' })).toBe(`0a016110ac0218${TIME}200c7a03e4b88a`);
  expect(hex({ ...birth, datatype: DATATYPE.int64, value: 255 })).toBe(`0a016110ac0218${TIME}200458ff01`);
});

test('in data the alias speaks for name and datatype', () => {
  expect(hex({ alias: 1, timestamp: AT, datatype: DATATYPE.boolean, value: true })).toBe(`100118${TIME}7001`);
});

test('history says is_historical (5), null says is_null (7) and has no value', () => {
  const data = { alias: 1, timestamp: AT, datatype: DATATYPE.double };
  expect(hex({ ...data, value: -2, historical: true })).toBe(`100118${TIME}28016900000000000000c0`);
  expect(hex({ ...data, value: null })).toBe(`100118${TIME}3801`);
});

test('unit and quality are properties (9): keys (1), then values (2) with type (1) and string (8) or int (3)', () => {
  const data = { alias: 1, timestamp: AT, datatype: DATATYPE.double, value: null };
  const keys = { unit: `0a07${text('engUnit')}`, quality: `0a07${text('Quality')}` };
  expect(hex({ ...data, unit: 'W' })).toBe(`100118${TIME}38014a10${keys.unit}1205080c420157`);
  expect(hex({ ...data, quality: 500 })).toBe(`100118${TIME}38014a10${keys.quality}1205080318f403`);
  expect(hex({ ...data, unit: 'W', quality: 0 })).toBe(
    `100118${TIME}38014a1f${keys.unit}${keys.quality}1205080c420157120408031800`,
  );
});

test('many metrics do not run into one another', () => {
  const metrics = Array.from({ length: 2_000 }, (_, alias) => ({
    alias,
    timestamp: AT,
    datatype: DATATYPE.string,
    value: 'x'.repeat(alias % 100),
  }));
  const alone = metrics.map((metric) => writePayload({ timestamp: 0, metrics: [metric] }).slice(2));
  expect(Buffer.from(writePayload({ timestamp: 0, metrics }).slice(2))).toEqual(Buffer.concat(alone));
});
