import { expect, test } from 'vitest';
import { isMappingName, matchesTopic, patternLike, topicPattern } from './topic.ts';

test.each([
  ['plant/north/sump-3/data', 'plant/north/{device}/data', 'plant'],
  ['v1/devices/pump-7/telemetry', 'v1/devices/{device}/telemetry', 'pump-7'],
  ['厂区/泵房/水泵1', '厂区/泵房/{device}', 'my-device'],
  ['data/status', 'data/{device}', 'status'],
  ['sump', 'sump', 'sump'],
])('%s is caught by %s', (topic, pattern, family) => {
  expect(topicPattern(topic)).toEqual({ pattern, family });
  expect(matchesTopic(pattern, topic)).toBe(true);
});

test('a pattern takes what the edge would take', () => {
  expect(matchesTopic('a/meter-{n}/+/#', 'a/meter-7/x/y/z')).toBe(true);
  expect(matchesTopic('a/meter-{n}', 'a/meter-')).toBe(false);
  expect(matchesTopic('a/{device}', 'a/b/c')).toBe(false);
  expect(matchesTopic('a/{device}/data', 'a/b/status')).toBe(false);
});

test('another topic of the same device keeps the place of its captures', () => {
  expect(patternLike('plant/{site}/{device}/data', 'plant/north/sump-3/status')).toBe('plant/{site}/{device}/status');
  expect(patternLike('a/b/c/{device}', 'x/pump-1')).toBe('x/{device}');
});

test('a mapping has a name that a file may have', () => {
  expect(['acme', 'a.b_c-1', 'A', '-a', '', 'a/b', '../x'].map(isMappingName)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
});
