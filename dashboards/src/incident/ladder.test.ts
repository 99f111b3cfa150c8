import type { FrozenPlan } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { ladderOf, noteText } from './ladder.ts';
import { after, entry, sampleIncident } from './sample.ts';

const to = { person: 'wang', name: 'Wang', channel: 'sms', address: '1' };
const plan: FrozenPlan = {
  id: 'p',
  version: 1,
  terms: {},
  proof: 'declared',
  steps: [0, 20, 60, 120].map((afterSeconds) => ({
    afterSeconds,
    when: 'always' as const,
    page: ['wang'],
    release: false,
    to: [to, to],
  })),
};

test('says how far the ladder has climbed and when the next step comes', () => {
  const ladder = ladderOf(sampleIncident({ plan, stepsDone: 2, next: { step: 2, at: after(60) } }));
  expect(ladder).toMatchObject({ reached: 2, next: { step: 3, afterMs: 60_000 } });
  expect(ladder?.steps.map((step) => step.state)).toEqual(['taken', 'taken', 'next', 'later']);
  expect(ladder?.steps[0]?.names).toEqual(['Wang']);
});

test('a skipped step is shown as skipped where the timeline is known', () => {
  const timeline = [entry('step', { step: 1, skipped: true, reason: 'overdue' })];
  expect(ladderOf(sampleIncident({ plan, stepsDone: 2, timeline }))?.steps[1]?.state).toBe('skipped');
});

test('an incident without a plan has no ladder', () => {
  expect(ladderOf(sampleIncident())).toBeNull();
});

test('what a step is for is told in the reader’s language, and as it stands where there is only one', () => {
  const zh = (both: { readonly zh: string }): string => both.zh;
  expect(noteText({ en: 'supervisor too', zh: '加呼主管' }, zh)).toBe('加呼主管');
  expect(noteText('supervisor too', zh)).toBe('supervisor too');
  expect(noteText(undefined, zh)).toBeNull();
});
