import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decoded } from '../../domain/decoded.ts';
import { createDecoder, createMemory } from '../index.ts';
import { compileMapping } from './compile.ts';
import { parsePath, valueAt } from './path.ts';
import { mappingJsonSchema } from './schema.ts';

const SUMP = `family: acme-sump
topic: plant/{site}/{device}/data
time: { path: ts, format: seconds }
readings:
  - { path: level, metric: water_level_m, unit: cm }
  - { path: pump, metric: pump_running, words: { RUN: true, STOP: false } }
  - { path: temp, metric: temperature_c, unit: F, bad: [9999] }
  - { path: 'phases[0]["v x"]', metric: voltage_v, scale: 0.1, offset: 1, part: a }
  - { path: spin, metric: rotor.speed }
faults:
  - { path: alarms, codes: { 3: level_high, 4: pump_failed }, cleared: [0] }
  - { path: lid, fault: tamper, raised: [open], code: lidCode }
availability:
  topic: plant/{site}/{device}/status
  online: alive
  offline: [dead, gone]
`;

function dialectOf(yaml: string) {
  const compiled = compileMapping(yaml, 'test.yaml');
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.errors));
  return compiled.dialect;
}

function errorsOf(yaml: string) {
  const compiled = compileMapping(yaml, 'test.yaml');
  return compiled.ok
    ? []
    : compiled.errors.map(({ line, column, key, message }) => `${line}:${column} ${key}: ${message}`);
}

function listen(yaml: string, zone?: string) {
  const decoder = createDecoder({ mappings: [dialectOf(yaml)], zoneOf: () => zone });
  const memory = createMemory();
  return (topic: string, payload: unknown): readonly Decoded[] => {
    const text = typeof payload === 'string' ? payload : JSON.stringify(payload);
    return decoder.decode({ topic, payload: new TextEncoder().encode(text), retain: false, receivedAt: null }, memory)
      .lines;
  };
}

describe('a mapping', () => {
  test('turns units, words, scales and failed measurements into readings of the house', () => {
    const hear = listen(SUMP);
    const lines = hear('plant/north/sump-3/data', {
      ts: 1_790_000_000,
      level: '132',
      pump: 'run',
      temp: 212,
      phases: [{ 'v x': 2290 }],
      spin: 1450,
    });
    const at = Date.UTC(2026, 8, 21, 14, 13, 20);
    expect(lines).toMatchObject([
      { family: 'acme-sump', device: 'sump-3', metric: 'water_level_m', value: 1.32, at, quality: 'good' },
      { metric: 'pump_running', value: true },
      { metric: 'temperature_c', value: 100 },
      { metric: 'voltage_v', value: 230, part: 'a' },
      { metric: 'rotor.speed', value: 1450 },
    ]);
    expect(hear('plant/north/sump-3/data', { temp: 9999, level: null })).toMatchObject([
      { metric: 'water_level_m', value: null, quality: 'unknown' },
      { metric: 'temperature_c', value: null, quality: 'bad' },
    ]);
  });

  test('a value that cannot be read or cannot be true is rejected and its neighbours stand', () => {
    expect(
      listen(SUMP)('plant/n/s/data', { level: 'deep', pump: 'RUN', spin: 'fast' }).map((line) => line.kind),
    ).toEqual(['rejected', 'reading', 'rejected']);
  });

  test('a list of codes raises what is new and clears what is gone', () => {
    const hear = listen(SUMP);
    const faults = (payload: unknown) =>
      hear('plant/n/s/data', payload).map((line) =>
        line.kind === 'fault' ? `${line.fault} ${line.state}` : line.kind,
      );
    expect(faults({ alarms: [3, 99] })).toEqual(['level_high raised', 'unknown raised']);
    expect(faults({ alarms: [4, 99] })).toEqual(['pump_failed raised', 'unknown raised', 'level_high cleared']);
    expect(faults({ alarms: 0 })).toEqual(['pump_failed cleared', 'unknown cleared']);
    expect(faults({ alarms: 0 })).toEqual([]);
  });

  test('a single fault keeps the vendor’s code', () => {
    const hear = listen(SUMP);
    expect(hear('plant/n/s/data', { lid: 'OPEN', lidCode: 'E7' })).toMatchObject([
      { fault: 'tamper', state: 'raised', vendorCode: 'E7' },
    ]);
    expect(hear('plant/n/s/data', { lid: 'shut' })).toMatchObject([{ fault: 'tamper', state: 'cleared' }]);
  });

  test('availability has its own topic and its own words', () => {
    const hear = listen(SUMP);
    expect(hear('plant/n/s/status', 'Alive')).toMatchObject([{ kind: 'availability', device: 's', online: true }]);
    expect(hear('plant/n/s/status', 'gone')).toMatchObject([{ kind: 'availability', online: false }]);
    expect(hear('plant/n/s/status', 'hm')).toMatchObject([{ kind: 'rejected' }]);
  });

  test('goes through a list, names devices from the payload and reads local time of its zone', () => {
    const hear = listen(`family: gate
topic: gw/+/up
device: { path: id }
each: meters
time: { path: t, format: dd/MM/yyyy HH:mm:ss, zone: Asia/Shanghai }
readings: [{ path: p, metric: active_power_w, unit: kW }]
`);
    expect(
      hear('gw/7/up', { meters: [{ id: 17, p: 1.5, t: '04/05/2026 18:00:00' }, { id: 'm2', p: 2 }, { p: 3 }] }),
    ).toMatchObject([
      { device: '17', value: 1500, at: Date.UTC(2026, 4, 4, 10) },
      { device: 'm2', value: 2000, at: null },
      { kind: 'rejected' },
    ]);
  });

  test('counts of nanoseconds beyond 2^53 keep their millisecond', () => {
    const hear = listen(
      'family: ns\ntopic: "{device}"\ntime: { path: t, format: nanoseconds }\nreadings: [{ path: v, metric: leak }]\n',
    );
    expect(hear('d', '{"t":1625605672073875500,"v":1}')).toMatchObject([{ at: 1_625_605_672_073, value: true }]);
  });

  test('a bare value is at path $; a capture names the part', () => {
    const hear = listen(
      'family: bare\npayload: text\ntopic: "m/{device}/ch{n}/power"\nreadings: [{ path: $, metric: active_power_w, part: "ch{n}" }]\n',
    );
    expect(hear('m/x/ch2/power', ' 12.5\n')).toMatchObject([{ device: 'x', part: 'ch2', value: 12.5 }]);
  });

  test('goes before the built-in dialects, but only where its condition holds', () => {
    const yaml = `family: pit-inputs
topic: application/+/device/{device}/event/up
when: { path: deviceInfo.deviceProfileName, is: Milesight UC300 }
readings: [{ path: object.gpio_input_3, metric: float_high, words: { "on": true, "off": false } }]
`;
    const hear = listen(yaml);
    const up = (profile: string) => ({
      deviceInfo: { devEui: '24e124aa', deviceProfileName: profile },
      object: { gpio_input_3: 'on', battery: 5 },
    });
    expect(hear('application/a/device/24e124aa/event/up', up('Milesight UC300'))).toMatchObject([
      { family: 'pit-inputs', metric: 'float_high', value: true },
    ]);
    expect(hear('application/a/device/24e124aa/event/up', up('Other'))).toMatchObject([
      { family: 'milesight', metric: 'battery_pct' },
    ]);
  });
});

describe('a wrong mapping', () => {
  test.each([
    [
      'family: x1\ntopic: a/{device}\nreadings:\n  - path: v\n    metric: water_level_m\n    unit: bar\n',
      '6:5 readings[0].unit: "bar" cannot be turned into the unit of water_level_m; it can be m, cm, mm, ft, in',
    ],
    [
      'family: x1\ntopic: a/{device}\nreadings:\n  - path: v\n    metrik: leak\n',
      '5:5 readings[0].metrik: "metrik" is not a key of a mapping here',
    ],
    [
      'family: x1\ntopic: a/b\nreadings: [{ path: v, metric: leak }]\n',
      "2:1 topic: the topic has no {device}, which the device's id needs",
    ],
    [
      'family: x1\ntopic: a/{device}\nreadings: [{ path: "v..w", metric: leak }]\n',
      '3:14 readings[0].path: "v..w" is not a path such as data.items[0].value',
    ],
    ['family: x1\ntopic: a/{device}\nfaults:\n  - path: v\n    fault: flood\n', '5:5 faults[0].fault:'],
    [
      'family: x1\ntopic: a/{device}\nfaults:\n  - path: v\n',
      '4:5 faults[0]: a fault rule has either "fault" or "codes"',
    ],
    [
      'family: x1\ntopic: a/{device}\ntime: { path: t, format: HH:mm, zone: Moon/Base }\nreadings: [{ path: v, metric: leak }]\n',
      '3:33 time.zone: "Moon/Base" is not an IANA zone such as Asia/Shanghai',
    ],
    [
      'family: x1\ntopic: a/{device}\ntime: { path: t, format: HH:mm }\nreadings: [{ path: v, metric: leak }]\n',
      '3:18 time.format: "HH:mm" is neither a known format nor a pattern with yyyy, MM and dd',
    ],
    [
      'family: x1\ntopic: a/#/{device}\nreadings: [{ path: v, metric: leak }]\n',
      '2:1 topic: "#" may only be the last level',
    ],
    [
      'family: x1\ntopic: a/{device}\nreadings: [{ path: v, metric: door, words: { AUF: ajar } }]\n',
      '3:46 readings[0].words.AUF: door can be open, opening, closed, closing',
    ],
    [
      'family: x1\ntopic: a/{device}\nreadings: [{ path: v, metric: leak, scale: 2 }]\n',
      '3:37 readings[0].scale: leak is not a number, so it has no scale',
    ],
    ['family: x1\ntopic: a/{device}\n', '1:1 : the mapping has neither readings nor faults nor availability'],
    ['family: x1\nfamily: x2\n', '2:1 : Map keys must be unique'],
    ['family: x1\ntopic: [a\n', ': '],
    ['- just\n- a list\n', '1:1 :'],
    ['', '1:1 :'],
  ])('is told with line, column and key: %j', (yaml, wanted) => {
    const errors = errorsOf(yaml);
    expect(errors.length).toBeGreaterThan(0);
    expect(
      errors.some((error) => error.includes(wanted)),
      errors.join('\n'),
    ).toBe(true);
  });

  test('all its faults are told at once', () => {
    expect(
      errorsOf('family: Acme Sump\ntopic: 5\nreadings: [{ metric: leak }]\nbogus: 1\n').map(
        (error) => error.split(':')[0],
      ),
    ).toEqual(['1', '2', '3', '4']);
  });

  test('an alias bomb is an error, not an outage', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefgh'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefg'[index]}`).join(',')}]`)
      .join('\n')}\n`;
    expect(errorsOf(bomb)).toEqual([expect.stringContaining('alias')]);
  });

  test('any text compiles or is refused with a place, never a throw', () => {
    const words = fc.constantFrom(
      'family',
      'topic',
      'readings',
      'path',
      ':',
      '- ',
      '\n',
      '  ',
      '{',
      '}',
      '[',
      ']',
      '*a',
      '&a',
      '"',
      'a/{device}',
      'leak',
      'metric',
      '!!js',
      '#',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(words).map((parts) => parts.join('')),
        ),
        (yaml) => {
          const compiled = compileMapping(yaml, 'f');
          if (!compiled.ok) for (const error of compiled.errors) expect(error.line).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('a path', () => {
  test('reaches own members only', () => {
    const value = JSON.parse('{"a":[{"b c":1}],"__proto__":{"x":2}}') as unknown;
    expect(valueAt(value, parsePath('$.a[0]["b c"]') ?? [])).toBe(1);
    for (const path of [
      'constructor',
      'a.length',
      '__proto__.constructor',
      'a[0].toString',
      'a["0"]',
      'toString.name',
    ]) {
      expect(valueAt(value, parsePath(path) ?? []), path).toBeUndefined();
    }
  });

  test('text that is no path is refused', () => {
    for (const path of ['a..b', 'a[', 'a[-1]', '.', 'a b', '[*]']) expect(parsePath(path), path).toBeUndefined();
  });
});

test('the committed JSON Schema is the one that the mapping is checked with', () => {
  const committed: unknown = JSON.parse(readFileSync(new URL('mapping.schema.json', import.meta.url), 'utf8'));
  expect(committed).toEqual(JSON.parse(JSON.stringify(mappingJsonSchema())));
});

test('the examples of the README compile', () => {
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const examples = [...readme.matchAll(/```yaml\n([\s\S]*?)```/g)].map((found) =>
    (found[1] ?? '').replace(/^ {3}/gm, ''),
  );
  expect(examples).toHaveLength(2);
  for (const example of examples) expect(errorsOf(example)).toEqual([]);
});
