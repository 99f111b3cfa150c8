import { expect, test } from 'vitest';
import { ownTopics } from './own-topics.ts';

test.each([
  ['spBv1.0/Keepsite/NBIRTH/edge-1', true],
  ['spBv1.0/Keepsite/NDEATH/edge-1', true],
  ['spBv1.0/Keepsite/DDATA/edge-1/board 1', true],
  ['spBv1.0/Keepsite/NCMD/edge-1', false],
  ['spBv1.0/Keepsite/DCMD/edge-1/board 1', false],
  ['spBv1.0/Keepsite/NBIRTH/edge-10', false],
  ['spBv1.0/Keepsites/NBIRTH/edge-1', false],
  ['spBv1.0/STATE/edge-1', false],
  ['keepsite/park/bridge/state', true],
  ['keepsite/park/devices/meter-1/reading', false],
])('%s is the Sparkplug node’s own: %s', (topic, isOwn) => {
  expect(ownTopics({ group: 'Keepsite', node: 'edge-1' })(topic)).toBe(isOwn);
});
