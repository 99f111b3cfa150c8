import { describe, expect, test } from 'vitest';
import {
  addTopic,
  dropPath,
  mappingTemplate,
  pathWithin,
  putAvailability,
  putCode,
  putDevice,
  putFault,
  putReading,
  putTime,
  roleOf,
  usedBy,
} from './yaml.ts';

const TEMPLATE = mappingTemplate('plant/north/sump-3/data', '{"level":132}', 'plant', 'Made here.');

describe('a mapping to begin with', () => {
  test('catches the device in its topic', () => {
    expect(TEMPLATE).toBe('# Made here.\nfamily: plant\ntopic: plant/north/{device}/data\nreadings: []\n');
  });

  test('is called as its file is, where that may be', () => {
    expect(mappingTemplate('plant/a/data', null, 'plant-2', 'x')).toContain('family: plant-2\n');
    expect(mappingTemplate('plant/a/data', null, 'my.file', 'x')).toContain('family: plant\n');
  });

  test('names the device itself where the topic has one level, and says when the payload is bare text', () => {
    expect(mappingTemplate('sump', 'alive', 'my.file', 'x')).toContain('device: sump\npayload: text\n');
  });
});

describe('building', () => {
  test('adds readings, one to a line, and keeps comments and everything else', () => {
    const before =
      '# mine\nfamily: a-b # kind\ntopic: "a/{device}"\n\n# what it says\nreadings:\n  - { path: x, metric: leak } # tank\n';
    const after = putReading(before, { path: 'level', metric: 'water_level_m', unit: 'cm' });
    expect(after).toBe(`${before}  - { path: level, metric: water_level_m, unit: cm }\n`);
  });

  test('opens an empty list', () => {
    expect(putReading(TEMPLATE, { path: 'pump', metric: 'pump_running', words: { RUN: true, STOP: false } })).toContain(
      'readings:\n  - { path: pump, metric: pump_running, words: { RUN: true, STOP: false } }\n',
    );
  });

  test('changes the reading that a path already has', () => {
    const first = putReading(TEMPLATE, { path: 'level', metric: 'water_level_m' }) ?? '';
    const second = putReading(first, { path: 'level', metric: 'water_level_m', unit: 'cm' }) ?? '';
    expect(second.match(/path: level/g)).toHaveLength(1);
    expect(usedBy(second).readings.get('level')).toEqual({ path: 'level', metric: 'water_level_m', unit: 'cm' });
  });

  test('quotes paths with brackets, so that the text can be read again', () => {
    const yaml = putReading(TEMPLATE, { path: 'items[0].v', metric: 'temperature_c' }) ?? '';
    expect(usedBy(yaml).readings.has('items[0].v')).toBe(true);
  });

  test('says time, device and faults, and takes them out again', () => {
    let yaml = putTime(TEMPLATE, 'ts', 'seconds') ?? '';
    yaml = putDevice(yaml, 'id') ?? '';
    yaml = putFault(yaml, { path: 'alarm', fault: 'leak', raised: 'A' }) ?? '';
    expect(yaml).toContain('time: { path: ts, format: seconds }\n');
    expect(usedBy(yaml)).toMatchObject({ time: { path: 'ts', format: 'seconds' }, device: 'id' });
    expect(['ts', 'id', 'alarm', 'x'].map((path) => roleOf(path, usedBy(yaml)))).toEqual([
      'time',
      'device',
      'fault',
      null,
    ]);
    for (const path of ['ts', 'id', 'alarm']) yaml = dropPath(yaml, path) ?? '';
    expect(usedBy(yaml)).toMatchObject({ time: null, device: null, faults: new Map() });
    expect(yaml).toContain('readings: []');
  });

  test('gives codes of one list their meanings, one by one', () => {
    const leak = putCode(TEMPLATE, 'alarms', '3', 'leak') ?? '';
    const both = putCode(leak, 'alarms', 'E4', 'pump_failed') ?? '';
    expect(usedBy(both).faults.get('alarms')?.codes).toEqual({ 3: 'leak', E4: 'pump_failed' });
    expect(usedBy(putCode(both, 'alarms', '3', null) ?? '').faults.get('alarms')?.codes).toEqual({ E4: 'pump_failed' });
    expect(putCode(leak, 'alarms', '3', null)).toContain('faults: []');
  });

  test('reads another topic of the device too, and its word of being online', () => {
    const more = addTopic(TEMPLATE, 'plant/north/sump-3/alarm') ?? '';
    expect(usedBy(more).topics).toEqual(['plant/north/{device}/data', 'plant/north/{device}/alarm']);
    expect(usedBy(addTopic(more, 'plant/north/sump-3/x') ?? '').topics).toHaveLength(3);
    expect(addTopic(more, 'plant/north/sump-3/alarm')).toBe(more);
    expect(putAvailability(TEMPLATE, 'plant/north/sump-3/status', 'Alive')).toContain(
      'availability: { topic: "plant/north/{device}/status", online: Alive, offline: dead }',
    );
    expect(putAvailability(TEMPLATE, 'plant/north/sump-3/status', 'what')).toBeNull();
  });

  test('refuses a text with a mistake of form, and starts one that is empty', () => {
    expect(putReading('readings: [', { path: 'a', metric: 'leak' })).toBeNull();
    expect(putReading('just text', { path: 'a', metric: 'leak' })).toBeNull();
    expect(putReading('', { path: 'a', metric: 'leak' })).toContain('- { path: a, metric: leak }');
    expect(putReading('# only a comment\n', { path: 'a', metric: 'leak' })).toContain('# only a comment');
    expect(usedBy(': : [').readings.size).toBe(0);
  });
});

test('inside a list a path starts at its entries', () => {
  expect(pathWithin('data.items', 'data.items[3].temp')).toBe('temp');
  expect(pathWithin('items', 'items[3]')).toBe('$');
  expect(pathWithin('items', 'itemsize')).toBe('itemsize');
  expect(pathWithin(null, 'items[3].temp')).toBe('items[3].temp');
});
