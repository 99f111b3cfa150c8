import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createDecoder, createMemory } from '../index.ts';
import { readFrame } from './frame.ts';

function up(object: unknown, profile = 'Milesight') {
  return {
    topic: 'application/a/device/24e1240000000001/event/up',
    payload: new TextEncoder().encode(
      JSON.stringify({
        time: '2026-05-04T10:00:00Z',
        deviceInfo: { devEui: '24e1240000000001', deviceProfileName: profile },
        object,
      }),
    ),
    retain: false,
    receivedAt: null,
  };
}

test('what an entry of the history says is historical and has the entry’s time, whatever stands beside it', () => {
  const point = fc.record({
    timestamp: fc.integer({ min: 1_500_000_000, max: 1_800_000_000 }),
    leakage_status: fc.constantFrom('leak', 'normal'),
  });
  const decoder = createDecoder({ zoneOf: () => undefined });
  fc.assert(
    fc.property(fc.array(point, { maxLength: 8 }), fc.option(fc.constantFrom('leak', 'normal')), (history, live) => {
      const object = live === null ? { history } : { history, leakage_status: live };
      const { lines } = decoder.decode(up(object), createMemory());
      const said = lines.map((line) => line.kind === 'reading' && [line.at, line.value, line.historical]);
      const wanted = history.map((one) => [one.timestamp * 1000, one.leakage_status === 'leak', true]);
      expect(said).toEqual([...(live === null ? [] : [[Date.UTC(2026, 4, 4, 10), live === 'leak', false]]), ...wanted]);
    }),
  );
});

test.each([
  ['WS523', { current: 74 }, 0.074],
  ['CT103', { current: 30 }, 30],
  ['somebody’s plug', { current: 74, socket_status: 'on' }, 0.074],
  ['somebody’s clamp', { current: 30 }, 30],
])('the current of %s %j is %d A', (profile, object, amperes) => {
  const { lines } = createDecoder({ zoneOf: () => undefined }).decode(up(object, profile), createMemory());
  expect(lines).toMatchObject([{ metric: 'current_a', value: amperes }]);
});

test('a word that the codec does not document is neither dry nor wet', () => {
  const { lines } = createDecoder({ zoneOf: () => undefined }).decode(up({ leakage_status: 'damp' }), createMemory());
  expect(lines).toMatchObject([{ kind: 'rejected' }]);
});

test('no bytes at all make a frame’s reading throw, and what it reads are finite numbers and words', () => {
  const models = [
    'em300-sld',
    'em300-di',
    'em400-tld',
    'em410-rdl',
    'em500-swl',
    'ct103',
    'ct305',
    'ws523',
    'ws513',
    'uc300',
    'uc501',
    'pit',
  ];
  fc.assert(
    fc.property(fc.constantFrom(...models), fc.uint8Array({ maxLength: 40 }), (model, bytes) => {
      const { object, problem } = readFrame(bytes.toBase64(), model);
      expect(JSON.stringify(object)).toBeTypeOf('string');
      if (problem !== null) expect(problem).not.toBe('');
      const frame = { data: bytes.toBase64(), deviceInfo: { devEui: '24e1240000000001', deviceProfileName: model } };
      const message = { ...up(undefined), payload: new TextEncoder().encode(JSON.stringify(frame)) };
      for (const line of createDecoder({ zoneOf: () => undefined }).decode(message, createMemory()).lines)
        if (line.kind === 'reading' && typeof line.value === 'number') expect(line.value).toSatisfy(Number.isFinite);
    }),
    { numRuns: 500 },
  );
});

test('a frame that a codec has read is not read again', () => {
  const message = up({ leakage_status: 'normal' }, 'EM300-SLD');
  const body = JSON.parse(new TextDecoder().decode(message.payload)) as object;
  const both = { ...message, payload: new TextEncoder().encode(JSON.stringify({ ...body, data: 'BQAB' })) };
  expect(createDecoder({ zoneOf: () => undefined }).decode(both, createMemory()).lines).toMatchObject([
    { value: false },
  ]);
});

test.each(['EM300-SLD', 'em300 zld', 'Leak-EM300_SLD868M'])('the model is found in the name %s', (profile) => {
  const body = { data: 'BQAB', deviceInfo: { devEui: '24e1240000000001', deviceProfileName: profile } };
  const message = { ...up(undefined), payload: new TextEncoder().encode(JSON.stringify(body)) };
  expect(createDecoder({ zoneOf: () => undefined }).decode(message, createMemory()).lines).toMatchObject([
    { metric: 'leak', value: true },
  ]);
});
