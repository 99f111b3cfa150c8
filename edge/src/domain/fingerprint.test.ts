import { expect, test } from 'vitest';
import { Fingerprint } from './fingerprint.ts';

test('the same said in the same order gives the same print', () => {
  const print = () => new Fingerprint().text('lift').number(3).text('水浸');

  expect(`${print()}`).toBe(`${print()}`);
});

test.each([
  ['another text', new Fingerprint().text('pump'), new Fingerprint().text('pumq')],
  ['another number', new Fingerprint().text('a').number(1), new Fingerprint().text('a').number(2)],
  ['another order', new Fingerprint().text('a').text('b'), new Fingerprint().text('b').text('a')],
  ['one thing less', new Fingerprint().text('a').number(0), new Fingerprint().text('a')],
])('%s gives another print', (_what, one, other) => {
  expect(`${one}`).not.toBe(`${other}`);
});

test('a text gives the published print', () => {
  // http://www.isthe.com/chongo/src/fnv/test_fnv.c: 32 bits, FNV-1a of `foobar`.
  expect(`${new Fingerprint().text('foobar')}`).toBe((0xbf9cf968).toString(36));
});
