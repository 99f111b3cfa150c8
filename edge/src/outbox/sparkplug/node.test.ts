import type { Reading } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import { createDecoder, createMemory } from '../../devices/index.ts';
import { readPayload } from '../../devices/sparkplug/payload.ts';
import { rebirthCommand } from '../../devices/sparkplug/rebirth.ts';
import type { Publication } from '../../domain/decoded.ts';
import { createSparkplugNode, type SparkplugNode } from './node.ts';

const NOW = Date.UTC(2026, 2, 2, 8);
const REBIRTH = rebirthCommand('G', 'edge-1', NOW);
const STATE = 'spBv1.0/STATE/scada';
const LISTED = ['meter', 'probe', 'monitor'];

function nodeOf(host: string | null = null): SparkplugNode {
  return createSparkplugNode({ group: 'G', node: 'edge-1', host, rankOf: (device) => LISTED.indexOf(device) });
}

function alive(): SparkplugNode {
  const node = nodeOf();
  node.connecting(0, NOW);
  node.connected(NOW);
  return node;
}

function reading(metric: string, value: Reading['value'], more: Partial<Reading> = {}): Reading {
  const quality = value === null ? 'unknown' : 'good';
  const base = { device: 'meter', part: null, at: NOW - 5, receivedAt: NOW, historical: false };
  return { ...base, metric, value, quality, ...more };
}

const told = ({ topic, payload }: Publication) => ({ topic: topic.replace('spBv1.0/G/', ''), ...readPayload(payload) });
const brief = (publications: readonly Publication[]) => publications.map(told).map(({ topic, seq }) => [topic, seq]);
const state = (online: boolean, timestamp: number) => Buffer.from(JSON.stringify({ online, timestamp }));

/** Name or alias → value, of one message. */
function values(publication: Publication | undefined): Record<string, unknown> {
  if (!publication) return {};
  return Object.fromEntries(
    told(publication).metrics.map(({ name, alias, value, isNull }) => [name ?? alias, isNull ? null : value]),
  );
}

describe('births', () => {
  test('the node first, numbered 0, with bdSeq and the order for a rebirth; then every asset', () => {
    const node = nodeOf();
    node.take('board', reading('active_power_w', 1_200));
    node.take('lift', reading('door', 'open', { device: 'monitor' }));
    const will = node.connecting(7, NOW - 9_000);
    const births = node.connected(NOW);
    expect(told(will)).toMatchObject({
      topic: 'NDEATH/edge-1',
      seq: null,
      metrics: [{ name: 'bdSeq', value: 7, datatype: 4, timestamp: NOW - 9_000 }],
    });
    expect(brief(births)).toEqual([
      ['NBIRTH/edge-1', 0],
      ['DBIRTH/edge-1/board', 1],
      ['DBIRTH/edge-1/lift', 2],
    ]);
    expect(births.map(told)[0]?.metrics).toMatchObject([
      { name: 'bdSeq', alias: null, value: 7, datatype: 4 },
      { name: 'Node Control/Rebirth', alias: null, value: false, datatype: 11 },
    ]);
    expect(births.map(told)[1]?.metrics).toMatchObject([
      { name: 'active_power_w', value: 1_200, datatype: 10, unit: 'W', timestamp: NOW - 5, quality: null },
    ]);
    expect(births.map(told)[2]?.metrics).toMatchObject([{ name: 'door', value: 'open', datatype: 12, unit: null }]);
  });

  test('an asset is born with its first value, and anew with a metric that it did not have', () => {
    const node = alive();
    node.take('board', reading('voltage_v', 231, { part: 'a' }));
    expect(brief(node.flush(NOW))).toEqual([['DBIRTH/edge-1/board', 1]]);
    node.take('board', reading('voltage_v', 230, { part: 'b' }));
    node.take('board', reading('voltage_v', 232, { part: 'a' }));
    const [birth, ...more] = node.flush(NOW);
    expect(more).toEqual([]);
    expect(values(birth)).toEqual({ 'voltage_v/a': 232, 'voltage_v/b': 230 });
  });

  test('aliases are unique across the node and mean the same for good', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 1));
    node.take('lift', reading('door', 'open', { device: 'monitor' }));
    const aliases = () => node.heard('spBv1.0/G/NCMD/edge-1', REBIRTH.payload, NOW).say.map(told);
    const first = aliases().flatMap(({ metrics }) => metrics.flatMap(({ alias }) => alias ?? []));
    expect(first).toEqual(['1', '2']);
    node.take('board', reading('active_power_w', 2));
    expect(values(node.flush(NOW + 1)[0])).toEqual({ 1: 2 });
  });

  test('of two devices that say the same, the one that the registry lists first has the plain name', () => {
    const node = alive();
    node.take('room', reading('temperature_c', 21, { device: 'probe' }));
    node.take('room', reading('temperature_c', 19, { device: 'meter' }));
    expect(values(node.flush(NOW)[0])).toEqual({ temperature_c: 19, 'probe/temperature_c': 21 });
  });

  test('a point of which only history is known is born as null', () => {
    const node = alive();
    node.take('board', reading('energy_import_kwh', 10, { historical: true, at: NOW - 3_600_000 }));
    const [birth, data] = node.flush(NOW).map(told);
    expect(birth?.metrics).toMatchObject([{ name: 'energy_import_kwh', isNull: true, quality: 0 }]);
    expect(data?.metrics).toMatchObject([
      { alias: '1', value: 10, historical: true, timestamp: NOW - 3_600_000, name: null },
    ]);
  });

  test('a point of the vendor’s own is what its value is, and is born anew when that changes', () => {
    const node = alive();
    node.take('board', reading('Relay3', null));
    expect(told(node.flush(NOW)[0] as Publication).metrics).toMatchObject([{ datatype: 10, isNull: true }]);
    node.take('board', reading('Relay3', true));
    expect(told(node.flush(NOW)[0] as Publication).metrics).toMatchObject([{ datatype: 11, value: true }]);
  });
});

describe('data', () => {
  test('only what has changed, by alias, once', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 1));
    node.take('board', reading('current_a', 2));
    node.flush(NOW);
    node.take('board', reading('active_power_w', 1));
    expect(node.flush(NOW)).toEqual([]);
    node.take('board', reading('active_power_w', 5, { at: NOW + 1 }));
    node.take('board', reading('active_power_w', 7, { at: NOW + 2 }));
    const data = node.flush(NOW + 3);
    expect(brief(data)).toEqual([['DDATA/edge-1/board', 2]]);
    expect(told(data[0] as Publication).metrics).toMatchObject([
      { name: null, alias: '1', datatype: null, value: 7, timestamp: NOW + 2 },
    ]);
    expect(node.flush(NOW + 4)).toEqual([]);
  });

  test('a poor quality is told, and so is the good one after it', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 1));
    node.flush(NOW);
    const quality = (value: number | null, of: Reading['quality']) => {
      node.take('board', reading('active_power_w', value, { quality: of }));
      return told(node.flush(NOW)[0] as Publication).metrics[0]?.quality;
    };
    expect(quality(1, 'stale')).toBe(500);
    expect(quality(null, 'bad')).toBe(0);
    expect(quality(1, 'good')).toBe(192);
    expect(quality(2, 'good')).toBeNull();
  });

  test('values come oldest first, in births too', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 0, { at: NOW - 1 }));
    node.take('board', reading('current_a', 0, { at: NOW - 2 }));
    expect(Object.keys(values(node.flush(NOW)[0]))).toEqual(['current_a', 'active_power_w']);
    node.take('board', reading('active_power_w', 1, { at: NOW + 20 }));
    node.take('board', reading('current_a', 2, { at: NOW + 10 }));
    expect(told(node.flush(NOW + 30)[0] as Publication).metrics.map(({ value }) => value)).toEqual([2, 1]);
  });

  test('numbers go from 255 to 0, and an hour of history is cut into messages', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 0));
    const numbers = node.flush(NOW).map((one) => told(one).seq);
    for (let value = 1; value <= 300; value += 1) {
      node.take('board', reading('active_power_w', value));
      numbers.push(...node.flush(NOW).map((one) => told(one).seq));
    }
    expect(numbers).toEqual(Array.from({ length: 301 }, (_, n) => (n + 1) % 256));
    for (let n = 0; n < 1_200; n += 1) node.take('board', reading('active_power_w', n, { historical: true, at: n }));
    expect(node.flush(NOW).map((one) => told(one).metrics.length)).toEqual([500, 500, 200]);
  });

  test('of history that nobody takes the newest ten thousand of an asset are kept', () => {
    const node = alive();
    for (let n = 0; n < 30_500; n += 1) node.take('board', reading('active_power_w', n, { historical: true, at: n }));
    const data = node
      .flush(NOW)
      .slice(1)
      .flatMap((one) => told(one).metrics);
    expect([data.length, data[0]?.value, data.at(-1)?.value]).toEqual([10_000, 20_500, 30_499]);
  });

  test('history from when a point was of another type is told as null', () => {
    const node = alive();
    node.take('board', reading('Relay3', 1, { historical: true }));
    node.take('board', reading('Relay3', true));
    expect(told(node.flush(NOW)[1] as Publication).metrics).toMatchObject([{ historical: true, isNull: true }]);
  });

  test('while the link is away only the newest values are kept', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 1));
    node.flush(NOW);
    node.take('board', reading('active_power_w', 2, { historical: true }));
    node.lost();
    node.take('board', reading('active_power_w', 3, { historical: true }));
    node.take('board', reading('active_power_w', 4));
    node.take('board', reading('active_power_w', 5));
    expect(node.flush(NOW)).toEqual([]);
    node.connecting(1, NOW);
    expect(node.connected(NOW).map(values)[1]).toEqual({ active_power_w: 5 });
    expect(node.flush(NOW)).toEqual([]);
  });
});

describe('deaths', () => {
  const gone = (assets: readonly string[]) => ({
    isSilent: (asset: string) => assets.includes(asset),
    standsAt: () => true,
  });

  test('a silent asset dies, and is born again when it speaks', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 1));
    node.flush(NOW);
    node.look(gone(['board']));
    const [death, ...more] = node.flush(NOW + 1).map(told);
    expect([death?.topic, death?.seq, death?.metrics, more]).toEqual(['DDEATH/edge-1/board', 2, [], []]);
    expect(node.flush(NOW + 2)).toEqual([]);
    node.take('board', reading('active_power_w', 9, { quality: 'cached' }));
    expect(node.flush(NOW + 3)).toEqual([]);
    node.take('board', reading('active_power_w', 9));
    expect(brief(node.flush(NOW + 4))).toEqual([['DBIRTH/edge-1/board', 3]]);
  });

  test('a device that moved leaves its old asset', () => {
    const node = alive();
    node.take('room', reading('temperature_c', 21, { device: 'probe' }));
    node.take('room', reading('active_power_w', 1));
    node.take('shed', reading('leak', false, { device: 'monitor' }));
    node.flush(NOW);
    node.look({ isSilent: () => false, standsAt: (device) => device === 'meter' });
    const after = node.flush(NOW);
    expect(brief(after)).toEqual([
      ['DBIRTH/edge-1/room', 3],
      ['DDEATH/edge-1/shed', 4],
    ]);
    expect(values(after[0])).toEqual({ active_power_w: 1 });
  });

  test('who was born says so before it leaves; who was not has nothing to take back', () => {
    expect(nodeOf().die(NOW)).toBeNull();
    const node = nodeOf();
    node.connecting(4, NOW);
    node.connected(NOW);
    expect(values(node.die(NOW) ?? undefined)).toEqual({ bdSeq: 4 });
    expect(node.die(NOW)).toBeNull();
  });
});

describe('a rebirth', () => {
  test('stops data until all are born again, at most once in five seconds', () => {
    const node = alive();
    node.take('board', reading('active_power_w', 1));
    node.flush(NOW);
    const order = (at: number) => brief(node.heard('spBv1.0/G/NCMD/edge-1', REBIRTH.payload, at).say);
    const all = [
      ['NBIRTH/edge-1', 0],
      ['DBIRTH/edge-1/board', 1],
    ];
    expect(order(NOW + 1)).toEqual(all);
    expect(order(NOW + 2)).toEqual([]);
    node.take('board', reading('active_power_w', 2));
    expect(node.flush(NOW + 5_000)).toEqual([]);
    const births = node.flush(NOW + 5_001);
    expect(brief(births)).toEqual(all);
    expect(values(births[1])).toEqual({ active_power_w: 2 });
    expect(node.flush(NOW + 5_002)).toEqual([]);
  });

  test('other orders, orders to others and noise change nothing', () => {
    const node = alive();
    const heard = (topic: string, payload: Uint8Array) => node.heard(topic, payload, NOW).say;
    const refused = Uint8Array.from(REBIRTH.payload);
    refused[refused.length - 1] = 0;
    expect(heard('spBv1.0/G/NCMD/edge-1', refused)).toEqual([]);
    expect(heard('spBv1.0/G/NCMD/edge-1', Uint8Array.of(0x12, 0xff))).toEqual([]);
    expect(heard('spBv1.0/G/NCMD/edge-2', REBIRTH.payload)).toEqual([]);
    expect(heard('spBv1.0/G/NCMD/edge-1/board', REBIRTH.payload)).toEqual([]);
  });
});

describe('a primary host', () => {
  function waiting(): SparkplugNode {
    const node = nodeOf('scada');
    node.connecting(0, NOW);
    expect(node.connected(NOW)).toEqual([]);
    return node;
  }

  test('is waited for; when it goes, the node says NDEATH and starts over', () => {
    const node = waiting();
    node.take('board', reading('active_power_w', 1));
    expect(node.flush(NOW)).toEqual([]);
    expect(node.heard(STATE, state(false, 10), NOW)).toEqual({ say: [], leaving: null });
    expect(brief(node.heard(STATE, state(true, 20), NOW).say)).toEqual([
      ['NBIRTH/edge-1', 0],
      ['DBIRTH/edge-1/board', 1],
    ]);
    expect(node.heard(STATE, state(true, 21), NOW).say).toEqual([]);
    const { say, leaving } = node.heard(STATE, state(false, 21), NOW);
    expect([say, values(leaving ?? undefined)]).toEqual([[], { bdSeq: 0 }]);
    node.connecting(1, NOW);
    expect(node.connected(NOW)).toEqual([]);
    expect(node.heard(STATE, state(true, 22), NOW).say.map(values)[0]).toMatchObject({ bdSeq: 1 });
  });

  test('has to be heard anew on every connection; history from before is not told', () => {
    const node = waiting();
    node.heard(STATE, state(true, 20), NOW);
    node.lost();
    node.connecting(1, NOW);
    expect(node.connected(NOW)).toEqual([]);
    node.take('board', reading('active_power_w', 1, { historical: true }));
    expect(brief(node.heard(STATE, state(true, 20), NOW).say)).toEqual([['NBIRTH/edge-1', 0]]);
    node.take('board', reading('active_power_w', 2));
    expect(node.flush(NOW).map(values)).toEqual([{ active_power_w: 2 }]);
  });

  test('the death of its earlier connection does not count', () => {
    const node = waiting();
    node.heard(STATE, state(true, 20), NOW);
    expect(node.heard(STATE, state(false, 19), NOW).leaving).toBeNull();
  });

  test('its state may come before the subscription is confirmed; noise is no state', () => {
    const node = nodeOf('scada');
    node.connecting(0, NOW);
    for (const noise of ['ONLINE', '{"online":"true","timestamp":1}', 'null', ''])
      node.heard(STATE, Buffer.from(noise), NOW);
    node.heard('spBv1.0/STATE/other', state(true, 1), NOW);
    expect(node.connected(NOW)).toEqual([]);
    node.connecting(1, NOW);
    node.heard(STATE, state(true, 1), NOW);
    expect(node.connected(NOW)).toHaveLength(1);
  });
});

test('the edge’s own reader finds in it what was told', () => {
  const node = nodeOf();
  const readings = [
    reading('active_power_w', -0.1),
    reading('voltage_v', 231.4, { part: 'a' }),
    reading('leak', true),
    reading('door', 'closing'),
    reading('load_kg', null),
    reading('energy_import_kwh', 123_456.789, { quality: 'cached' }),
    reading('current_a', null, { quality: 'bad', part: 'b' }),
  ];
  for (const one of readings) node.take('lift', one);
  node.connecting(3, NOW);
  const births = node.connected(NOW);
  node.take('lift', reading('active_power_w', 77, { at: NOW + 1 }));
  node.take('lift', reading('active_power_w', 66, { at: NOW - 60_000, historical: true }));
  const decoder = createDecoder({ zoneOf: () => undefined });
  const memory = createMemory();
  const results = [...births, ...node.flush(NOW + 2)].map((one) =>
    decoder.decode({ ...one, retain: false, receivedAt: NOW + 3 }, memory),
  );
  expect(results.flatMap(({ asks }) => asks)).toEqual([]);
  const lines = results.flatMap((result) => result.lines).filter(({ kind }) => kind !== 'availability');
  const expected = readings.map(({ metric, part, value, at, quality }) => {
    const heard = quality === 'unknown' ? 'bad' : quality;
    return { metric, part, value, at, quality: heard, historical: false };
  });
  expect(lines).toHaveLength(expected.length + 2);
  expect(lines).toMatchObject([
    ...expected,
    { metric: 'active_power_w', value: 66, at: NOW - 60_000, historical: true },
    { metric: 'active_power_w', value: 77, at: NOW + 1, historical: false, device: 'G/edge-1/lift' },
  ]);
});
