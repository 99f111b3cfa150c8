import type { Incident } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { createAnnouncer } from './announcer.ts';

interface Snapshot {
  readonly sequence: number;
  readonly items: readonly { readonly id: string; readonly response: string }[];
}

function start() {
  const snapshots: Snapshot[] = [];
  const waiting: { readonly ms: number; readonly work: () => void }[] = [];
  const announcer = createAnnouncer({
    edge: 'edge-1',
    sites: () => ['park'],
    publish(topic, payload) {
      if (topic === 'keepsite/park/incidents') snapshots.push(JSON.parse(String(payload)) as Snapshot);
      return Promise.resolve();
    },
    now: () => Date.UTC(2026, 2, 2, 8),
    later: (ms, work) => void waiting.push({ ms, work }),
  });
  return {
    snapshots,
    waiting,
    commit(id: string, response: Incident['response']) {
      announcer.committed({ events: [], incidents: [{ id, site: 'park', response } as Incident] });
    },
    rest: () => waiting.shift()?.work(),
    newest: () => snapshots.at(-1)?.items.map(({ id, response }) => `${id} ${response}`),
  };
}

test('the first change is in the snapshot at once, and a storm of them in one more', () => {
  const edge = start();
  edge.commit('i-1', 'open');
  expect(edge.newest()).toEqual(['i-1 open']);
  for (let n = 2; n <= 500; n += 1) edge.commit(`i-${n}`, 'open');
  edge.commit('i-1', 'acknowledged');
  expect(edge.snapshots).toHaveLength(1);
  edge.rest();
  expect(edge.snapshots.map(({ items }) => items.length)).toEqual([1, 500]);
  expect(edge.newest()?.[0]).toBe('i-1 acknowledged');
  expect(edge.snapshots.map(({ sequence }) => sequence)).toEqual([1, 2]);
});

test('what is over leaves the snapshot, and a site that has rested is told of at once again', () => {
  const edge = start();
  edge.commit('i-1', 'open');
  edge.rest();
  expect(edge.snapshots).toHaveLength(1);
  edge.commit('i-1', 'closed');
  expect(edge.newest()).toEqual([]);
});

test('the more there is to tell, the longer a site rests', () => {
  const edge = start();
  for (let n = 0; n < 2_000; n += 1) edge.commit(`i-${n}`, 'open');
  edge.rest();
  expect(edge.waiting[0]?.ms).toBeGreaterThanOrEqual(2_000);
});
