import { describe, expect, test } from 'vitest';
import { localDay } from '../day.ts';
import { CHINA_AVERAGE } from '../carbon/carbon.ts';
import { reportInputs } from '../testing/report-inputs.ts';
import { Tariff } from '../tariffs/tariff.ts';
import { differencesOf } from './differences.ts';
import { ReportInputs } from './inputs.ts';
import { reckonReport } from './report.ts';

const TARIFF = Tariff.parse({
  id: 't',
  name: { en: 'Two prices', zh: '两价' },
  currency: 'CNY',
  zone: 'UTC',
  versions: [
    {
      from: '2020-01-01',
      document: 'list 1',
      rules: [{ period: 'valley', hours: [['22:00', '08:00']] }],
      otherwise: 'flat',
      components: [{ name: 'energy', prices: { flat: 1, valley: 0.5 } }],
    },
  ],
});
const inMarch = (at: number, kwh: number) =>
  at >= Date.UTC(2024, 2, 4) && at < Date.UTC(2024, 2, 25) ? kwh + 25 : kwh;

describe('a report', () => {
  const report = reckonReport(reportInputs({ tariff: TARIFF, carbon: [...CHINA_AVERAGE] }));

  test('says first what was avoided, how sure that is, when and by how many meters', () => {
    const { headline } = report;
    expect(headline.figures?.fraction).toBeCloseTo(0.15, 1);
    expect(headline.verdict).toBe('savings demonstrated');
    expect(headline.sentence.en).toMatch(
      /^Savings demonstrated\. Avoided [\d,]+ kWh \(1\d\.\d %\), 90 % interval \[.+\] kWh, 2024-05-01 to 2024-06-01/,
    );
    expect(headline.sentence.zh).toContain('避免用电');
  });

  test('lists the months since the baseline, and they add up to its figures', () => {
    expect(report.months.map(({ month }) => month)).toEqual(['2024-01', '2024-02', '2024-03', '2024-04', '2024-05']);
    const sum = report.months.reduce((all, { savings }) => all + savings, 0);
    expect(sum).toBeCloseTo(report.headline.sinceMeasure?.savings ?? 0, 6);
    expect(report.months.every(({ partial, interval90 }) => !partial && interval90 !== null)).toBe(true);
  });

  test('carries what its charts need: days with prediction, residuals, autocorrelation, a week of hours', () => {
    const { days, baseline, acf, heatmap } = report.charts;
    expect(days).toHaveLength(152);
    expect(baseline).toHaveLength(365);
    expect(acf).toHaveLength(28);
    expect(heatmap[0]?.[10]).toBeGreaterThan((heatmap[0]?.[3] ?? 0) * 1.5);
  });

  test('bills both energies hour by hour, and what is avoided in money is of the certified kWh', () => {
    if (!report.cost.ok) throw new Error(report.cost.reason.en);
    expect(report.cost.kwh).toBeCloseTo(report.headline.figures?.savings ?? 0, 3);
    expect(report.cost.avoided).toBe(report.cost.expected - report.cost.actual);
    expect(report.cost.lines.reduce((sum, { cents }) => sum + cents, 0)).toBe(report.cost.avoided);
    expect(report.cost.documents).toEqual(['list 1']);
  });

  test('spreads what is expected of a day over its hours as the baseline’s hours are', () => {
    if (!report.cost.ok) throw new Error(report.cost.reason.en);
    const flat = report.cost.lines.find(({ period }) => period === 'flat')?.quantity ?? 0;
    const { reporting } = reportInputs();
    const may = reporting.meters[0]?.kwh.slice(-31 * 24) ?? [];
    const byDay = may.reduce<number>((sum, kwh, i) => sum + (i % 24 >= 8 && i % 24 < 22 ? (kwh ?? 0) : 0), 0);
    const all = may.reduce<number>((sum, kwh) => sum + (kwh ?? 0), 0);
    expect(byDay / all).toBeGreaterThan(0.65);
    expect(flat / report.cost.kwh).toBeCloseTo(byDay / all, 1);
    expect(Math.abs(flat / report.cost.kwh - byDay / all)).toBeLessThan(0.03);
  });

  test('takes a year’s carbon factor with its document, and says that it is provisional', () => {
    if (!report.carbon.ok) throw new Error(report.carbon.reason.en);
    expect(report.carbon.lines).toMatchObject([{ year: 2024, factorYear: 2023, provisional: true }]);
    expect(report.limitations.map(({ en }) => en).join(' ')).toContain('provisional');
  });

  test('without a meter of IT equipment says why there is no PUE', () => {
    expect(report.pue).toMatchObject({ ok: false, reason: { zh: '电表树中没有 IT 设备电表' } });
  });

  test('is the same to the digit when it is reckoned again from the written inputs', () => {
    const inputs = reportInputs({ tariff: TARIFF, carbon: [...CHINA_AVERAGE] });
    const written = ReportInputs.parse(JSON.parse(JSON.stringify(inputs)));
    expect(
      differencesOf(JSON.parse(JSON.stringify(report)), JSON.parse(JSON.stringify(reckonReport(written)))),
    ).toEqual([]);
  });
});

describe('what cannot be said', () => {
  test('without a baseline no saving is given, and why', () => {
    const { headline, months, model, charts, cost } = reckonReport(
      reportInputs({ baseline: null, whyNoBaseline: ['no baseline has been learned yet'] }),
    );
    expect(headline).toMatchObject({ verdict: 'refused', figures: null, refusal: [{ zh: '尚未建立基准' }] });
    expect([months, model, cost.ok]).toEqual([[], null, false]);
    expect(charts.days.some(({ actual }) => actual !== null)).toBe(true);
  });

  test('a building that saves nothing is not shown to save', () => {
    expect(reckonReport(reportInputs({}, { after: 1 })).headline.verdict).not.toBe('savings demonstrated');
  });

  test('an hour that one counted meter does not know is unknown, and no gap is a saving', () => {
    const gap = (kwh: number, at: number) => (at >= Date.UTC(2024, 4, 10) && at < Date.UTC(2024, 4, 15) ? null : kwh);
    const whole = reckonReport(reportInputs()).headline.figures;
    const { headline, quality, months, limitations } = reckonReport(reportInputs({}, { change: gap }));
    expect(headline.figures?.missing).toBe(5);
    expect(headline.figures?.savings).toBeLessThan(whole?.savings ?? 0);
    expect(quality.gaps).toEqual([{ from: '2024-05-10T00:00:00.000Z', to: '2024-05-15T00:00:00.000Z', hours: 120 }]);
    expect(months.at(-1)?.partial).toBe(true);
    expect(limitations.map(({ en }) => en).join()).toContain('120 of');
  });
});

describe('non-routine events', () => {
  const busy = (kwh: number, at: number) => inMarch(at, kwh);

  test('are proposed where the savings change, in either direction', () => {
    const { items, unadjusted } = reckonReport(reportInputs({}, { change: busy })).events;
    const event = items.find(({ from, to }) => from <= '2024-03-06' && to >= '2024-03-22');
    expect(event).toMatchObject({ state: 'proposed', by: null });
    expect(event?.effect).toBeLessThan(0);
    expect(unadjusted).toBeNull();
  });

  test('an approved one is left out, and the figures are shown with and without it', () => {
    const events = [
      { id: 'e1', from: '2024-03-04', to: '2024-03-25', decision: 'approved' as const, by: 'Li', reason: 'a fair' },
    ];
    const report = reckonReport(reportInputs({ events }, { change: busy }));
    const { sinceMeasure } = report.headline;
    expect(report.events.items[0]).toMatchObject({ id: 'e1', state: 'approved', by: 'Li' });
    expect(report.events.items[0]?.effect ?? 0).toBeCloseTo(-21 * 24 * 25, -3);
    expect(sinceMeasure?.missing).toBe(21);
    expect(sinceMeasure?.fraction ?? 0).toBeGreaterThan(report.events.unadjusted?.fraction ?? 1);
  });

  test('a rejected one stays in and is not proposed again', () => {
    const events = [
      { id: 'e1', from: '2024-03-04', to: '2024-03-25', decision: 'rejected' as const, by: 'Li', reason: 'usual' },
    ];
    const report = reckonReport(reportInputs({ events }, { change: busy }));
    expect(report.headline.sinceMeasure?.missing).toBe(0);
    expect(report.events.items.filter(({ from, to }) => from < '2024-03-25' && to > '2024-03-04')).toHaveLength(1);
  });
});

describe('the meter tree', () => {
  const inputs = reportInputs();
  const twice = (meters: ReportInputs['meters']) => {
    const sub = (span: ReportInputs['reporting']) => ({
      ...span,
      meters: [...span.meters, { ...(span.meters[0] as (typeof span.meters)[number]), asset: 'it' }],
    });
    const baseline = inputs.baseline && { ...inputs.baseline, span: sub(inputs.baseline.span) };
    return reckonReport({ ...inputs, meters, baseline, reporting: sub(inputs.reporting) });
  };
  const main = inputs.meters[0] as ReportInputs['meters'][number];

  test('counts what has a parent through it, and a share as a share', () => {
    const child = { ...main, asset: 'it', parent: 'main', use: 'it' as const };
    const whole = reckonReport(inputs).headline.figures?.actual ?? 0;
    expect(twice([main, child]).headline.figures?.actual).toBeCloseTo(whole, 6);
    expect(twice([main, { ...child, parent: null }]).headline.figures?.actual).toBeCloseTo(2 * whole, 6);
    expect(twice([{ ...main, share: 0.25 }, child]).headline.figures?.actual).toBeCloseTo(whole / 4, 6);
  });

  test('gives a PUE where IT equipment is metered, named interim for less than a year', () => {
    const { pue } = twice([main, { ...main, asset: 'it', parent: 'main', use: 'it', share: 0.5 }]);
    expect(pue).toMatchObject({ ok: true, value: 2, interim: true });
  });
});

test('days are local, with 23 and 25 hours', () => {
  const zone = 'Europe/London';
  const { quality } = reckonReport(reportInputs({}, { zone }));
  expect(quality.months.find(({ month }) => month === '2024-03')?.hours).toBe(31 * 24 - 1);
  expect(localDay('2024-03-31', zone).to - localDay('2024-03-31', zone).from).toBe(23 * 3_600_000);
});
