import { instantText } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import type { Alarm } from './alarm.ts';
import { timelineOf } from './timeline.ts';

const T0 = Date.UTC(2026, 2, 2, 8);
const ALARM: Alarm = {
  id: 'blind.e1',
  openedAt: T0,
  pageFrom: T0,
  endedAt: null,
  acknowledgedAt: T0 + 60_000,
  acknowledgedBy: 'wang',
  note: 'on my way',
  stepsDone: 1,
  rounds: 1,
  pagedAt: T0,
  pagedEdges: 1,
  pagedBy: [],
  spells: [{ edge: 'e1', since: T0 - 30_000, until: null }],
};

const sent = (over: object) => ({
  kind: 'blind' as const,
  to: { person: 'wang', name: '王磊', channel: 'sms', address: '138', duty: { list: 'file' as const } },
  channel: 'sms',
  state: 'accepted' as const,
  at: instantText(T0),
  step: 0,
  reason: null,
  ...over,
});

test('what happened stands in its order, by names, and without anybody’s number', () => {
  const moments = timelineOf(ALARM, [sent({})]);
  expect(moments).toMatchObject([
    { kind: 'silent', edge: 'e1' },
    { kind: 'paged', who: '王磊', state: 'accepted' },
    { kind: 'acknowledged', who: '王磊', note: 'on my way' },
  ]);
  expect(JSON.stringify(moments)).not.toContain('138');
});

test('nobody is said to have been told who has it, unless a provider was', () => {
  const told = { kind: 'acknowledged', at: instantText(T0 + 60_000) };
  const kinds = (over: object) => timelineOf(ALARM, [sent({ ...told, ...over })]).map(({ kind }) => kind);
  const usual = ['silent', 'acknowledged'];
  expect(kinds({ reason: 'nothing to take back' })).toEqual(usual);
  expect(kinds({ state: 'queued' })).toEqual(usual);
  expect(kinds({})).toEqual([...usual, 'told']);
  expect(kinds({ state: 'failed', reason: 'HTTP 500' })).toEqual([...usual, 'told']);
});
