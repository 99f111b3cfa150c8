import type { Incident, TimelineEntry } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { incidentFacts } from './facts.ts';
import { ago, incident } from './testing/facts.ts';

function condition(at: string, word: string): TimelineEntry {
  return {
    at,
    kind: 'condition',
    by: { kind: 'sensor', id: 'd' },
    detail: { condition: word },
    recordedAt: at,
    seq: 1,
  };
}

function told(now: Incident['condition'], timeline: readonly TimelineEntry[]): Incident {
  return { ...incident('a'), condition: now, timeline: [...timeline], pages: [], plan: null } as unknown as Incident;
}

test('it was over when the sensors last said so, as long as they still do', () => {
  const timeline = [condition(ago(3), 'cleared'), condition(ago(2), 'active'), condition(ago(1), 'cleared')];
  expect(incidentFacts(told('cleared', timeline)).clearedAt).toBe(ago(1));
  expect(incidentFacts(told('active', timeline)).clearedAt).toBeNull();
  expect(incidentFacts(told('no_data', timeline)).clearedAt).toBeNull();
});

test('the story and the addresses stay behind', () => {
  const kept = Object.keys(incidentFacts(told('active', [])));
  expect(['timeline', 'pages', 'plan'].filter((key) => kept.includes(key))).toEqual([]);
});
