import { describe, expect, test } from 'vitest';
import type { OutMessage } from '../devices/message.ts';
import { seeded } from '../random.ts';
import { chaosOf, NO_HARM, readHarm, type Harm } from './chaos.ts';

const messages: OutMessage[] = Array.from({ length: 2000 }, (_, i) => ({
  topic: `t/${i}`,
  payload: `{"i":${i}}`,
  qos: 0,
  retain: false,
}));
const through = (harm: Partial<Harm>, seed = 1) => chaosOf({ ...NO_HARM, ...harm }, seeded('chaos', seed));

describe('chaos', () => {
  test('no harm changes nothing', () => {
    expect(through({})(messages)).toEqual(messages);
  });

  test('drops, duplicates and corrupts about the share it was told to', () => {
    expect(through({ drop: 0.1 })(messages).length).toBeGreaterThan(1700);
    expect(through({ drop: 0.1 })(messages).length).toBeLessThan(1900);
    expect(through({ duplicate: 0.1 })(messages).length).toBeGreaterThan(2100);
    const spoiled = through({ corrupt: 0.1 })(messages).filter(
      (message, i) => message.payload !== messages[i]?.payload,
    );
    expect(spoiled.length).toBeGreaterThan(100);
    expect(spoiled.length).toBeLessThan(300);
  });

  test('a delayed message comes later, once', () => {
    const chaos = through({ delay: 1 });
    const arrived = Array.from({ length: 41 }, (_, turn) => chaos(turn === 0 ? messages.slice(0, 5) : []));
    expect(arrived[0]).toEqual([]);
    expect(arrived.flat().toSorted((a, b) => (a.topic < b.topic ? -1 : 1))).toEqual(messages.slice(0, 5));
  });

  test('is the same for the same seed', () => {
    const harm = { drop: 0.1, duplicate: 0.1, delay: 0.1, corrupt: 0.1 };
    expect(through(harm, 5)(messages)).toEqual(through(harm, 5)(messages));
    expect(through(harm, 5)(messages)).not.toEqual(through(harm, 6)(messages));
  });

  test.each([
    ['0.02', { drop: 0.02, duplicate: 0.02, delay: 0.02, corrupt: 0.02 }],
    ['drop=0.5, corrupt=1', { ...NO_HARM, drop: 0.5, corrupt: 1 }],
  ])('reads %s', (text, harm) => {
    expect(readHarm(text)).toEqual({ ok: true, harm });
  });

  test.each(['', 'much', '2', 'drop=2', 'explode=0.1', 'drop='])('refuses "%s"', (text) => {
    expect(readHarm(text).ok).toBe(false);
  });
});
