import { describe, expect, test } from 'vitest';
import type { KeptEnergyReport } from './energy-kept.ts';
import type { EnergyFigures } from './energy-report.ts';
import { type EnergyBlock, energyParts } from './energy-parts.ts';
import { energySpeech } from './energy-speech.ts';

const FIGURES: EnergyFigures = {
  from: '2026-09-01',
  to: '2026-11-01',
  adjustedBaseline: 2_000,
  actual: 1_500.4,
  savings: 499.6,
  fraction: 0.2498,
  interval90: { low: 90.5, high: 908.7 },
  interval90By: 'fsu',
  fsu90: 0.8,
  verdict: 'savings demonstrated',
  compared: 61,
  missing: 0,
};
const WHY = { ok: false, reason: { en: 'no saving, nothing to reckon', zh: '没有节能量，无从计算' } } as const;
const LINE = {
  month: '2026-10',
  name: 'energy',
  period: 'peak',
  quantity: 10,
  cents: 1234,
  document: '发改价格〔2021〕1093号',
};

const COST = {
  ok: true as const,
  currency: 'CNY',
  tariff: { en: 'Tariff', zh: '电价' },
  documents: ['发改价格〔2021〕1093号'],
  example: false,
  expected: 200_000,
  actual: 150_000,
  avoided: 50_000,
  kwh: 499.6,
  blendedRate: null,
  lines: [LINE],
  skippedHours: 0,
  notes: [],
};

/** A report that says something in every part. */
function kept(more: Partial<KeptEnergyReport['report']> = {}): KeptEnergyReport {
  const month = { compared: 30, missing: 0, actual: 700, adjustedBaseline: 1_000, savings: 300, interval90: null };
  const { verdict } = FIGURES;
  return {
    id: '2026-10-v1',
    kind: 'month',
    period: '2026-10',
    version: 1,
    madeAt: '2026-11-02T00:00:00.000Z',
    hash: 'abc',
    verdict,
    savings: 499.6,
    fraction: 0.2498,
    missing: 0,
    report: {
      format: 'keepsite-energy-report/1',
      client: { id: 'acme', name: { en: 'Acme', zh: '甲公司' } },
      kind: 'month',
      period: '2026-10',
      from: '2026-10-01',
      to: '2026-11-01',
      zone: 'Asia/Shanghai',
      madeAt: '2026-11-02T00:00:00.000Z',
      headline: {
        sentence: { en: 'Saved.', zh: '已节能。' },
        verdict,
        refusal: [],
        figures: FIGURES,
        sinceMeasure: FIGURES,
      },
      boundary: { option: 'C', meters: [], baseline: null, measures: [] },
      quality: { months: [], gaps: [], flagged: [], weather: [], zone: 'Asia/Shanghai' },
      model: null,
      months: [
        { ...month, month: '2026-09', partial: true },
        { ...month, month: '2026-10', partial: false },
      ],
      charts: { days: [], baseline: [], acf: [], heatmap: [] },
      events: {
        items: [
          { id: 'e', from: '2026-09-03', to: '2026-09-05', state: 'approved', effect: -7.25, by: '李', reason: '展会' },
        ],
        unadjusted: { ...FIGURES, savings: 400 },
      },
      coverage: null,
      cost: WHY,
      carbon: WHY,
      pue: WHY,
      limitations: [{ en: 'One.', zh: '一。' }],
      evidence: {
        inputsHash: 'def',
        software: 'keepsite',
        command: 'npm run',
        bootstrap: { draws: 1000, seed: 1 },
        signatures: [{ role: { en: 'Made by', zh: '编制' }, name: null }],
      },
      ...more,
    },
  };
}

function blocksOf(report: KeptEnergyReport, name: string, language: 'en' | 'zh' = 'en'): readonly EnergyBlock[] {
  return energyParts(report, energySpeech(language)).find((part) => part.name === name)?.blocks ?? [];
}

/** Every table of a report, in sections too. */
function tablesOf(blocks: readonly EnergyBlock[]): Extract<EnergyBlock, { kind: 'table' }>['table'][] {
  return blocks.flatMap((block) => {
    if (block.kind === 'section') return tablesOf(block.blocks);
    return 'table' in block ? [block.table] : [];
  });
}

function texts(table: ReturnType<typeof tablesOf>[number] | undefined): string[][] {
  return (table?.rows ?? []).map(({ cells }) => cells.map(({ text }) => text));
}

describe('the parts of a report', () => {
  test.each(['en', 'zh'] as const)('are eleven, numbered in their order, in %s', (language) => {
    const titles = energyParts(kept(), energySpeech(language)).map(({ title }) => Number.parseInt(title, 10));
    expect(titles).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('show the period and all since the measure side by side', () => {
    const [table] = tablesOf(blocksOf(kept(), 'result'));
    expect(texts(table)).toContainEqual(['Avoided energy', '500 kWh (25.0 %)', '500 kWh (25.0 %)']);
    const [chinese] = tablesOf(blocksOf(kept(), 'result', 'zh'));
    expect(texts(chinese)).toContainEqual(['90% 区间', '90.5 至 909 kWh (公布的 FSU)', '90.5 至 909 kWh (公布的 FSU)']);
  });

  test('mark months that are partial, say so once, and add them up; what is not known is a dash', () => {
    const blocks = blocksOf(kept(), 'months');
    expect(texts(tablesOf(blocks)[0]).map(([title, , , , , interval]) => [title, interval])).toEqual([
      ['2026-09 *', '–'],
      ['2026-10', '–'],
      ['Total', '90.5 to 909 kWh'],
    ]);
    expect(blocks.filter(({ kind }) => kind === 'note')).toHaveLength(1);
  });

  test('tell of each version of the baseline who had it learned and why, and which one the report goes by', () => {
    const version = {
      method: 'towt-daily',
      from: '2024-01-01',
      to: '2025-01-01',
      learnedAt: '2025-01-02T03:04:05.000Z',
    };
    const why = { en: 'the meter tree has changed', zh: '电表树已变更' };
    const baselines = [
      { ...version, version: 1, by: 'li', usable: false },
      { ...version, version: 2, by: 'system', why, usable: true },
      { ...version, version: 3, by: 'li', usable: true },
    ];
    const baseline = { ...version, version: 2, dataHash: 'abc' };
    const report = kept({ boundary: { option: 'C', meters: [], measures: [], baseline, baselines } });
    const days = '2024-01-01 to 2025-01-01 (excluded)';
    expect(texts(tablesOf(blocksOf(report, 'boundary')).at(-1))).toEqual([
      ['1', days, 'towt-daily', '2025-01-02', 'li', 'asked for', 'data do not suffice'],
      ['2', days, 'towt-daily', '2025-01-02', 'by itself', 'the meter tree has changed', 'used here'],
      ['3', days, 'towt-daily', '2025-01-02', 'li', 'asked for', 'not used here'],
    ]);
    expect(texts(tablesOf(blocksOf(report, 'boundary', 'zh')).at(-1))[1]?.slice(4)).toEqual([
      '系统自动',
      '电表树已变更',
      '本报告采用',
    ]);
    // A report that was made before versions were told is shown as it is.
    expect(tablesOf(blocksOf(kept(), 'boundary'))).toHaveLength(1);
  });

  test('tell the measured demand and what it cost, and that nobody claims an avoided one', () => {
    const demand = { basis: 'measured', kw: 80.04, at: null, quarters: 2976, known: 2970, cents: 320_000 } as const;
    const facts = (more: object, language: 'en' | 'zh' = 'en') => {
      const [section] = blocksOf(
        kept({ cost: { ...COST, demand: { ...demand, avoided: 'not demonstrated', ...more } } }),
        'money',
        language,
      );
      return section?.kind === 'section'
        ? section.blocks.flatMap((block) => (block.kind === 'facts' ? block.facts : []))
        : [];
    };
    expect(facts({}).slice(-2)).toEqual([
      ['Demand charge (measured demand)', '3,200.00 CNY; 80.0 kW, 2,970 of 2,976 quarters of an hour known'],
      ['Avoided demand charge', 'not demonstrated'],
    ]);
    expect(facts({ kw: null, known: 0, cents: null, basis: 'contract' }).slice(-2)[0]).toEqual([
      'Demand charge (agreed demand)',
      'not on the bill; – kW, 0 of 2,976 quarters of an hour known',
    ]);
    expect(facts({ basis: 'capacity', avoided: 'none' }, 'zh').slice(-2)).toEqual([
      ['基本电费（变压器容量）', '3,200.00 CNY；80.0 kW，2,976 个 15 分钟中已知 2,970 个'],
      ['节约的基本电费', '无：与用电量无关'],
    ]);
  });

  test('tell the lower demand price of a month of much use with its rule, and rows in their unit', () => {
    const wellUsed = { kwhPerKva: 274.31, limit: 260, share: 0.9, reached: true, cents: -32_000, document: '526号' };
    const demand = { basis: 'measured', kw: 80, at: null, quarters: 2976, known: 2976, cents: 288_000 } as const;
    const row = { ...LINE, name: 'demand 90 %', period: null, quantity: 80, unit: 'kW' };
    const shown = (more: object, language: 'en' | 'zh') => {
      const part = { ...demand, avoided: 'not demonstrated' as const, wellUsed: { ...wellUsed, ...more } };
      const [section] = blocksOf(kept({ cost: { ...COST, lines: [row], demand: part } }), 'money', language);
      return JSON.stringify(section);
    };
    expect(shown({}, 'en')).toContain(
      '["Demand price at 90 % from 260 kWh/kVA on","274.3 kWh/kVA, reached: -320.00 CNY (526号)"]',
    );
    expect(shown({}, 'en')).toContain('"80.0 kW"');
    expect(shown({ kwhPerKva: null, reached: null, cents: 0 }, 'zh')).toContain(
      '["每月每千伏安用电 260 千瓦时及以上，需量电价按 90% 执行","每千伏安 – 千瓦时，未知，按全价计：0.00 CNY（526号）"]',
    );
  });

  test('tell a bill line by line: the same line of two months is two rows', () => {
    const cost = { ...COST, lines: [LINE, { ...LINE, month: '2026-11' }] };
    const [section] = blocksOf(kept({ cost }), 'money');
    expect(section).toMatchObject({ kind: 'section', title: 'Avoided cost: 500.00 CNY' });
    const [table] = tablesOf(section ? [section] : []);
    expect(texts(table)).toEqual([
      ['2026-10', 'energy', 'peak', '10.0', '12.34', LINE.document],
      ['2026-11', 'energy', 'peak', '10.0', '12.34', LINE.document],
    ]);
  });

  test('tell gaps and flagged rows by the clock of its days', () => {
    const gap = { from: '2026-10-01T16:00:00.000Z', to: '2026-10-02T01:00:00.000Z', hours: 9 };
    const flagged = { kind: 'stuck', from: gap.from, to: gap.to, rows: 7 };
    const quality = { months: [], gaps: [gap], flagged: [flagged], weather: [], zone: 'Asia/Shanghai' };
    const told = JSON.stringify(blocksOf(kept({ quality }), 'quality', 'zh'));
    expect(told).toContain('"2026-10-02 00:00 … 2026-10-02 09:00：9 小时"');
    expect(told).toContain('"数值卡住：2026-10-02 00:00 … 2026-10-02 09:00，7 行"');
  });

  test('say the lines that are ours in Chinese, and the usual periods; a price book’s own names stay', () => {
    const line = (name: string, period: string | null) => ({ ...LINE, name, period });
    const lines = [
      line('energy', 'deep'),
      line('fixed', null),
      line('power factor', null),
      line('d above the contract', null),
    ];
    const [section] = blocksOf(kept({ cost: { ...COST, lines } }), 'money', 'zh');
    expect(texts(tablesOf(section ? [section] : [])[0]).map((row) => row.slice(1, 3))).toEqual([
      ['energy', '深谷'],
      ['固定费用', '–'],
      ['力调电费', '–'],
      ['d（超出合同部分）', '–'],
    ]);
  });

  test('say since when use is usual at another level', () => {
    const [item] = kept().report.events.items;
    const events = { unadjusted: null, items: item ? [{ ...item, newLevelFrom: '2026-09-03' }] : [] };
    expect(texts(tablesOf(blocksOf(kept({ events }), 'events', 'zh'))[0])[0]?.[2]).toBe(
      '已批准：不计入；自 2026-09-03 起为新水平',
    );
  });

  test('never write a nought below zero', () => {
    expect(energySpeech('en').format.share(-0.000001, 2)).toBe('0.00 %');
    expect(energySpeech('zh').format.money(-0, 'CNY')).toBe('0.00 CNY');
  });

  test('say why, where something could not be reckoned', () => {
    expect(blocksOf(kept(), 'model')).toEqual([{ kind: 'note', text: 'No model: see part 1.' }]);
    for (const section of blocksOf(kept(), 'money', 'zh'))
      expect(section).toMatchObject({ blocks: [{ kind: 'note', text: WHY.reason.zh }] });
  });

  test('name every row and column of a table by itself', () => {
    for (const table of energyParts(kept(), energySpeech('zh')).flatMap(({ blocks }) => tablesOf(blocks)))
      for (const named of [table.rows, table.columns]) {
        const ids = named.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }
  });
});
