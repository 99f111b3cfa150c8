import { expect, test } from 'vitest';
import { isBareText, pathText, payloadRows, splitPrinted } from './payload.ts';

test('a path is written as a mapping reads it', () => {
  expect(pathText(['data', 'items', 0, 'v'])).toBe('data.items[0].v');
  expect(pathText(['a key.with "dots"'])).toBe(String.raw`["a key.with \"dots\""]`);
  expect(pathText(['温度', 'x-1'])).toBe('温度.x-1');
  expect(pathText(['em:0', '1'])).toBe('["em:0"]["1"]');
  expect(pathText([])).toBe('$');
});

test('a payload is shown line by line, values and what holds them', () => {
  const rows = payloadRows('{"d":{"t":23.4,"on":null},"alarms":[3,"x"]}');
  expect(rows.map((row) => `${'.'.repeat(row.depth)}${row.path}${row.leaf ? `=${row.value}` : ''}`)).toEqual([
    '.d',
    '..d.t=23.4',
    '..d.on=null',
    '.alarms',
    '..alarms[0]=3',
    '..alarms[1]=x',
  ]);
});

test('a payload that is no JSON is one text', () => {
  expect(payloadRows(' alive ')).toMatchObject([{ path: '$', leaf: true, value: 'alive' }]);
  expect([isBareText('alive'), isBareText('23.4'), isBareText('{"a":1}')]).toEqual([true, false, false]);
});

test('a huge payload is cut, not drawn whole', () => {
  expect(payloadRows(JSON.stringify(Array.from({ length: 5000 }, (_, i) => i)))).toHaveLength(300);
});

test('a printed line is split at its topic', () => {
  expect(splitPrinted('plant/a {"x": 1}\n')).toEqual({ topic: 'plant/a', payload: '{"x": 1}' });
  expect(splitPrinted('{"a/b": 1}')).toBeUndefined();
  expect(splitPrinted('alive')).toBeUndefined();
});
