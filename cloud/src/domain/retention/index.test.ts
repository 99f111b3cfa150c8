import { RetentionReport, type CrmFact } from '@keepsite/cloud-contract';
import { describe, expect, test } from 'vitest';
import { DAY } from '../calendar.ts';
import type { ClientFacts } from '../facts.ts';
import { ago, arrival, AS_OF, contented, crm, facts, invoice } from '../testing/facts.ts';
import { careTasks, overdueVetoes, retentionReport, vetoesInForce, type ColourState } from './index.ts';

const FIRST_DAY = { state: null, entries: [] };
const report = (given: ClientFacts): RetentionReport => retentionReport(given, FIRST_DAY).report;

const NOTICE: CrmFact<'vetoes'> = {
  id: 'n1',
  at: ago(1),
  kind: 'non_renewal_notice',
  note: '',
  releasedAt: null,
  releasedReason: null,
};

function withVeto(given: ClientFacts, veto: CrmFact<'vetoes'>, recordedAt = 0): ClientFacts {
  return { ...given, crm: { ...given.crm, vetoes: [{ ...veto, recordedAt }] } };
}

describe('a report', () => {
  test('of a contented client is green, whole and complete', () => {
    const told = report(contented());
    expect(told.indicators.filter(({ value }) => value === null)).toEqual([]);
    expect(told).toMatchObject({ score: 100, colour: 'green', coverage: 1, low: 100, high: 100, mend: [] });
  });

  test('is what the contract between cloud and screens says', () => {
    const given = { ...contented(), incidents: [arrival('late', 900), arrival('never', null)] };
    expect(RetentionReport.parse(report(given))).toEqual(report(given));
  });

  test('adds up: score and points lost are 100', () => {
    const told = report({ ...contented(), incidents: [arrival('late', 900)] });
    const lost = told.indicators.reduce((sum, { pointsLost }) => sum + (pointsLost ?? 0), 0);
    expect(lost).toBeGreaterThan(1);
    expect((told.score ?? 0) + lost).toBeCloseTo(100, 10);
  });

  test('of a client of whom nobody knows anything is grey and has no score', () => {
    const told = report(facts({ watch: null, contracts: [] }));
    expect(told).toMatchObject({ score: null, smoothed: null, colour: 'grey', coverage: 0, low: null, high: null });
    expect(told.indicators.every(({ pointsLost, asOf }) => pointsLost === null && asOf === null)).toBe(true);
  });

  test('of a client with sensors alone is grey, not green', () => {
    const told = report(facts({ incidents: [arrival('kept', 60, { resolvedAt: ago(2.9) })] }));
    expect(told.colour).toBe('grey');
    expect(told.score).toBe(100);
  });

  test('every indicator says what happened in both languages', () => {
    for (const given of [contented(), facts({ watch: null })]) {
      for (const { sentence } of report(given).indicators) {
        expect(sentence.en).toMatch(/[a-z].*\.$/s);
        expect(sentence.zh).toMatch(/[\u4e00-\u9fff].*。$/s);
      }
    }
  });

  test('remembers: the machine goes on from yesterday, the history grows by today', () => {
    const bad = { ...contented(), crm: crm({}), incidents: [1, 2, 3].map((i) => arrival(`${i}`, 4000)) };
    let state: ColourState | null = retentionReport(contented(), FIRST_DAY).state;
    let entries = report(contented()).history;
    for (let day = 1; day <= 2; day += 1) {
      const next = retentionReport({ ...bad, asOf: AS_OF + day * DAY }, { state, entries });
      ({ state } = next);
      entries = next.report.history;
    }
    expect(entries.map(({ colour }) => colour)).toEqual(['green', 'grey', 'grey']);
    expect(state.basis).toBe('green');
  });

  test('asked twice on one day it answers the same', () => {
    const yesterday = retentionReport({ ...contented(), asOf: AS_OF - DAY }, FIRST_DAY);
    const history = { state: yesterday.state, entries: yesterday.report.history };
    expect(retentionReport(contented(), history)).toEqual(retentionReport(contented(), history));
  });
});

describe('what turns a client red at once', () => {
  test.each(['injury', 'non_renewal_notice', 'invoice_over_90_days'] as const)('%s', (kind) => {
    const told = report(withVeto(contented(), { ...NOTICE, kind }));
    expect([told.colour, told.score]).toEqual(['red', 100]);
  });

  test('not before it happened, not before it was known, not after it was released', () => {
    const future = withVeto(contented(), { ...NOTICE, at: new Date(AS_OF + 1).toISOString() });
    const unknown = withVeto(contented(), NOTICE, AS_OF + 1);
    const released = withVeto(contented(), { ...NOTICE, releasedAt: ago(0.5), releasedReason: 'they will stay' });
    expect([future, unknown, released].map((given) => report(given).colour)).toEqual(['green', 'green', 'green']);
  });

  test('nothing else: the worst day of service leaves a green client green', () => {
    const yesterday = retentionReport({ ...contented(), asOf: AS_OF - DAY }, FIRST_DAY);
    const disaster = Array.from({ length: 40 }, (_, i) => arrival(`${i}`, 90_000, { openedAt: ago(2 + i / 100) }));
    const given = { ...contented(), incidents: disaster };
    expect(retentionReport(given, { state: yesterday.state, entries: [] }).report.colour).toBe('green');
  });
});

describe('an old debt', () => {
  const owing = (dueOn: string, paidOn: string | null = null): ClientFacts =>
    facts({ crm: crm({ invoices: [invoice('i1', 1000, dueOn, paidOn)] }) });

  test.each([
    ['90 days', '2026-08-22', 0],
    ['91 days', '2026-08-21', 1],
  ])('of %s', (_, dueOn, vetoes) => {
    expect(vetoesInForce(owing(dueOn))).toHaveLength(vetoes);
  });

  test('that was paid is none', () => {
    expect(overdueVetoes(owing('2026-08-01', '2026-11-19'))).toEqual([]);
  });

  test('is recorded once, and a release is not undone the next day', () => {
    const given = owing('2026-08-01');
    const [raised] = overdueVetoes(given);
    if (raised === undefined) throw new Error('no veto');
    const stored = withVeto(given, raised);
    expect(overdueVetoes(stored)).toEqual([]);
    expect(vetoesInForce(stored)).toHaveLength(1);
    const released = withVeto(given, { ...raised, releasedAt: ago(0), releasedReason: 'agreed instalments' });
    expect(vetoesInForce(released)).toEqual([]);
  });
});

describe('care tasks', () => {
  const red = report(withVeto(contented(), NOTICE));
  const green = report(contented());

  test('a client that turns red goes to management, due tomorrow, with the reason', () => {
    const [task, ...others] = careTasks('green', red);
    expect(others).toEqual([]);
    expect(task).toMatchObject({ key: 'acme:turned_red:2026-11-20', owner: 'management', dueInDays: 1 });
    expect(task?.detail.en).toContain('written notice');
  });

  test('a colour that stays, and a turn for the better, are no tasks', () => {
    expect(careTasks('red', red)).toEqual([]);
    expect(careTasks('yellow', green)).toEqual([]);
    expect(careTasks('red', { ...green, colour: 'yellow' })).toEqual([]);
  });

  test('a yellow client brings the dearest incident and what would mend it', () => {
    const late = report({ ...contented(), incidents: [arrival('late', 900), arrival('later', 1300)] });
    const [task] = careTasks('green', { ...late, colour: 'yellow' });
    expect(task).toMatchObject({ kind: 'turned_yellow', owner: 'account-manager' });
    expect(task?.detail.en).toContain('On site 14:40 late');
    expect(task?.detail.en).toContain('wins');
  });

  test('a grey client names what is missing', () => {
    const [task] = careTasks(null, report(facts()));
    expect(task?.kind).toBe('turned_grey');
    expect(task?.detail.en).toContain('Recommendation (NPS)');
  });

  test('no complaints and no contact is a reason to visit, not to rest', () => {
    const visits = [{ id: 'v', at: ago(70), with: 'x', decisionMaker: true, kind: 'visit' as const }];
    const quiet = { ...contented(), crm: { ...contented().crm, complaints: [], visits: crm({ visits }).visits } };
    expect(careTasks('green', { ...report(quiet), colour: 'green' }).map(({ kind }) => kind)).toEqual(['silence']);
    const spoken = { ...quiet, crm: { ...quiet.crm, complaints: contented().crm.complaints } };
    expect(careTasks('green', { ...report(spoken), colour: 'green' })).toEqual([]);
  });

  test('praise in the chat is passed on, once a month', () => {
    const messages = contented().crm.messages.map((each, i) => (i < 30 ? { ...each, positive: 5, negative: 0 } : each));
    const tasks = careTasks('green', report({ ...contented(), crm: { ...contented().crm, messages } }));
    expect(tasks.map(({ kind, key }) => [kind, key])).toEqual([['praise', 'acme:praise:2026-11']]);
  });
});
