import { expect, test } from 'vitest';
import { seededRandom } from '../statistics/random.ts';
import { reportInputs } from '../testing/report-inputs.ts';
import type { ReportInputs } from './inputs.ts';
import { reckonReport } from './report.ts';

type Decided = ReportInputs['events'][number];

const random = seededRandom(3);
/** Days scatter, as days do: the made building is so regular that it is cut wherever its model errs a little. */
const scatter = Array.from({ length: 800 }, () => 6 * (random() + random() + random() - 1.5));
const scattered = (at: number) => scatter[Math.floor((at - day('2022-12-01')) / 86_400_000)] ?? 0;

const NO_DRAWS = { draws: 0, seed: 1 };
const day = (text: string) => Date.parse(`${text}T00:00:00Z`);
const STEP = day('2024-03-04');
/** From 4 March on a tenant more, to stay. */
const lasting = (kwh: number, at: number) => (at >= STEP ? kwh + 12 : kwh);
/** What a person said in April, of what March's report proposed. */
const march = (more: Partial<Decided> = {}): Decided => ({
  id: '2024-03-04_2024-04-01',
  from: '2024-03-04',
  to: '2024-04-01',
  decision: 'rejected',
  by: 'Li',
  reason: 'a tenant',
  direction: 'more',
  ...more,
});
const STAYS = { decision: 'approved', newLevelFrom: '2024-03-04' } as const;

function proposed(events: Decided[], change = lasting, more: Partial<ReportInputs> = {}) {
  const { items } = reckonReport(
    reportInputs(
      { events, decisions: 'changes', ...more },
      { change: (kwh, at) => change(kwh, at) + scattered(at), after: 1 },
    ),
  ).events;
  return items.filter(({ state }) => state === 'proposed').map(({ from, to }) => ({ from, to }));
}

test('a change that lasts is proposed by itself while nobody has decided', () => {
  expect(proposed([])).toHaveLength(1);
});

test.each([
  ['declined', march()],
  ['approved with a new level', march(STAYS)],
  ['approved for its days alone', march({ decision: 'approved' })],
  ['declined before directions were kept', march({ direction: undefined })],
  ['declined some days off the cut', march({ from: '2024-03-01' })],
  ['approved with a level that came later', march({ ...STAYS, from: '2024-02-20' })],
  ['approved of a meter of the tree', march({ ...STAYS, assets: ['main'] })],
])('%s, it is not proposed again when it goes on after the report that it was decided in', (_, event) => {
  expect(proposed([event])).toEqual([]);
});

test('withdrawn and said again, it is not proposed in between either', () => {
  const said = [march(STAYS), march(), march(STAYS)];
  expect(said.map((event) => proposed([event]))).toEqual([[], [], []]);
});

test('once the new level is the usual one, the days before it are the same change', () => {
  const begins = day('2024-01-29');
  const early = (kwh: number, at: number) => (at >= begins ? kwh + 12 : kwh);
  const event = march({ ...STAYS, from: '2024-01-29', to: '2024-02-01', newLevelFrom: '2024-01-29' });
  expect(proposed([], early)).toEqual([{ from: '2024-01-01', to: '2024-01-29' }]);
  expect(proposed([event], early)).toEqual([]);
});

test('a report that was made when decisions were about days is reckoned again as it was', () => {
  const again = [march(STAYS), march()].map((event) => proposed([event], lasting, { decisions: undefined }));
  expect(again).toEqual([[{ from: '2024-04-01', to: '2024-06-01' }], [{ from: '2024-01-01', to: '2024-03-04' }]]);
});

test.each([
  ['declined', march()],
  ['approved', march(STAYS)],
])('a second change on top of one that was %s is proposed', (_, event) => {
  const second = (kwh: number, at: number) => lasting(kwh, at) + (at >= day('2024-04-08') ? 14 : 0);
  expect(proposed([event], second)).toEqual([{ from: '2024-04-08', to: '2024-06-01' }]);
});

test('so is one that begins where it ends and goes the other way, whichever of them is the longest stretch', () => {
  const back = (kwh: number, at: number) => (at >= STEP && at < day('2024-03-18') ? kwh + 12 : kwh);
  const lower = (kwh: number, at: number) => back(kwh, at) - (at >= day('2024-03-18') ? 12 : 0);
  expect(proposed([march({ to: '2024-03-18' })], lower)).toEqual([{ from: '2024-01-01', to: '2024-03-04' }]);
});

test('of a lasting change that was approved, a report says that the days after the approved ones are in its sums', () => {
  const said = (event: Decided, from = '2024-05-01') => {
    const report = reckonReport(reportInputs({ events: [event], decisions: 'changes', from, bootstrap: NO_DRAWS }));
    return [
      report.events.items[0]?.newLevelFrom,
      report.limitations.filter(({ zh }) => zh.includes('新的水平')).length,
    ];
  };
  expect(said(march(STAYS))).toEqual(['2024-03-04', 1]);
  expect(said(march({ ...STAYS, to: '2024-06-01' }))).toEqual(['2024-03-04', 0]);
  expect(said(march())).toEqual([undefined, 0]);
});

test.each([
  ['in the other direction', march({ direction: 'less', to: '2024-03-06' })],
  ['weeks before', march({ from: '2024-02-05', to: '2024-02-19' })],
  ['of a meter that is no longer in the tree', march({ assets: ['gone'] })],
])('what was decided %s leaves it proposed', (_, event) => {
  expect(proposed([event])).toHaveLength(1);
});

test('an event that was ended does not hide another after its days', () => {
  const again = (kwh: number, at: number) =>
    (at >= STEP && at < day('2024-03-25')) || at >= day('2024-05-06') ? kwh + 12 : kwh;
  expect(proposed([march({ to: '2024-03-25', decision: 'approved' })], again)).toEqual([
    { from: '2024-05-06', to: '2024-06-01' },
  ]);
});
