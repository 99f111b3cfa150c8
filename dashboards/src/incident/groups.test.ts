import type { Incident } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { fold } from './groups.ts';
import { sampleIncident } from './sample.ts';

const text = { en: '', zh: '' };
const since = '2026-11-22T03:00:00.000Z';
const held = (id: string, reason: NonNullable<Incident['hold']>['reason'], by: string): Incident =>
  sampleIncident({ id, hold: { reason, by, text, since, until: null } });

test('what is held stands under what is paged in its place, through others too; nothing disappears', () => {
  const list = [
    sampleIncident({ id: 'head' }),
    held('a', 'grouped', 'head'),
    held('b', 'explained', 'a'),
    held('lost', 'grouped', 'on another page'),
    held('works', 'maintenance', 'w1'),
    held('again', 'flapping', 'older'),
  ];
  const { groups, aside } = fold(list);
  expect(groups.map(({ head, followers }) => [head.id, followers.map(({ id }) => id)])).toEqual([
    ['head', ['a', 'b']],
    ['lost', []],
  ]);
  expect(aside.map(({ id }) => id)).toEqual(['works', 'again']);
});

test('a chain that closes in itself hangs nothing and hides nothing', () => {
  const { groups } = fold([held('a', 'grouped', 'b'), held('b', 'grouped', 'a')]);
  expect(groups.flatMap(({ head, followers }) => [head, ...followers])).toHaveLength(2);
});
