import {
  energyChart,
  ENERGY_CHARTS,
  type EnergyLanguage,
  energyParts,
  energySpeech,
  type EnergyWords,
} from '@keepsite/cloud-contract/energy-view';
import type { Content } from '../../pdf/document.ts';
import { chartSvg } from '../../pdf/chart-svg.ts';
import { PDF_FONT, renderPdf } from '../../pdf/render.ts';
import type { FrozenReport } from '../../ports/energy.ts';
import { setPart, subheading, together } from './blocks.ts';
import { INK } from './ink.ts';

const WIDTH = 515;
const CHART_HEIGHT = 150;

/** A kept report as a PDF in one language: the eleven parts in their order, vector charts, and what to check it by. */
export async function energyPdf(
  { entry, report }: Pick<FrozenReport, 'entry' | 'report'>,
  language: EnergyLanguage,
): Promise<Buffer> {
  const speech = energySpeech(language);
  const { words } = speech;
  const name = report.client.name[language];
  const charts = chartsOf(report, words);
  const parts = energyParts({ ...entry, report }, speech).flatMap((part) => setPart(part, charts));
  return await renderPdf({
    pageSize: 'A4',
    pageMargins: [40, 48, 40, 48],
    info: {
      title: `${words.title} · ${name} · ${report.period}`,
      author: 'Keepsite',
      subject: `${entry.id} ${entry.hash}`,
      creator: report.evidence.software,
    },
    language: language === 'zh' ? 'zh-CN' : 'en',
    content: plain([...cover(report, words, name), ...parts]) as Content[],
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

function cover(report: FrozenReport['report'], words: EnergyWords, name: string): Content[] {
  return [
    { text: `Keepsite · ${words.kind[report.kind]}`, color: INK.dim },
    { text: words.title, bold: true, fontSize: 20 },
    { text: name, fontSize: 13 },
    { text: `${report.period} · ${words.to(report.from, report.to)}`, color: INK.dim },
  ];
}

function chartsOf(report: FrozenReport['report'], words: EnergyWords): Content[] {
  return ENERGY_CHARTS.flatMap((name): Content[] => {
    const options = energyChart(name, report, words, { ...INK, font: PDF_FONT });
    if (!options) return [];
    const drawn = { svg: chartSvg(options, WIDTH, CHART_HEIGHT), width: WIDTH };
    return [together(subheading(words.chart[name]), drawn)];
  });
}

/** The font has no subscript digits. */
function plain(value: unknown): unknown {
  if (typeof value === 'string')
    return value.replaceAll(/[₀-₉]/g, (digit) => String((digit.codePointAt(0) ?? 0) - 0x2080));
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
