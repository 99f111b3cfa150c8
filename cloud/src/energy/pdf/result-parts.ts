import type { EnergyFigures, EnergyReport } from '@keepsite/cloud-contract';
import type { Content } from '../../pdf/document.ts';
import type { Part, Speech } from './language.ts';
import { block, facts, grid, heading, INK, list, note, subheading } from './layout.ts';

/** Part 1: the sentence in a frame, then the figures of the period and since the measure side by side. */
export const resultPart: Part<Content> = ({ headline }, speech) => {
  const { words, both } = speech;
  const { figures, sinceMeasure, refusal, verdict, sentence } = headline;
  return [
    heading(words.parts.result),
    {
      table: {
        widths: ['*'],
        body: [
          [
            {
              stack: [
                { text: words.verdict[verdict], bold: true, fontSize: 13 },
                { text: both(sentence), margin: [0, 3, 0, 0] },
              ],
            },
          ],
        ],
      },
      layout: {
        hLineWidth: () => 0,
        vLineWidth: (line: number) => (line === 0 ? 3 : 0),
        vLineColor: () => (verdict === 'savings demonstrated' ? INK.actual : INK.expected),
        fillColor: () => INK.fill,
        paddingLeft: () => 10,
        paddingTop: () => 8,
        paddingBottom: () => 8,
      },
      margin: [0, 2, 0, 8],
    },
    ...(refusal.length > 0 ? [subheading(words.refusal), list(refusal.map(both))] : []),
    ...(figures && sinceMeasure ? [figuresGrid([figures, sinceMeasure], speech)] : []),
  ];
};

function figuresGrid(columns: readonly EnergyFigures[], { words, format }: Speech): Content {
  const rows: readonly (readonly [string, (figures: EnergyFigures) => string])[] = [
    ['', ({ from, to }) => words.to(from, to)],
    [words.adjusted, ({ adjustedBaseline }) => format.kwh(adjustedBaseline)],
    [words.actual, ({ actual }) => format.kwh(actual)],
    [words.avoided, ({ savings, fraction }) => `${format.kwh(savings)} (${format.share(fraction)})`],
    [
      words.interval,
      ({ interval90, interval90By }) => `${format.range(interval90)} (${words.intervalBy[interval90By]})`,
    ],
    [words.fsu, ({ fsu90 }) => format.share(fsu90)],
    ['', ({ verdict }) => words.verdict[verdict]],
  ];
  return grid(
    ['', words.thisPeriod, words.since],
    rows.map(([name, of]) => [name, ...columns.map(of)]),
    { widths: [110, '*', '*'] },
  );
}

/** Part 2. */
export const boundaryPart: Part<Content> = ({ boundary, zone }, { words, both, format }) => [
  heading(words.parts.boundary),
  { text: words.optionC },
  grid(
    [words.meter, words.device, words.parent, words.share, words.counted, ''],
    boundary.meters.map((meter) => [
      both(meter.name),
      meter.device,
      meter.parent ?? '–',
      format.share(meter.share, 0),
      meter.counted ? words.yes : words.no,
      words.use[meter.use],
    ]),
    { left: [0, 1, 2, 5], widths: ['*', '*', 'auto', 'auto', 'auto', 'auto'] },
  ),
  facts([
    [
      words.baseline,
      boundary.baseline
        ? `${words.baselineOf(boundary.baseline.from, boundary.baseline.to, boundary.baseline.version)}, ${boundary.baseline.method}`
        : words.baselineNone,
    ],
    [words.zone, zone],
  ]),
  block(
    words.measures,
    boundary.measures.length === 0
      ? note(words.measureNone)
      : list(boundary.measures.map(({ what, from, to, by }) => `${both(what)} (${by}); ${words.blackout(from, to)}`)),
  ),
];

/** Part 3. */
export const qualityPart: Part<Content> = ({ quality }, { words, format }) => [
  heading(words.parts.quality),
  grid(
    [
      words.month,
      words.hours,
      words.measured,
      words.filled,
      words.estimated,
      words.missing,
      words.weatherMissing,
      words.coverageShare,
    ],
    quality.months.map(({ month, hours, measured, filled, estimated, missing, weatherMissing }) => [
      month,
      ...[hours, measured, filled, estimated, missing, weatherMissing].map((count) => format.number(count)),
      format.share(1 - missing / hours),
    ]),
  ),
  block(
    words.gaps,
    quality.gaps.length === 0
      ? note(words.gapsNone)
      : list(
          quality.gaps
            .slice(0, SHOWN)
            .map(({ from, to, hours }) => `${instant(from)} … ${instant(to)}: ${words.gapHours(format.number(hours))}`),
        ),
  ),
  block(
    words.flagged,
    quality.flagged.length === 0
      ? note(words.flaggedNone)
      : list(
          quality.flagged.map(
            ({ kind, from, to, rows }) =>
              `${words.faultKinds[kind] ?? kind}: ${instant(from)} … ${instant(to)}, ${words.rows(rows)}`,
          ),
        ),
  ),
  block(
    words.weather,
    quality.weather.length === 0
      ? note(words.weatherNone)
      : list(
          quality.weather.map(({ source, version, document, hours }) =>
            words.weatherSource(source, version, document, hours),
          ),
        ),
  ),
];

const SHOWN = 6;

function instant(text: string): string {
  return `${text.slice(0, 16).replace('T', ' ')}Z`;
}

/** Part 5. */
export const monthsPart: Part<Content> = ({ months, headline }, { words, format }) => [
  heading(words.parts.months),
  ...(months.length === 0
    ? [note(words.modelNone)]
    : [
        grid(
          [words.month, words.actual, words.adjusted, words.avoided, '%', words.plusMinus],
          [
            ...months.map((month) => [
              month.partial ? `${month.month} *` : month.month,
              format.kwh(month.actual),
              format.kwh(month.adjustedBaseline),
              format.kwh(month.savings),
              format.share(month.adjustedBaseline > 0 ? month.savings / month.adjustedBaseline : null),
              format.range(month.interval90),
            ]),
            ...totalRow(headline.sinceMeasure, { words, format }),
          ],
        ),
        ...(months.some(({ partial }) => partial) ? [note(words.partialMark)] : []),
      ]),
];

function totalRow(
  since: EnergyReport['headline']['sinceMeasure'],
  { words, format }: Pick<Speech, 'words' | 'format'>,
): string[][] {
  if (!since) return [];
  return [
    [
      words.total,
      format.kwh(since.actual),
      format.kwh(since.adjustedBaseline),
      format.kwh(since.savings),
      format.share(since.fraction),
      format.range(since.interval90),
    ],
  ];
}
