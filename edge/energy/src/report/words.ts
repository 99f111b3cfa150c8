import type { EnergyFigures, EnergyReport } from '@keepsite/cloud-contract';
import type { Both } from './chinese.ts';
import type { ReportInputs } from './inputs.ts';

const VERDICTS: Readonly<Record<EnergyFigures['verdict'], Both>> = {
  'savings demonstrated': { en: 'Savings demonstrated', zh: '节能已证实' },
  'no savings demonstrated': {
    en: 'No savings demonstrated: the interval includes zero',
    zh: '未能证实节能：区间包含零',
  },
  'use has risen': { en: 'Use has risen', zh: '用电上升' },
};

/** Part 1 in one sentence: what was avoided, how sure that is, when, and by which meters. */
export function sentenceOf({ from, to, meters }: ReportInputs, figures: EnergyFigures): Both {
  const { savings, fraction, interval90, verdict } = figures;
  const of = meters.length;
  const { en, zh } = VERDICTS[verdict];
  const interval = interval90 ? `[${kwh(interval90.low)}, ${kwh(interval90.high)}] kWh` : null;
  return {
    en: `${en}. Avoided ${kwh(savings)} kWh (${share(fraction)})${interval ? `, 90 % interval ${interval}` : ', without an interval'}, ${from} to ${to} (excluded), ${of} ${of === 1 ? 'meter' : 'meters'}.`,
    zh: `${zh}。避免用电 ${kwh(savings)} kWh（${share(fraction)}）${interval ? `，90% 区间 ${interval}` : '，无区间'}，${from} 至 ${to}（不含），${of} 块电表。`,
  };
}

export function refusedSentence({ from, to }: ReportInputs, used: number | null): Both {
  const en = used === null ? 'Use is not known' : `Used ${kwh(used)} kWh`;
  const zh = used === null ? '用电量未知' : `用电 ${kwh(used)} kWh`;
  return {
    en: `No saving is given: the data do not allow it. ${en}, ${from} to ${to} (excluded).`,
    zh: `不给出节能量：数据不足以支持。${zh}，${from} 至 ${to}（不含）。`,
  };
}

/** Part 10: what a reader must not overlook. Only what applies. */
export function limitationsOf(inputs: ReportInputs, report: Omit<EnergyReport, 'limitations' | 'evidence'>): Both[] {
  const { model, coverage, quality, headline, cost, carbon, boundary, months, kind } = report;
  const missing = quality.months.reduce((sum, month) => sum + month.missing, 0);
  const filled = quality.months.reduce((sum, month) => sum + month.filled + month.estimated, 0);
  const all = quality.months.reduce((sum, month) => sum + month.hours, 0);
  const failed = model?.gates.filter(({ passed }) => !passed).map(({ name }) => name) ?? [];
  const lasting = inputs.events.find(
    ({ decision, newLevelFrom, to }) => decision === 'approved' && newLevelFrom !== undefined && to < inputs.to,
  );
  const rules: readonly (readonly [applies: boolean, text: Both])[] = [
    [
      headline.figures === null,
      {
        en: 'No saving was reckoned: this report tells use and data quality only.',
        zh: '未计算节能量：本报告只说明用电和数据质量。',
      },
    ],
    [
      headline.figures !== null,
      {
        en: 'Whole facility (IPMVP Option C): whatever changed in the building, not only the measure, is in the number.',
        zh: '整体设施法（IPMVP 选项 C）：建筑内的一切变化都计入该数值，而不仅是节能措施。',
      },
    ],
    [
      headline.figures !== null && boundary.measures.length === 0,
      {
        en: 'No measure is recorded: the number compares with the baseline and names no cause.',
        zh: '未登记节能措施：该数值只是与基准比较，不说明原因。',
      },
    ],
    [
      kind === 'day',
      {
        en: 'A single day: its interval is wide; the figures since the measure say more.',
        zh: '仅为一天：区间很宽，请以措施以来的累计值为准。',
      },
    ],
    [
      missing > 0,
      {
        en: `${missing} of ${all} hours are missing; days with too little data are in neither sum, and no gap counts as a saving.`,
        zh: `${all} 小时中缺失 ${missing} 小时；数据过少的日子不计入任何一侧，缺口绝不算作节能。`,
      },
    ],
    [
      filled > 0,
      {
        en: `${filled} of ${all} hours are known by their sum only, or estimated.`,
        zh: `${all} 小时中有 ${filled} 小时仅知总和或为估计值。`,
      },
    ],
    [months.some(({ partial }) => partial), { en: 'Months marked with * are partial.', zh: '标 * 的月份不完整。' }],
    [
      failed.length > 0,
      {
        en: `The model misses usual limits: ${failed.join(', ')}.`,
        zh: `模型未达到通常的限值：${failed.join('、')}。`,
      },
    ],
    [
      coverage !== null && coverage.below + coverage.above > 0,
      {
        en: `${(coverage?.below ?? 0) + (coverage?.above ?? 0)} intervals are colder or warmer than any of the baseline: there the model extrapolates.`,
        zh: `有 ${(coverage?.below ?? 0) + (coverage?.above ?? 0)} 个时段比基准期更冷或更热，模型在此外推。`,
      },
    ],
    [
      headline.figures !== null && lasting !== undefined,
      {
        en: `An approved change lasts (${lasting?.newLevelFrom}): its approved days are left out, those from ${lasting?.to} on are in the sums at the new level of use.`,
        zh: `一项已批准的变化仍在持续（自 ${lasting?.newLevelFrom} 起）：仅剔除已批准的日期，${lasting?.to} 起的日子按新的水平计入合计。`,
      },
    ],
    [
      model !== null && (model.rho ?? 0) >= 0.5,
      {
        en: `Residuals hang together (ρ ${(model?.rho ?? 0).toFixed(2)}): the published FSU may be too low.`,
        zh: `残差自相关较强（ρ ${(model?.rho ?? 0).toFixed(2)}）：公布的 FSU 可能偏低。`,
      },
    ],
    [
      cost.ok && cost.example,
      { en: 'The tariff is an example and not a price list.', zh: '电价仅为示例，并非价目表。' },
    ],
    [
      carbon.ok && carbon.lines.some(({ provisional }) => provisional),
      {
        en: 'A carbon factor is provisional: that of its year is not out, the newest one before it was used.',
        zh: '碳排放因子为暂用：当年因子尚未公布，采用此前最新的因子。',
      },
    ],
    [
      inputs.baseline !== null && headline.figures !== null,
      {
        en: 'The interval assumes that the model errs as much as it did on parts of the baseline that it had not seen.',
        zh: '区间假定：模型的误差与其在未见过的部分基准期上的误差相当。',
      },
    ],
  ];
  return rules.filter(([applies]) => applies).map(([, text]) => text);
}

function kwh(value: number): string {
  const digits = Math.abs(value) < 100 ? 1 : 0;
  return value.toFixed(digits).replace(/\B(?=(\d{3})+(?!\d))/g, digits === 0 ? ',' : '');
}

function share(value: number | null): string {
  return value === null ? '–' : `${(100 * value).toFixed(1)} %`;
}
