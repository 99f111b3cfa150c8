import { existsSync, readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Decoded } from '../domain/decoded.ts';
import { usableInstant } from '../domain/time-text.ts';
import { createDecoder, createMemory, DIALECTS, MAX_PAYLOAD_BYTES } from './index.ts';

interface Vector {
  readonly id: string;
  readonly family: string;
  readonly zone?: string;
  readonly messages: readonly {
    readonly topic: string;
    readonly payload: string | { readonly base64: string };
    readonly retain?: boolean;
    readonly receivedAt?: string;
  }[];
  readonly expect: readonly Record<string, unknown>[];
  readonly forbid?: readonly Record<string, unknown>[];
  readonly why: string;
}

const VECTORS = new URL('../../../simulators/vectors/', import.meta.url);

function vectorsOf(family: string): Vector[] {
  const file = new URL(`${family}.json`, VECTORS);
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Vector[]) : [];
}

function bytesOf(payload: Vector['messages'][number]['payload']): Uint8Array {
  return typeof payload === 'string'
    ? new TextEncoder().encode(payload)
    : new Uint8Array(Buffer.from(payload.base64, 'base64'));
}

function messageOf({ topic, payload, retain, receivedAt }: Vector['messages'][number]) {
  const received = receivedAt === undefined ? null : Date.parse(receivedAt);
  return { topic, payload: bytesOf(payload), retain: retain === true, receivedAt: received };
}

function decodeVector(vector: Vector): (Decoded & { message: number })[] {
  const decoder = createDecoder({ zoneOf: () => vector.zone });
  const memory = createMemory();
  return vector.messages.flatMap((message, index) =>
    decoder.decode(messageOf(message), memory).lines.map((line) => ({ ...line, message: index + 1 })),
  );
}

function matches(line: Record<string, unknown>, entry: Record<string, unknown>): boolean {
  return Object.entries(entry).every(([key, wanted]) => {
    const came = line[key];
    if (key === 'at' && typeof wanted === 'string') return came === Date.parse(wanted);
    if (typeof wanted === 'number' && typeof came === 'number')
      return Math.abs(came - wanted) <= 1e-9 * Math.max(1, Math.abs(wanted));
    return came === wanted;
  });
}

describe.each(DIALECTS.map((dialect) => [dialect.family, dialect] as const))('the dialect %s', (family, dialect) => {
  const vectors = vectorsOf(family);

  test('has a README, vectors and a name of its own', () => {
    expect(existsSync(new URL(`${family}/README.md`, import.meta.url))).toBe(true);
    expect(vectors.length).toBeGreaterThan(0);
    expect(DIALECTS.filter((other) => other.family === family)).toHaveLength(1);
    expect(dialect.expectEverySeconds).toBeGreaterThan(0);
  });

  test.each(vectors.map((vector) => [vector.id, vector.why, vector] as const))('%s: %s', (_id, _why, vector) => {
    const lines = decodeVector(vector);
    for (const entry of vector.expect) {
      expect(lines, `wanted ${JSON.stringify(entry)}`).toSatisfy((all: typeof lines) =>
        all.some((line) => matches({ ...line }, entry)),
      );
    }
    for (const entry of vector.forbid ?? []) {
      expect(
        lines.filter((line) => matches({ ...line }, entry)),
        `forbidden ${JSON.stringify(entry)}`,
      ).toEqual([]);
    }
  });

  test('recognises its own messages, and nobody else is surer', () => {
    const decoder = createDecoder({ zoneOf: () => undefined });
    for (const { messages } of vectors) {
      // Devices may announce their topics in an earlier message.
      const memory = createMemory();
      for (const message of messages) {
        const result = decoder.decode(messageOf(message), memory);
        const own = dialect.uplink ? [family, 'chirpstack', 'tts'] : [family];
        expect(own, `${message.topic} went to ${String(result.family)}`).toContain(result.family);
      }
    }
  });

  test('says the same of a message whose keys come in another order', () => {
    for (const vector of vectors) {
      const turned = {
        ...vector,
        messages: vector.messages.map((one) => ({ ...one, payload: reversed(one.payload) })),
      };
      expect(sorted(decodeVector(turned)), vector.id).toEqual(sorted(decodeVector(vector)));
    }
  });

  test('remembers nothing that does not survive a checkpoint', () => {
    for (const vector of vectors) {
      const kept = new Map<string, unknown>();
      const memory = {
        get: (key: string) => kept.get(key),
        set: (key: string, value: unknown) => void kept.set(key, value),
      };
      const decoder = createDecoder({ zoneOf: () => vector.zone });
      for (const message of vector.messages) decoder.decode(messageOf(message), memory);
      expect(JSON.parse(JSON.stringify([...kept])), vector.id).toStrictEqual([...kept]);
    }
  });

  test('survives any damage: it never throws and never yields a number that is not finite', () => {
    const messages = vectors.flatMap((vector) => vector.messages.map(messageOf));
    const decoder = createDecoder({ zoneOf: () => 'Europe/Berlin' });
    const damaged = fc.record({
      index: fc.nat({ max: messages.length - 1 }),
      changes: fc.array(fc.tuple(fc.nat({ max: 2000 }), fc.nat({ max: 255 })), { maxLength: 6 }),
      keep: fc.double({ min: 0, max: 1, noNaN: true }),
      forced: fc.boolean(),
    });
    fc.assert(
      fc.property(damaged, ({ index, changes, keep, forced }) => {
        const message = messages[index];
        if (!message) return;
        const payload = message.payload.slice(0, Math.ceil(message.payload.length * (keep < 0.7 ? 1 : keep)));
        for (const [at, byte] of changes) if (payload.length > 0) payload[at % payload.length] = byte;
        checkLines(decoder.decode({ ...message, payload }, createMemory(), forced ? family : undefined).lines);
      }),
      { numRuns: 400 },
    );
  });

  test('survives any JSON in place of any value', () => {
    const messages = vectors.flatMap((vector) => vector.messages.map(messageOf));
    const decoder = createDecoder({ zoneOf: () => undefined });
    fc.assert(
      fc.property(
        fc.nat({ max: messages.length - 1 }),
        fc.nat({ max: 50 }),
        fc.jsonValue({ maxDepth: 3 }),
        (index, place, value) => {
          const message = messages[index];
          if (!message) return;
          const payload = new TextEncoder().encode(replaced(new TextDecoder().decode(message.payload), place, value));
          checkLines(decoder.decode({ ...message, payload }, createMemory(), family).lines);
        },
      ),
      { numRuns: 400 },
    );
  });
});

function checkLines(lines: readonly Decoded[]): void {
  for (const line of lines) {
    if (line.kind === 'rejected') expect(line.reason).not.toBe('');
    else {
      expect(line.device).not.toBe('');
      if (line.at !== null) expect(usableInstant(line.at)).toBe(line.at);
    }
    if (line.kind === 'reading') {
      if (typeof line.value === 'number') expect(Number.isFinite(line.value)).toBe(true);
      if (line.value === null) expect(['unknown', 'bad']).toContain(line.quality);
    }
  }
}

function sorted(lines: readonly object[]): string[] {
  return lines.map((line) => JSON.stringify(line)).toSorted();
}

function reversed(payload: Vector['messages'][number]['payload']): Vector['messages'][number]['payload'] {
  if (typeof payload !== 'string') return payload;
  try {
    return JSON.stringify(JSON.parse(payload, (_, value: unknown) => turned(value)));
  } catch {
    return payload;
  }
}

function turned(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).reverse());
}

/** Puts a value in the place of the n-th leaf of a JSON text. */
function replaced(text: string, place: number, value: unknown): string {
  let seen = 0;
  try {
    return JSON.stringify(JSON.parse(text, (_, leaf: unknown) => (seen++ === place ? value : leaf)));
  } catch {
    return text;
  }
}

describe('the decoder', () => {
  const decoder = createDecoder({ zoneOf: () => undefined });
  const send = (topic: string, payload: string | Uint8Array, more: object = {}) =>
    decoder.decode(
      {
        topic,
        payload: typeof payload === 'string' ? new TextEncoder().encode(payload) : payload,
        retain: false,
        receivedAt: null,
        ...more,
      },
      createMemory(),
    );

  test('every family folder is registered', () => {
    const folders = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name !== 'mapped')
      .map((entry) => entry.name);
    expect(decoder.families.toSorted()).toEqual(folders.toSorted());
  });

  test('a message that nobody recognises gives one honest rejection', () => {
    const { family, lines } = send('somewhere/else', '{"a":1}');
    expect(family).toBeNull();
    expect(lines).toEqual([
      { kind: 'rejected', family: null, device: null, reason: 'no dialect recognises this message' },
    ]);
  });

  test('a dialect that throws is caught and named', () => {
    const broken = {
      family: 'broken',
      expectEverySeconds: 1,
      recognises: () => 1,
      decode: () => {
        throw new Error('ouch');
      },
    };
    const { lines } = createDecoder({ dialects: [broken], zoneOf: () => undefined }).decode(
      { topic: 'x', payload: new Uint8Array([1]), retain: false, receivedAt: null },
      createMemory(),
    );
    expect(lines).toEqual([
      { kind: 'rejected', family: 'broken', device: null, reason: 'broken could not decode this: ouch' },
    ]);
  });

  test('a payload of exactly the bound is read, one byte more is rejected', () => {
    const exact = `{"metric":"leak","value":true,"x":"`;
    const text = `${exact}${'y'.repeat(MAX_PAYLOAD_BYTES - exact.length - 2)}"}`;
    expect(send('keepsite/p/devices/d/reading', text).lines[0]?.kind).toBe('reading');
    expect(send('keepsite/p/devices/d/reading', `${text} `).lines[0]?.kind).toBe('rejected');
  });

  test('deep nesting, broken UTF-8 and polluted prototypes do no harm', () => {
    const deep = `{"metric":"leak","value":true,"x":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(send('keepsite/p/devices/d/reading', deep).lines[0]).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('nests deeper'),
    });
    expect(send('keepsite/p/devices/d/reading', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x7d])).lines[0]).toMatchObject(
      { kind: 'rejected', reason: 'the payload is not UTF-8' },
    );
    const polluted = send(
      'keepsite/p/devices/d/reading',
      '{"__proto__":{"quality":"bad"},"constructor":1,"metric":"leak","value":true}',
    );
    expect(polluted.lines[0]).toMatchObject({ kind: 'reading', quality: 'good' });
    expect(({} as Record<string, unknown>)['quality']).toBeUndefined();
  });

  test('of a key that is sent twice the last counts', () => {
    expect(send('keepsite/p/devices/d/reading', '{"metric":"leak","value":true,"value":false}').lines[0]).toMatchObject(
      { value: false },
    );
  });

  test('a state of exactly five minutes ago is live, a millisecond older is cached; retained is cached; a future clock is not', () => {
    const at = Date.UTC(2026, 4, 4);
    const sent = JSON.stringify({ metric: 'leak', value: true, at: new Date(at).toISOString() });
    const quality = (more: object) =>
      (send('keepsite/p/devices/d/reading', sent, more).lines[0] as { quality: string }).quality;
    expect(quality({ receivedAt: at + 300_000 })).toBe('good');
    expect(quality({ receivedAt: at + 300_001 })).toBe('cached');
    expect(quality({ receivedAt: null })).toBe('good');
    expect(quality({ receivedAt: at - 3_600_000 })).toBe('good');
    expect(quality({ receivedAt: null, retain: true })).toBe('cached');
  });

  test('a forced family decodes, also inside an envelope; an unknown one is rejected', () => {
    const bare = decoder.decode(
      {
        topic: 'gw/up',
        payload: new TextEncoder().encode('{"devEUI":"24E1","leakage_status":"leak"}'),
        retain: false,
        receivedAt: null,
      },
      createMemory(),
      'milesight',
    );
    expect(bare.lines[0]).toMatchObject({ metric: 'leak', value: true, device: '24e1' });
    const inside = '{"deduplicationId":"d1","deviceInfo":{"devEui":"0102"},"object":{"depth":250}}';
    const plain = {
      topic: 'application/a/device/0102/event/up',
      payload: new TextEncoder().encode(inside),
      retain: false,
      receivedAt: null,
    };
    expect(decoder.decode(plain, createMemory()).lines[0]?.kind).toBe('rejected');
    expect(decoder.decode(plain, createMemory(), 'milesight').lines[0]).toMatchObject({
      metric: 'water_level_m',
      value: 2.5,
    });
    const adopted = createDecoder({
      zoneOf: () => undefined,
      familyOf: (id) => (id === '0102' ? 'milesight' : undefined),
    });
    expect(adopted.decode(plain, createMemory())).toMatchObject({ family: 'milesight', sourceId: 'chirpstack:up:d1' });
    expect(decoder.decode(plain, createMemory(), 'nobody').lines[0]?.kind).toBe('rejected');
  });

  test('a topic that nobody recognises goes to the dialect to which it was announced, until that is taken back', () => {
    const memory = createMemory();
    const hear = (topic: string, text: string) =>
      decoder.decode({ topic, payload: new TextEncoder().encode(text), retain: false, receivedAt: null }, memory);
    const config = '{"state_topic":"yard/pit","device_class":"moisture","device":{"identifiers":["pit-1"]}}';
    expect(hear('yard/pit', 'ON')).toMatchObject({ family: null, lines: [{ kind: 'rejected' }] });
    expect(hear('homeassistant/binary_sensor/pit/config', config).lines).toEqual([]);
    expect(hear('yard/pit', 'ON').lines).toMatchObject([{ device: 'pit-1', metric: 'leak', value: true }]);
    expect(hear('zigbee2mqtt/pit', '{"water_leak":true}').family).toBe('zigbee2mqtt');
    expect(hear('homeassistant/binary_sensor/pit/config', '').lines).toEqual([]);
    expect(hear('yard/pit', 'ON').family).toBeNull();
  });

  test('an empty retained payload takes a state away and says nothing', () => {
    expect(send('zigbee2mqtt/leak1', '', { retain: true })).toMatchObject({
      family: 'zigbee2mqtt',
      sourceId: null,
      lines: [],
    });
  });
});
