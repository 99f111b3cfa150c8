import { energyChart, ENERGY_CHARTS } from '@keepsite/cloud-contract/energy-view';
import type { Content } from '../../pdf/document.ts';
import { chartSvg } from '../../pdf/chart-svg.ts';
import { PDF_FONT, renderPdf } from '../../pdf/render.ts';
import type { FrozenReport } from '../../ports/energy.ts';
import { type Language, type Speech, speechOf } from './language.ts';
import { block, facts, heading, INK, list, note, subheading } from './layout.ts';
import { coveragePart, eventsPart, modelPart, moneyPart } from './other-parts.ts';
import { boundaryPart, monthsPart, qualityPart, resultPart } from './result-parts.ts';

const WIDTH = 515;
const CHART_HEIGHT = 150;

/** A kept report as a PDF in one language: the eleven parts in their order, vector charts, and what to check it by. */
export async function energyPdf(frozen: FrozenReport, language: Language): Promise<Buffer> {
  const { entry, report } = frozen;
  const speech = speechOf(language);
  const { words, both } = speech;
  const title = `${words.title} · ${both(report.client.name)} · ${report.period}`;
  return await renderPdf({
    pageSize: 'A4',
    pageMargins: [40, 48, 40, 48],
    info: { title, author: 'Keepsite', subject: `${entry.id} ${entry.hash}`, creator: report.evidence.software },
    ...(language === 'zh' ? { language: 'zh-CN' } : { language: 'en' }),
    content: plain([...cover(frozen, speech), ...partsOf(frozen, speech)]) as Content[],
    footer: (page, pages) => ({
      columns: [
        { text: `${entry.id} · SHA-256 ${entry.hash.slice(0, 16)}…`, color: INK.dim, fontSize: 7 },
        { text: words.page(page, pages), alignment: 'right', color: INK.dim, fontSize: 7 },
      ],
      margin: [40, 14, 40, 0],
    }),
    // A heading is never left alone at the foot of a page.
    pageBreakBefore: (node, { getFollowingNodesOnPage }) =>
      node.headlineLevel === 1 && getFollowingNodesOnPage().length < 2,
  });
}

function cover({ report }: FrozenReport, { words, both }: Speech): Content[] {
  return [
    { text: `Keepsite · ${words.kind[report.kind]}`, color: INK.dim },
    { text: words.title, bold: true, fontSize: 20 },
    { text: both(report.client.name), fontSize: 13 },
    { text: `${report.period} · ${words.to(report.from, report.to)}`, color: INK.dim },
  ];
}

function partsOf(frozen: FrozenReport, speech: Speech): Content[] {
  const { report } = frozen;
  const { words, both } = speech;
  const parts = [
    resultPart(report, speech),
    boundaryPart(report, speech),
    qualityPart(report, speech),
    modelPart(report, speech),
    monthsPart(report, speech),
    charts(frozen, speech),
    eventsPart(report, speech),
    coveragePart(report, speech),
    moneyPart(report, speech),
    [heading(words.parts.limits), list(report.limitations.map(both))],
    evidence(frozen, speech),
  ];
  return parts.flatMap(together);
}

/** A heading and what comes first under it stay together; a table may run over pages. */
function together([title, first, ...others]: Content[]): Content[] {
  if (!title || !first || (typeof first === 'object' && 'table' in first))
    return [title, first, ...others].filter((part) => part !== undefined);
  return [{ stack: [title, first], unbreakable: true }, ...others];
}

function charts({ report }: FrozenReport, { words }: Speech): Content[] {
  const drawn = ENERGY_CHARTS.flatMap((name): Content[] => {
    const options = energyChart(name, report, words, { ...INK, font: PDF_FONT });
    if (!options) return [];
    return [block(words.chart[name], { svg: chartSvg(options, WIDTH, CHART_HEIGHT), width: WIDTH })];
  });
  return [heading(words.parts.charts), ...drawn];
}

function evidence({ entry, report }: FrozenReport, { words, both }: Speech): Content[] {
  const { evidence: seal, madeAt } = report;
  return [
    heading(words.parts.evidence),
    facts([
      [words.report, `${entry.id} (${report.format})`],
      [words.hash, entry.hash],
      [words.inputsHash, seal.inputsHash],
      [words.software, seal.software],
      [words.madeAt, madeAt],
      ['', words.bootstrap(seal.bootstrap.draws, seal.bootstrap.seed)],
    ]),
    { text: words.rerun },
    note(seal.command),
    subheading(words.signatures),
    {
      columns: seal.signatures.map(({ role, name }) => ({
        stack: [
          { text: both(role), color: INK.dim, fontSize: 8 },
          { text: name ?? ' ', margin: [0, 14, 0, 0] },
          { canvas: [{ type: 'line', x1: 0, y1: 2, x2: 110, y2: 2, lineWidth: 0.5, lineColor: INK.dim }] },
        ],
      })),
      columnGap: 12,
      margin: [0, 4, 0, 0],
      unbreakable: true,
    },
  ];
}

/** The font has no subscript digits. */
function plain(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/[₀-₉]/g, (digit) => String((digit.codePointAt(0) ?? 0) - 0x2080));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
