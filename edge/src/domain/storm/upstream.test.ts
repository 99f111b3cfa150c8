import { Registry } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { createDirectory, type Place } from '../directory.ts';
import { upstreamOf } from './upstream.ts';

const name = { en: 'n', zh: 'n' };
const asset = (id: string, zone: string, kind: string, traits: object = {}) => ({ id, zone, kind, name, traits });
const registry = Registry.parse({
  version: 1,
  sites: [{ id: 'park', name, zone: 'Asia/Shanghai', kind: 'office-park' }],
  zones: ['a', 'b'].map((id) => ({ id, site: 'park', name })),
  assets: [
    asset('main', 'b', 'switchboard', { feeds: 'site' }),
    asset('sub-a', 'a', 'switchboard', { upstream: 'main' }),
    asset('rising-main', 'b', 'switchboard', { upstream: 'main' }),
    asset('board-b', 'b', 'switchboard'),
    asset('gateway-a', 'a', 'gateway'),
    asset('lift-1', 'a', 'elevator', { pit: 'sump-1' }),
    asset('lift-2', 'a', 'elevator', { upstream: 'rising-main' }),
    asset('loop-1', 'b', 'elevator', { upstream: 'loop-2' }),
    asset('loop-2', 'b', 'other', { upstream: 'loop-1' }),
  ],
  devices: [
    { id: 'd-1', family: 'keepsite', asset: 'lift-1' },
    { id: 'd-2', family: 'keepsite', asset: 'lift-2', via: 'lora-1' },
  ],
});
const directory = createDirectory(registry);
const of = (id: string, device: string | null = null) => upstreamOf(directory.asset(id) as Place, device, registry);

test('where the registry says nothing, the boards and gateways of the zone and of the whole site stand above', () => {
  expect(of('lift-1', 'd-1')).toEqual({
    power: ['sub-a', 'main'],
    gateway: ['gateway-a'],
    pit: ['sump-1'],
    self: ['lift-1'],
  });
});

test('what the registry names stands above, board behind board, and nothing else', () => {
  expect(of('lift-2', 'd-2')).toMatchObject({ power: ['rising-main', 'main'], gateway: ['lora-1'] });
});

test('boards of one zone are not above each other, the site’s own is above all; boards that name each other end', () => {
  expect(of('main').power).toEqual([]);
  expect(of('board-b').power).toEqual(['main']);
  expect(of('loop-1').power).toEqual(['loop-2']);
});
