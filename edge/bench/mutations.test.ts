import { describe, expect, test } from 'vitest';
import { damage } from './mutations.ts';
import { isContained, numbersIn } from './numbers-in.ts';
import { vectorMessages } from './vectors.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe('the numbers of a message', () => {
  test('are those that are written in it, in any common unit', () => {
    const numbers = numbersIn('meter/7', bytes('{"v":"230.4","p":-12,"e":1.5e3}'));
    for (const value of [7, 230.4, -12, 12, 1500, 1.5, 0.2304, (-12 - 32) / 1.8, 12 * 0.3048])
      expect(isContained(value, numbers), String(value)).toBe(true);
    for (const value of [231.7, 44.4, 9_999]) expect(isContained(value, numbers), String(value)).toBe(false);
  });

  test('are also those that its bytes spell, plain and in base64', () => {
    const packed = Buffer.alloc(12);
    packed.writeInt16BE(-3_217, 2);
    packed.writeFloatLE(87.25, 6);
    for (const payload of [new Uint8Array(packed), bytes(`{"data":"${packed.toString('base64')}"}`)]) {
      const numbers = numbersIn('x', payload);
      for (const value of [-321.7, 87.25]) expect(isContained(value, numbers)).toBe(true);
    }
  });
});

test.each([...vectorMessages()])('%s: damaged messages break nothing and make nothing up', (family, messages) => {
  const found = damage(family, messages, 400, 7);
  expect(found.troubles).toEqual([]);
  expect(found.mutations).toBe(400);
});
