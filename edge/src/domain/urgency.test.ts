import type { Severity } from '@keepsite/edge-contract';
import { expect, test } from 'vitest';
import { urgencyOf } from './urgency.ts';

/** How urgent a page of the last of these steps is; a step's reason says why it was taken once more. */
function urgency(severity: Severity, ...steps: (readonly [step: number, reason: string | null])[]): number {
  const at = '2026-03-02T08:00:00.000Z';
  const by = { kind: 'system', id: 'edge' } as const;
  const timeline = steps.map(([step, reason], index) => ({
    at,
    recordedAt: at,
    kind: 'step',
    by,
    seq: index + 2,
    detail: { step, skipped: false, reason },
  }));
  return urgencyOf({ severity, timeline }, { step: steps.at(-1)?.[0] ?? 0 });
}

test('the worse incident is told first, and of one incident the newest step', () => {
  const inOrder = [
    urgency('critical', [0, null], [1, null], [2, null]),
    urgency('critical', [0, null]),
    urgency('major', [0, null], [5, null]),
    urgency('minor', [0, null]),
    urgency('info', [0, null]),
  ];
  expect(inOrder).toEqual(inOrder.toSorted((a, b) => a - b));
  expect(new Set(inOrder).size).toBe(inOrder.length);
});

test('the last step said once more waits behind everything new, but not when somebody gave the incident back', () => {
  expect(urgency('critical', [0, null], [1, null], [1, null])).toBeGreaterThan(urgency('info', [0, null]));
  expect(urgency('critical', [0, null], [1, null], [1, 'released'])).toBeLessThan(urgency('major', [9, null]));
});
