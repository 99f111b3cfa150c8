import { expect, test } from 'vitest';
import type { DecodeMemory } from '../../domain/decoded.ts';
import { createDecoder, createMemory } from '../index.ts';

const decoder = createDecoder({ zoneOf: () => 'Asia/Shanghai' });

function keyOf(body: object): string | null {
  const payload = new TextEncoder().encode(JSON.stringify({ TY: 'Fault', fault_type: 8, ...body }));
  const message = { topic: 'shmashine/MX1/fault', payload, retain: false, receivedAt: null };
  return decoder.decode(message, createMemory()).sourceId;
}

test('a redelivery has the same key; begin, end and the next begin have keys of their own', () => {
  const begin = { ST: 'add', faultId: '7', time: '2026-03-20 10:00:00' };
  expect(keyOf(begin)).toBe(keyOf({ ...begin }));
  const keys = [begin, { ...begin, ST: 'disappear' }, { ...begin, time: '2026-03-20 11:00:00' }].map(keyOf);
  expect(new Set(keys).size).toBe(3);
});

test('without an id or a time nothing tells a redelivery', () => {
  expect(keyOf({ ST: 'add', time: '2026-03-20 10:00:00' })).toBeNull();
  expect(keyOf({ ST: 'add', faultId: '7' })).toBeNull();
});

const NOON = Date.UTC(2026, 2, 20, 12);

/** What a message of MX1 says of faults (`brake raised`) and of the mode. */
function saidBy(what: string, body: object, receivedAt: number, memory: DecodeMemory, retain = false): string[] {
  const payload = new TextEncoder().encode(JSON.stringify(body));
  const { lines } = decoder.decode({ topic: `shmashine/MX1/${what}`, payload, retain, receivedAt }, memory);
  return lines.flatMap((line) => {
    if (line.kind === 'fault') return [`${line.fault} ${line.state}`];
    return line.kind === 'reading' && line.metric === 'mode' ? [String(line.value)] : [];
  });
}

/** A car roof's frame that says normal. */
function normalAt(millis: number): object {
  const bytes = new Uint8Array(20);
  new DataView(bytes.buffer).setUint32(0, millis / 1000, true);
  return { TY: 'M', ST: 'S', sensorType: 'CarRoof', D: bytes.toBase64() };
}

test('a fault without a second ends with a frame that was taken after it was heard', () => {
  const memory = createMemory();
  const begin = { TY: 'Fault', ST: 'add', fault_type: 16, sensorType: 'CarRoof', time: '2026-03-20 20:00:342' };
  saidBy('fault', begin, NOON, memory);
  expect(saidBy('monitor', normalAt(NOON - 1000), NOON + 1000, memory)).not.toContain('brake cleared');
  expect(saidBy('monitor', normalAt(NOON + 2000), NOON + 2000, memory)).toContain('brake cleared');
});

test('a frame that is old or was kept by the broker ends no fault', () => {
  const memory = createMemory();
  saidBy('fault', { TY: 'Fault', ST: 'add', fault_type: 16, sensorType: 'CarRoof' }, NOON, memory);
  expect(saidBy('monitor', normalAt(NOON + 1000), NOON + 3_600_000, memory)).not.toContain('brake cleared');
  expect(saidBy('monitor', normalAt(NOON + 2000), NOON + 2000, memory, true)).not.toContain('brake cleared');
  expect(saidBy('monitor', normalAt(NOON + 3000), NOON + 3000, memory)).toContain('brake cleared');
});

test('the mode of a box that has fallen silent no longer counts', () => {
  const memory = createMemory();
  const machineRoom = { TY: 'M', ST: 'S', sensorType: 'MotorRoom', repair: 1 };
  expect(saidBy('monitor', machineRoom, NOON, memory)).toContain('inspection');
  expect(saidBy('monitor', normalAt(NOON + 60_000), NOON + 60_000, memory)).toContain('inspection');
  expect(saidBy('monitor', normalAt(NOON + 3_600_000), NOON + 3_600_000, memory)).toContain('normal');
});
