import { CHINA_AVERAGE } from '@keepsite/edge-energy';
import { extractText, getDocumentProxy, getMeta } from 'unpdf';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { reportInputs } from '../../../../edge/energy/src/testing/report-inputs.ts';
import type { FrozenReport } from '../../ports/energy.ts';
import { freeze } from '../freeze.ts';
import { energyPdf } from './pdf.ts';

// Fonts, charts and their fitting take a busy machine its time.
vi.setConfig({ testTimeout: 60_000 });

const MEASURE = {
  id: 'led',
  what: { en: 'LED lighting', zh: '照明改造' },
  from: '2023-12-20',
  to: '2024-01-01',
  by: '王工',
};
const EVENT = {
  id: 'e',
  from: '2024-03-04',
  to: '2024-03-09',
  decision: 'approved',
  by: '李烜',
  reason: '展会',
} as const;

let frozen: FrozenReport;
let pdf: Buffer;
beforeAll(async () => {
  const inputs = reportInputs(
    { carbon: [...CHINA_AVERAGE], measures: [MEASURE], events: [EVENT] },
    { zone: 'Asia/Shanghai' },
  );
  frozen = freeze(inputs, 1, 'keepsite test');
  pdf = await energyPdf(frozen, 'zh');
}, 60_000);

async function read(pdf: Buffer) {
  const document = await getDocumentProxy(new Uint8Array(pdf));
  const { text, totalPages } = await extractText(document, { mergePages: true });
  return {
    text: text.replaceAll(/\s+/g, ' '),
    totalPages,
    info: (await getMeta(document)).info as Record<string, unknown>,
  };
}

describe('the PDF', () => {
  test.each([
    [
      'zh',
      [
        '1 结果',
        '2 边界与措施',
        '3 数据质量',
        '4 基准模型',
        '5 逐月结果',
        '6 图表',
        '7 非常规事件',
        '8 是否在基准了解的范围内',
        '9 费用与碳排放',
        '10 局限',
        '11 依据',
      ],
    ],
    [
      'en',
      [
        '1 Result',
        '2 Boundary and measures',
        '3 Data quality',
        '4 Baseline model',
        '5 Month by month',
        '6 Charts',
        '7 Non-routine events',
        '8 Within what the baseline knows?',
        '9 Cost and carbon',
        '10 Limitations',
        '11 Evidence',
      ],
    ],
  ] as const)('in %s has the eleven parts in their order', async (language, parts) => {
    const { text } = await read(language === 'zh' ? pdf : await energyPdf(frozen, language));
    const places = parts.map((part) => text.indexOf(part));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
  });

  test('prints the sentence, rare characters, its id, both hashes whole, and page numbers', async () => {
    const { text, totalPages } = await read(pdf);
    const { entry, report } = frozen;
    const bare = text.replaceAll(' ', '');
    expect(bare).toContain(report.headline.sentence.zh.replaceAll(' ', ''));
    expect(bare).toContain('李烜');
    for (const printed of [entry.id, entry.hash, report.evidence.inputsHash]) expect(bare).toContain(printed);
    expect(bare).toContain(`第${totalPages}页，共${totalPages}页`);
  });

  test('tells the model in Chinese, formula and coefficients too', async () => {
    const { text } = await read(pdf);
    const model = text.slice(text.indexOf('4 基准模型'), text.indexOf('5 逐月结果'));
    expect(model).toContain('用电量 ~ 星期时段');
    expect(model).toMatch(/使用时段 周一 -?\d/);
    const names = /\b(towt-daily|CV|RMSE|NMBE|FSU|R|n)\b/g;
    expect(model.replaceAll(names, '').match(/[A-Za-z]{2,}/g)).toBe(null);
  });

  test('is titled by what and whose it is', async () => {
    const { info } = await read(pdf);
    expect(info).toMatchObject({ Title: '节能量报告 · 甲公司 · 2024-05', Subject: `2024-05-v1 ${frozen.entry.hash}` });
  });

  test('draws its charts as vectors, with their words as text', async () => {
    const { text } = await read(pdf);
    expect(pdf.includes('/Subtype /Image')).toBe(false);
    for (const word of ['周一', '周日', '滞后（日）', '预期']) expect(text).toContain(word);
  });

  test('of a refused report says why, and is still a report', async () => {
    const refused = freeze(
      reportInputs({ baseline: null, whyNoBaseline: ['no baseline has been learned yet'] }),
      1,
      'keepsite test',
    );
    const { text } = await read(await energyPdf(refused, 'zh'));
    expect(text).toContain('拒绝给出：数据不足以支持');
    expect(text).toContain('尚未建立基准');
    expect(text).toContain('11 依据');
  });
});
