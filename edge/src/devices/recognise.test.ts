import { expect, test } from 'vitest';
import type { DeviceDialect } from './dialect.ts';
import { createRecogniser } from './recognise.ts';

const bytes = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function dialect(family: string, recognises: (topic: string, text: string) => number) {
  const asked: string[] = [];
  const made: DeviceDialect = {
    family,
    expectEverySeconds: 60,
    decode: () => [],
    recognises(topic, payload) {
      asked.push(topic);
      return recognises(topic, new TextDecoder().decode(payload));
    },
  };
  return Object.assign(made, { asked });
}

test('the surest dialect reads, at equal sureness the earlier; one that breaks while looking does not', () => {
  const broken = dialect('broken', () => {
    throw new Error('ouch');
  });
  const [first, second, surer] = [
    dialect('a', () => 0.5),
    dialect('b', () => 0.5),
    dialect('c', (topic) => (topic === 't' ? 0.7 : 0)),
  ];
  const recognise = createRecogniser([], [broken, first, second, surer]);
  expect(recognise('t', bytes({ x: 1 }))?.family).toBe('c');
  expect(recognise('u', bytes({ x: 1 }))?.family).toBe('a');
});

test('a topic that tells by itself whose it is is asked of its owner alone, whatever the payload', () => {
  const [other, owner] = [dialect('other', () => 0), dialect('owner', (topic) => (topic.startsWith('own/') ? 0.9 : 0))];
  const recognise = createRecogniser([], [other, owner]);
  for (const payload of [bytes({ a: 1 }), bytes({ b: 2 }), bytes(7)])
    expect(recognise('own/1', payload)?.family).toBe('owner');
  expect(other.asked).toHaveLength(1);
});

test('a message that its payload tells is offered to everybody again when its keys are others, or its reader doubts', () => {
  const guess = dialect('guess', () => 0.4);
  const vendor = dialect('vendor', (_, text) => (text.includes('"vendor"') ? 0.7 : 0));
  const recognise = createRecogniser([], [guess, vendor]);
  expect(recognise('t', bytes({ a: 1 }))?.family).toBe('guess');
  expect(recognise('t', bytes({ vendor: 1 }))?.family).toBe('vendor');
  expect(recognise('t', bytes({ a: 'x' }))?.family).toBe('guess');
  expect(vendor.asked).toHaveLength(2);
  const fickle = dialect('fickle', (_, text) => (text.includes('1') ? 0.6 : 0));
  const again = createRecogniser([], [fickle, guess]);
  expect([again('t', bytes({ a: 1 }))?.family, again('t', bytes({ a: 2 }))?.family]).toEqual(['fickle', 'guess']);
});

test('topics whose messages have the same keys go each to its own dialect, and nobody else is asked again', () => {
  const one = dialect('one', (topic) => (topic === 'a' ? 0.5 : 0));
  const two = dialect('two', (topic) => (topic === 'b' ? 0.5 : 0));
  const [announced, other] = [dialect('announced', () => 0), dialect('other', () => 0)];
  const recognise = createRecogniser([], [one, two]);
  const claims = new Map([
    ['c', announced],
    ['d', other],
  ]);
  for (let time = 0; time < 2; time += 1) {
    const heard = ['a', 'b', 'c', 'd'].map((topic) => recognise(topic, bytes({ x: time }), () => claims.get(topic)));
    expect(heard.map((it) => it?.family)).toEqual(['one', 'two', 'announced', 'other']);
  }
  expect([one.asked, two.asked]).toEqual([
    ['a', 'b', 'c', 'd', 'a'],
    ['a', 'b', 'c', 'd', 'b'],
  ]);
});

test('an installer’s mapping is asked every time: it may look at a value', () => {
  const mapping = dialect('mapping', (_, text) => (text.includes('UC300') ? 0.99 : 0));
  const envelope = dialect('envelope', () => 0.95);
  const recognise = createRecogniser([mapping], [envelope]);
  const heard = ['UC300', 'EM300', 'UC300'].map((profile) => recognise('up', bytes({ profile }))?.family);
  expect(heard).toEqual(['mapping', 'envelope', 'mapping']);
});

test('an announced topic goes to whom it was announced, before guesses and after a vendor’s own words', () => {
  const [announced, guess] = [dialect('announced', () => 0), dialect('guess', () => 0.3)];
  const vendor = dialect('vendor', (_, text) => (text.includes('"vendor"') ? 0.7 : 0));
  const recognise = createRecogniser([], [guess, vendor]);
  let claimed = true;
  const claim = () => (claimed ? announced : undefined);
  expect(recognise('t', bytes({ a: 1 }), claim)?.family).toBe('announced');
  expect(recognise('t', bytes({ a: 2 }), claim)?.family).toBe('announced');
  expect(guess.asked).toHaveLength(1);
  expect(recognise('t', bytes({ vendor: 1 }), claim)?.family).toBe('vendor');
  claimed = false;
  expect(recognise('t', bytes({ a: 3 }), claim)?.family).toBe('guess');
});
