import type { EnergyFigures, EnergyReport, EnergyReportEntry, KeptEnergyReport } from '@keepsite/cloud-contract';
import { instantText, type Millis } from '@keepsite/edge-contract';
import { list, type MockRoute } from './mock-route.ts';

const DAY = 86_400_000;
const HASH = 'a7c4'.padEnd(64, '0f3b');

/** One month that saved and one that could not be reckoned. */
export function energyReportRoutes(now: () => Millis): { gets: MockRoute[]; posts: MockRoute<object>[] } {
  const entries = (): EnergyReportEntry[] => [entry(now(), 0), entry(now(), 1)];
  const kept = (client: string, report: string): KeptEnergyReport | undefined => {
    const found = entries().find(({ id, period }) => report === id || report === period);
    return found && { ...found, report: reportOf(client, found, now()) };
  };
  return {
    gets: [
      [/^\/api\/clients\/[^/]+\/energy\/reports$/, () => list(entries())],
      [/^\/api\/clients\/([^/]+)\/energy\/reports\/([^/]+)$/, ([client = '', id = '']) => kept(client, id)],
    ],
    posts: [
      [/^\/api\/clients\/[^/]+\/energy\/events\/[^/]+$/, (_, event) => event],
      [/^\/api\/clients\/[^/]+\/energy\/reports$/, () => entry(now(), 0)],
    ],
  };
}

function entry(now: Millis, monthsAgo: number): EnergyReportEntry {
  const newest = new Date(now - 20 * DAY);
  const period = firstDay(newest.getUTCFullYear(), newest.getUTCMonth() - monthsAgo).slice(0, 7);
  const isRefused = monthsAgo > 0;
  return {
    id: `report-${period}`,
    kind: 'month',
    period,
    version: 1,
    madeAt: instantText(now - DAY),
    hash: HASH,
    verdict: isRefused ? 'refused' : 'savings demonstrated',
    savings: isRefused ? null : 31_420,
    fraction: isRefused ? null : 0.124,
    missing: isRefused ? null : 2,
  };
}

/** The first day of a month, which counts from 0, below and beyond its year too. */
function firstDay(year: number, month: number): string {
  return instantText(Date.UTC(year, month, 1)).slice(0, 10);
}

/** A period's end is the first day that is no longer in it. */
function dayAfter(period: string): string {
  const [year = 0, month = 0] = period.split('-').map(Number);
  return firstDay(year, month);
}

function reportOf(client: string, { period, madeAt, verdict }: EnergyReportEntry, now: Millis): EnergyReport {
  const isRefused = verdict === 'refused';
  const figures = isRefused ? null : figuresOf(period);
  const days = Array.from({ length: 30 }, (_, index) => ({
    day: instantText(now - (30 - index) * DAY).slice(0, 10),
    actual: index === 11 ? null : 7100 + 900 * Math.sin(index),
    expected: 8200 + 800 * Math.sin(index + 0.2),
    celsius: 18 + 6 * Math.sin(index / 4),
  }));
  return {
    format: 'keepsite-energy-report/1',
    client: { id: client, name: { en: 'Yunqi Park', zh: '云栖园区' } },
    kind: 'month',
    period,
    from: `${period}-01`,
    to: dayAfter(period),
    zone: 'Asia/Shanghai',
    madeAt,
    headline: {
      sentence: isRefused
        ? { en: 'No saving can be given for this month.', zh: '本月无法给出节能量。' }
        : { en: '31,420 kWh avoided, 12.4 % of what was expected.', zh: '节约 31,420 kWh，占预期用量的 12.4%。' },
      verdict,
      refusal: isRefused ? [{ en: 'The meter was away for 12 of 30 days.', zh: '30 天中有 12 天没有电表数据。' }] : [],
      figures,
      sinceMeasure: figures,
    },
    boundary: {
      option: 'C',
      meters: [
        {
          asset: 'yunqi-chiller',
          device: 'shellypro3em-8813bf',
          name: { en: 'Chiller plant meter', zh: '冷机电表' },
          parent: null,
          share: 1,
          use: 'all',
          counted: true,
        },
      ],
      baseline: {
        version: 2,
        method: 'towt-daily',
        from: '2025-09-01',
        to: '2026-09-01',
        learnedAt: madeAt,
        dataHash: HASH,
      },
      measures: [
        {
          id: 'm1',
          what: { en: 'Chiller sequencing', zh: '冷机群控' },
          from: '2026-09-01',
          to: '2026-09-08',
          by: 'zhao-min',
        },
      ],
    },
    quality: {
      months: [{ month: period, hours: 720, measured: 690, filled: 6, estimated: 0, missing: 24, weatherMissing: 2 }],
      gaps: [{ from: instantText(now - 19 * DAY), to: instantText(now - 18 * DAY), hours: 24 }],
      flagged: [{ kind: 'spike', from: instantText(now - 9 * DAY), to: instantText(now - 9 * DAY + 3.6e6), rows: 1 }],
      weather: [{ source: 'sensor', version: 1, document: 'roof-t1', hours: 720 }],
      zone: 'Asia/Shanghai',
    },
    model: isRefused
      ? null
      : {
          method: 'towt-daily',
          formula: 'kWh = a + b·max(0, T − 18)',
          coefficients: [
            { name: 'a', value: 5210.4 },
            { name: 'b', value: 184.22 },
          ],
          knotsF: [55, 65, 75],
          n: 352,
          parameters: 6,
          intercepts: 2,
          r2: 0.91,
          cvrmse: 0.113,
          nmbe: 0.0004,
          rho: 0.42,
          nEffective: 144,
          gates: [
            { name: 'cvrmse', limit: 0.25, value: 0.113, passed: true },
            { name: 'nmbe', limit: 0.005, value: 0.0004, passed: true },
          ],
          tested: [0.01, -0.02, 0.004, 0.013, -0.006],
        },
    months: isRefused
      ? []
      : [
          {
            month: period,
            partial: false,
            actual: 221_600,
            adjustedBaseline: 253_020,
            savings: 31_420,
            interval90: { low: 24_100, high: 38_800 },
            compared: 28,
            missing: 2,
          },
        ],
    charts: {
      days,
      baseline: isRefused ? [] : days.map((day, index) => ({ ...day, residual: 300 * Math.sin(index * 2) })),
      acf: isRefused ? [] : [0.42, 0.2, 0.11, 0.05, 0.02, 0.01, 0.12],
      heatmap: Array.from({ length: 7 }, (_, weekday) =>
        Array.from({ length: 24 }, (__, hour) => 200 + (weekday < 5 && hour > 7 && hour < 20 ? 260 : 40)),
      ),
    },
    events: {
      items: [
        {
          id: 'event-1',
          from: `${period}-10`,
          to: `${period}-13`,
          state: 'proposed',
          effect: -1840,
          by: null,
          reason: null,
        },
      ],
      unadjusted: null,
    },
    coverage: isRefused
      ? null
      : {
          baselineC: { low: -2, high: 36 },
          reportingC: { low: 9, high: 27 },
          below: 0,
          within: 28,
          above: 0,
          savingsWithin: 31_420,
          savingsOutside: 0,
          unseenTimes: 0,
        },
    cost: { ok: false, reason: { en: 'No tariff was entered.', zh: '未录入电价。' } },
    carbon: { ok: false, reason: { en: 'No saving, no carbon.', zh: '没有节能量，不计碳减排。' } },
    pue: { ok: false, reason: { en: 'Not a data center.', zh: '不是数据中心。' } },
    limitations: [{ en: 'One meter counts for the whole plant.', zh: '整个冷站只按一块电表计量。' }],
    evidence: {
      inputsHash: HASH,
      software: 'keepsite 0.1.0',
      command: `npm run -s energy -- report --inputs ${period}.json`,
      bootstrap: { draws: 1000, seed: 7 },
      signatures: [
        { role: { en: 'Made by', zh: '编制' }, name: null },
        { role: { en: 'Checked by', zh: '审核' }, name: null },
      ],
    },
  };
}

function figuresOf(period: string): EnergyFigures {
  return {
    from: `${period}-01`,
    to: dayAfter(period),
    adjustedBaseline: 253_020,
    actual: 221_600,
    savings: 31_420,
    fraction: 0.124,
    interval90: { low: 24_100, high: 38_800 },
    interval90By: 'fsu',
    fsu90: 0.23,
    verdict: 'savings demonstrated',
    compared: 28,
    missing: 2,
  };
}
