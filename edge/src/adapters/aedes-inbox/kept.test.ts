import { expect, test } from 'vitest';
import { createKeptMessages } from './kept.ts';

const BYTES = Uint8Array.from({ length: 256 }, (_, byte) => byte);

function topics(kept: ReturnType<typeof createKeptMessages>, ...filters: string[]): string[] {
  return Array.from(kept.under(filters), ({ topic }) => topic);
}

test('a message comes back byte for byte, with the quality that it was published with', () => {
  const kept = createKeptMessages();
  const read = new Uint8Array(1_000);
  read.set(BYTES, 300);
  kept.keep({ topic: 'hall/meter', payload: read.subarray(300, 556), qos: 1 });
  kept.keep({ topic: 'hall/words', payload: '电梯 ↑', qos: 2 });
  read.fill(0);
  expect([...kept.under(['hall/#'])]).toEqual([
    { cmd: 'publish', topic: 'hall/meter', qos: 1, payload: Buffer.from(BYTES) },
    { cmd: 'publish', topic: 'hall/words', qos: 2, payload: Buffer.from('电梯 ↑') },
  ]);
});

test('the newest of a topic is kept, and none once it was empty', () => {
  const kept = createKeptMessages();
  for (const payload of ['1', '2']) kept.keep({ topic: 'a', payload, qos: 0 });
  expect(Array.from(kept.under(['a']), ({ payload }) => String(payload))).toEqual(['2']);
  kept.keep({ topic: 'a', payload: '' });
  kept.keep({ topic: 'b', payload: new Uint8Array() });
  expect(topics(kept, '#')).toEqual([]);
});

test('each filter gets those that it matches', () => {
  const kept = createKeptMessages();
  for (const topic of ['a', 'a/b', 'a/b/c', 'b']) kept.keep({ topic, payload: 'x' });
  expect(topics(kept, 'a/+')).toEqual(['a/b']);
  expect(topics(kept, 'a/#')).toEqual(['a', 'a/b', 'a/b/c']);
  expect(topics(kept, 'b', '+')).toEqual(['b', 'a', 'b']);
});
