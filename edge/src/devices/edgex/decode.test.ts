import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';

const TOPIC = 'edgex/events/device/virtual/P/D/R';

function hear(json: string) {
  const payload = new TextEncoder().encode(json);
  return createDecoder({ zoneOf: () => undefined }).decode(
    { topic: TOPIC, payload, retain: false, receivedAt: null },
    createMemory(),
  );
}

function reading(origin: string): string {
  return `{"deviceName":"D","resourceName":"R","valueType":"Int8","value":"1","origin": ${origin}}`;
}

test.each([
  ['1781000000123999999', '1781000000124000001'],
  ['1781000000123456789', '1781000000124000000'],
])('origins %s and %s, beyond 2^53, lie in milliseconds 123 and 124', (early, late) => {
  const event = `{"id":"e1","readings":[${reading(early)},${reading(late)}]}`;
  const encoded = `{"correlationID":"c","payload":"${Buffer.from(event).toString('base64')}"}`;
  for (const json of [`{"event":${event}}`, encoded]) {
    expect(hear(json)).toMatchObject({
      sourceId: 'edgex:e1',
      lines: [{ at: 1_781_000_000_123 }, { at: 1_781_000_000_124 }],
    });
  }
});

test('a batch of events has no one id', () => {
  const event = `{"id":"e1","readings":[${reading('1781000000123456789')}]}`;
  expect(hear(`[${event},${event}]`)).toMatchObject({ sourceId: null, lines: [{ value: 1 }, { value: 1 }] });
});
