import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';
import { wholeNumber } from './payload.ts';
import { rebirthCommand } from './rebirth.ts';
import { WireFault, WireReader } from './wire.ts';

const decoder = createDecoder({ zoneOf: () => undefined });
const RECEIVED = Date.UTC(2026, 8, 21, 12);

interface Vector {
  readonly id: string;
  readonly messages: readonly { readonly topic: string; readonly payload: string | { readonly base64: string } }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../../simulators/vectors/sparkplug.json', import.meta.url), 'utf8'),
) as Vector[];

function messages(id: string) {
  const found = vectors.find((vector) => vector.id === id)?.messages ?? [];
  const bytes = (payload: Vector['messages'][number]['payload']) =>
    typeof payload === 'string' ? Buffer.from(payload) : Buffer.from(payload.base64, 'base64');
  return found.map(({ topic, payload }) => ({ topic, payload: new Uint8Array(bytes(payload)) }));
}

describe('asking for a rebirth', () => {
  const live = messages('sparkplug/gap').map((message) => ({ ...message, retain: false, receivedAt: RECEIVED }));
  const [birth, deviceBirth, afterGap, inOrder, unborn] = live as [
    (typeof live)[0],
    (typeof live)[0],
    (typeof live)[0],
    (typeof live)[0],
    (typeof live)[0],
  ];

  test('a gap in the numbers asks once in ten seconds, and what came is said', () => {
    const memory = createMemory();
    const asks = (message: typeof birth, after: number) =>
      decoder.decode({ ...message, receivedAt: RECEIVED + after }, memory).asks;
    expect([asks(birth, 0), asks(deviceBirth, 0)]).toEqual([[], []]);
    const [ask] = asks(afterGap, 1);
    expect(ask?.topic).toBe('spBv1.0/Harbour/NCMD/gw 6');
    expect(asks(inOrder, 2)).toEqual([]);
    expect(asks(deviceBirth, 3)).toEqual([]);
    expect(asks(afterGap, 10_001)).toHaveLength(1);
  });

  test('an alias of which no birth was heard asks; a retained message never does', () => {
    expect(decoder.decode(unborn, createMemory()).asks).toHaveLength(1);
    expect(decoder.decode({ ...unborn, retain: true }, createMemory()).asks).toEqual([]);
  });

  test('of nodes that somebody invents, a hundred are asked within ten seconds', () => {
    const memory = createMemory();
    const asked = (count: number, at: number) =>
      Array.from({ length: count }, (_, n) => {
        const topic = `spBv1.0/Invented/DDATA/${at} ${n}/x`;
        return decoder.decode({ ...unborn, topic, receivedAt: at }, memory).asks.length;
      }).reduce((sum, one) => sum + one, 0);
    expect(asked(500, RECEIVED)).toBe(100);
    expect(asked(500, RECEIVED + 9_999)).toBe(0);
    expect(asked(500, RECEIVED + 10_000)).toBe(100);
  });

  test('the order is what the specification says, byte for byte', () => {
    const { topic, payload } = rebirthCommand('G 1', 'n', 1_486_144_502_122);
    expect(topic).toBe('spBv1.0/G 1/NCMD/n');
    // timestamp (1), metric (2): name (1), timestamp (3), datatype 11 (4), boolean true (14).
    expect(Buffer.from(payload).toString('hex')).toBe(
      '08eaf2f5a8a02b' +
        '1221' +
        '0a14' +
        Buffer.from('Node Control/Rebirth').toString('hex') +
        '18eaf2f5a8a02b' +
        '200b' +
        '7001',
    );
  });

  test('a number that wraps from 255 to 0 is no gap, nor is a message that comes twice', () => {
    const memory = createMemory();
    decoder.decode(birth, memory);
    const numbered = (seq: number) =>
      decoder.decode({ ...birth, topic: 'spBv1.0/Harbour/NDATA/gw 6', payload: seqOnly(seq) }, memory).asks.length;
    for (let seq = 1; seq < 600; seq += 1) expect(numbered(seq % 256)).toBe(0);
    expect(numbered(599 % 256)).toBe(0);
    expect(numbered(603 % 256)).toBe(1);
  });
});

function seqOnly(seq: number): Uint8Array {
  return seq < 128 ? Uint8Array.of(0x18, seq) : Uint8Array.of(0x18, seq, 1);
}

test('what is remembered is plain JSON: a checkpoint changes nothing', () => {
  for (const { id } of vectors) {
    const kept = new Map<string, string>();
    const memory = {
      get: (key: string) => (kept.has(key) ? (JSON.parse(kept.get(key) ?? '') as unknown) : undefined),
      set: (key: string, value: unknown) => void kept.set(key, JSON.stringify(value)),
    };
    const plain = createMemory();
    for (const message of messages(id)) {
      const live = { ...message, retain: false, receivedAt: null };
      expect(decoder.decode(live, memory)).toEqual(decoder.decode(live, plain));
    }
  }
});

test('a birth introduces its device', () => {
  const [, birth] = messages('sparkplug/names');
  const { descriptions } = decoder.decode({ ...birth, retain: false, receivedAt: null } as never, createMemory());
  expect(descriptions).toMatchObject([{ family: 'sparkplug', device: 'Harbour/gw 2/meter', name: 'meter' }]);
  expect(descriptions[0]?.points).toContainEqual({ metric: 'voltage_v', part: 'a', name: 'voltage_v/a', unit: 'V' });
});

describe('the wire', () => {
  const bytes = (hex: string) => new WireReader(new Uint8Array(Buffer.from(hex, 'hex')));

  test.each([
    ['00', 0],
    ['ff7f', 16_383],
    ['ffffffffffffff0f', 2 ** 53 - 1],
    ['8080808080808010', 2n ** 53n],
    ['ffffffffffffffffff01', 2n ** 64n - 1n],
    ['8080808080808080807f', null],
    ['ffffffffffffffffffff01', null],
    ['ff', null],
  ])('%s is the whole number %s', (hex, value) => {
    if (value === null) expect(() => bytes(hex).uint()).toThrow(WireFault);
    else expect(bytes(hex).uint()).toBe(value);
  });

  test.each(['0b', '0c', '0e', '00', '0aff', '0a80808080808001', '0900000000000000', '0d000000'])(
    '%s is refused, whatever its lengths say',
    (hex) => {
      const reader = bytes(hex);
      expect(() => reader.skip(reader.next())).toThrow(WireFault);
    },
  );
});

test.each([
  [255, 1, -1],
  [128, 1, -128],
  [127, 1, 127],
  [2 ** 32 - 128, 1, -128],
  [2 ** 32 - 129, 1, undefined],
  [300, 1, undefined],
  [2n ** 64n - 32_768n, 2, -32_768],
  [2 ** 31, 3, -(2 ** 31)],
  [2 ** 32, 3, undefined],
  [2n ** 64n - 1n, 4, -1],
  [256, 5, undefined],
  [2 ** 32 - 1, 7, 2 ** 32 - 1],
  [2 ** 31, null, undefined],
] as const)('%s of datatype %s is %s', (raw, datatype, meant) => {
  expect(wholeNumber(raw, datatype)).toBe(meant);
});

test.each([
  [12.1, 12.1],
  [0.333_333_34, 0.333_333_34],
  [16_777_215, 16_777_215],
  [-0.5, -0.5],
])('a float of 32 bits that was %s is said as %s', (sent, said) => {
  const metric = Buffer.from([0x12, 10, 0x0a, 1, 0x78, 0x20, 9, 0x65, 0, 0, 0, 0]);
  metric.writeFloatLE(sent, 8);
  const message = { topic: 'spBv1.0/g/NBIRTH/n', payload: new Uint8Array(metric), retain: false, receivedAt: null };
  const { lines } = decoder.decode(message, createMemory());
  expect(lines).toContainEqual(expect.objectContaining({ metric: 'x', value: said }));
});

test('two pumps and two leaks of one device are told apart by their folders', () => {
  const name = (text: string) => [0x0a, text.length, ...Buffer.from(text), 0x20, 11, 0x70, 1];
  const metrics = ['North/leak', 'South/leak', 'Pit/Pump/running', 'Roof/Pump/running'].map(name);
  const payload = Uint8Array.from(metrics.flatMap((metric) => [0x12, metric.length, ...metric]));
  const { lines } = decoder.decode(
    { topic: 'spBv1.0/g/NBIRTH/n', payload, retain: false, receivedAt: null },
    createMemory(),
  );
  const told = lines.flatMap((line) => (line.kind === 'reading' ? [`${line.metric} ${line.part}`] : []));
  expect(told).toEqual(['leak north', 'leak south', 'pump_running pit', 'pump_running roof']);
});
