import type { Repair } from '@keepsite/edge-contract';
import { describe, expect, test } from 'vitest';
import type { IncidentFacts } from './facts.ts';
import { firstTimeFix, repairReport } from './repairs.ts';

const DAY = 86_400_000;
const T0 = Date.UTC(2026, 2, 2, 8, 0, 0);
const later = (days: number) => ({ firstTimeFixDays: 14, now: T0 + days * DAY });

describe('mended the first time', () => {
  const first = repair('r-1', 0);

  test('is known only when the days are over in which it may come back', () => {
    expect(firstTimeFix(first, [first], later(13))).toEqual({ firstTimeFix: 'too_early', cameBackAs: null });
    expect(firstTimeFix(first, [first], later(15))).toEqual({ firstTimeFix: 'yes', cameBackAs: null });
  });

  test('not, when the same of the same asset is reported within those days: it says by which repair', () => {
    const again = repair('r-2', 13);
    expect(firstTimeFix(first, [first, again], later(40))).toEqual({ firstTimeFix: 'no', cameBackAs: 'r-2' });
  });

  test.each([
    ['another category', { repair: about('electrical') }],
    ['another asset', { asset: 'lobby-2' }],
    ['called off', { response: 'cancelled' as const }],
  ])('what is %s does not count', (_, more) => {
    expect(firstTimeFix(first, [first, repair('r-2', 3, more)], later(40)).firstTimeFix).toBe('yes');
  });

  test('what comes back a day too late does not count, and what came before neither', () => {
    const others = [repair('r-0', -1), first, repair('r-2', 14.2)];
    expect(firstTimeFix(first, others, later(40)).firstTimeFix).toBe('yes');
  });

  test('whoever came says no: that stands; whoever says nothing leaves it open', () => {
    expect(firstTimeFix({ ...first, fixed: false }, [first], later(40)).firstTimeFix).toBe('no');
    expect(firstTimeFix({ ...first, fixed: null }, [first], later(40)).firstTimeFix).toBe('open');
    expect(firstTimeFix({ ...first, resolvedAt: null }, [first], later(40)).firstTimeFix).toBe('open');
  });
});

test('a month counts its own repairs, judged by what came after it, and nothing that sensors raised', () => {
  const sensor = { ...repair('i-1', 1), repair: undefined };
  const incidents = [repair('r-1', 0), repair('r-2', 1, { asset: 'lobby-2' }), sensor, repair('r-3', 35)];
  const month = { from: T0 - DAY, to: T0 + 30 * DAY };
  const report = repairReport(incidents, month, later(60));
  expect(report.items.map(({ id }) => id)).toEqual(['r-1', 'r-2']);
  expect(report).toMatchObject({
    reported: 2,
    inTime: { met: 2, breached: 0, attainment: 1 },
    firstTimeFix: { yes: 2, no: 0, rate: 1 },
  });
  expect(repairReport([], month, later(60)).firstTimeFix.rate).toBeNull();
});

function about(category: Repair['category']): Repair {
  return { id: 'report-0001', category, urgency: 'urgent', channel: 'form', text: 'drips', photos: [] };
}

/** Reported so many days after T0, and mended an hour later. */
function repair(id: string, day: number, more: Partial<IncidentFacts> = {}): IncidentFacts {
  const at = T0 + day * DAY;
  const startedAt = new Date(at).toISOString();
  const done = new Date(at + 3_600_000).toISOString();
  return {
    id,
    clients: ['acme'],
    asset: 'lobby-1',
    fault: 'repair_plumbing',
    vendorCode: null,
    severity: 'major',
    response: 'closed',
    condition: 'cleared',
    clocks: [{ term: 'acknowledge', startedAt, dueAt: done, metAt: startedAt, verdict: 'met', proof: null }],
    openedAt: startedAt,
    acknowledgedAt: startedAt,
    onSiteAt: done,
    resolvedAt: done,
    closedAt: done,
    simulated: false,
    repair: about('plumbing'),
    fixed: true,
    ...more,
  };
}
