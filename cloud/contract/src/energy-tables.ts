import type { EnergyFigures, EnergyReport } from './energy-report.ts';
import { eventStateText } from './energy-lines.ts';
import type { EnergySpeech } from './energy-speech.ts';

/** A column of a table. Words stand to the left, figures to the right; a wide one takes what room there is. */
export interface EnergyColumn {
  readonly id: string;
  readonly header: string;
  readonly side: 'left' | 'right';
  readonly isWide: boolean;
}

/** Rows under a header; what stands in a row is told with its column, and no two rows have the same id. */
export interface EnergyTable {
  readonly columns: readonly EnergyColumn[];
  readonly rows: readonly {
    readonly id: string;
    readonly cells: readonly { readonly column: EnergyColumn; readonly text: string }[];
  }[];
}

type Told<Row> = EnergyColumn & { readonly of: (row: Row) => string };

/** A table of some rows by columns that each know what to say of a row. */
function tableOf<Row>(rows: readonly Row[], idOf: (row: Row) => string, told: readonly Told<Row>[]): EnergyTable {
  const columns = told.map(({ of, ...column }) => ({ column, of }));
  return {
    columns: columns.map(({ column }) => column),
    rows: rows.map((row) => ({
      id: idOf(row),
      cells: columns.map(({ column, of }) => ({ column, text: of(row) })),
    })),
  };
}

function words<Row>(id: string, header: string, of: (row: Row) => string): Told<Row> {
  return { id, header, side: 'left', isWide: false, of };
}

function wideWords<Row>(id: string, header: string, of: (row: Row) => string): Told<Row> {
  return { ...words(id, header, of), isWide: true };
}

function figures<Row>(id: string, header: string, of: (row: Row) => string): Told<Row> {
  return { id, header, side: 'right', isWide: false, of };
}

/** Part 1: the figures of the period and since the measure side by side. */
export function figuresTable(period: EnergyFigures, since: EnergyFigures, speech: EnergySpeech): EnergyTable {
  const { words: w, format } = speech;
  const rows: readonly { name: string; header: string; of: (figures: EnergyFigures) => string }[] = [
    { name: 'days', header: '', of: ({ from, to }) => w.to(from, to) },
    { name: 'adjusted', header: w.adjusted, of: ({ adjustedBaseline }) => format.kwh(adjustedBaseline) },
    { name: 'actual', header: w.actual, of: ({ actual }) => format.kwh(actual) },
    {
      name: 'avoided',
      header: w.avoided,
      of: ({ savings, fraction }) => `${format.kwh(savings)} (${format.share(fraction)})`,
    },
    {
      name: 'interval',
      header: w.interval,
      of: ({ interval90, interval90By }) => `${format.range(interval90)} (${w.intervalBy[interval90By]})`,
    },
    { name: 'fsu', header: w.fsu, of: ({ fsu90 }) => format.share(fsu90) },
    { name: 'verdict', header: '', of: ({ verdict }) => w.verdict[verdict] },
  ];
  return tableOf(rows, ({ name }) => name, [
    wideWords('name', '', ({ header }) => header),
    { ...figures('period', w.thisPeriod, ({ of }) => of(period)), isWide: true },
    { ...figures('since', w.since, ({ of }) => of(since)), isWide: true },
  ]);
}

/** Part 2: the meter tree. */
export function metersTable({ meters }: EnergyReport['boundary'], speech: EnergySpeech): EnergyTable {
  const { language, words: w, format } = speech;
  return tableOf(meters, ({ asset }) => asset, [
    wideWords('meter', w.meter, ({ name }) => name[language]),
    wideWords('device', w.device, ({ device }) => device),
    words('parent', w.parent, ({ parent }) => parent ?? '–'),
    figures('share', w.share, ({ share }) => format.share(share, 0)),
    figures('counted', w.counted, ({ counted }) => (counted ? w.yes : w.no)),
    words('use', '', ({ use }) => w.use[use]),
  ]);
}

/** Part 2: who had each version of the baseline learned, and why. */
export function versionsTable(
  { baseline, baselines = [] }: EnergyReport['boundary'],
  { language, words: w }: EnergySpeech,
): EnergyTable {
  const stateOf = ({ version, usable }: (typeof baselines)[number]) =>
    usable ? (version === baseline?.version ? 'used' : 'unused') : 'refused';
  return tableOf(baselines, ({ version }) => String(version), [
    figures('version', w.version, ({ version }) => String(version)),
    wideWords('days', w.baseline, ({ from, to }) => w.to(from, to)),
    words('method', w.method, ({ method }) => method),
    words('learned', w.learnedOn, ({ learnedAt }) => learnedAt.slice(0, 10)),
    words('by', w.learnedBy, ({ by }) => (by === 'system' ? w.byItself : by)),
    wideWords('why', w.reason, ({ why }) => why?.[language] ?? w.askedFor),
    words('state', '', (version) => w.versionState[stateOf(version)]),
  ]);
}

/** Part 3: how many hours of each month are known, and how. */
export function qualityTable({ months }: EnergyReport['quality'], { words: w, format }: EnergySpeech): EnergyTable {
  const counts = ['hours', 'measured', 'filled', 'estimated', 'missing', 'weatherMissing'] as const;
  return tableOf(months, ({ month }) => month, [
    wideWords('month', w.month, ({ month }) => month),
    ...counts.map((name) => figures(name, w[name], (month: (typeof months)[number]) => format.number(month[name]))),
    figures('known', w.coverageShare, ({ missing, hours }) => format.share(1 - missing / hours)),
  ]);
}

/** Part 4: which limits the model keeps. */
export function gatesTable(
  { gates }: NonNullable<EnergyReport['model']>,
  { words: w, format }: EnergySpeech,
): EnergyTable {
  return tableOf(gates, ({ name }) => name, [
    wideWords('gate', w.gate, ({ name }) => w.gateNames[name] ?? name),
    figures('limit', '', ({ limit }) => `≤ ${format.share(limit)}`),
    figures('value', '', ({ value }) => format.share(value, 2)),
    words('passed', '', ({ passed }) => (passed ? w.passed : w.failed)),
  ]);
}

/** Part 5: month by month, and all of them since the measure. */
export function monthsTable(
  { months, headline: { sinceMeasure } }: Pick<EnergyReport, 'months' | 'headline'>,
  { words: w, format }: EnergySpeech,
): EnergyTable {
  const rows: readonly (Sums & { title: string })[] = [
    ...months.map((sums) => ({ ...sums, title: sums.partial ? `${sums.month} *` : sums.month })),
    ...(sinceMeasure ? [{ ...sinceMeasure, title: w.total }] : []),
  ];
  return tableOf(rows, ({ title }) => title, [
    wideWords('month', w.month, ({ title }) => title),
    figures('actual', w.actual, ({ actual }) => format.kwh(actual)),
    figures('adjusted', w.adjusted, ({ adjustedBaseline }) => format.kwh(adjustedBaseline)),
    figures('avoided', w.avoided, ({ savings }) => format.kwh(savings)),
    figures('share', '%', ({ savings, adjustedBaseline }) =>
      format.share(adjustedBaseline > 0 ? savings / adjustedBaseline : null),
    ),
    figures('interval', w.plusMinus, ({ interval90 }) => format.range(interval90)),
  ]);
}

type Sums = Pick<EnergyFigures, 'actual' | 'adjustedBaseline' | 'savings' | 'interval90'>;

/** Part 7: what change points propose, and what people decided. */
export function eventsTable({ items }: EnergyReport['events'], { words: w, format }: EnergySpeech): EnergyTable {
  return tableOf(items, ({ id }) => id, [
    wideWords('days', '', ({ from, to }) => w.to(from, to)),
    figures('effect', w.eventEffect, ({ effect }) => format.kwh(effect)),
    words('state', w.eventStatus, (event) => eventStateText(event, { words: w })),
    words('by', w.decidedBy, ({ by }) => by ?? '–'),
    wideWords('reason', w.reason, ({ reason }) => reason ?? '–'),
  ]);
}

type Cost = Extract<EnergyReport['cost'], { ok: true }>;

/** Part 9: the avoided bill, line by line. */
export function costTable({ lines, currency }: Cost, { words: w, format }: EnergySpeech): EnergyTable {
  return tableOf(lines, ({ month, name, period, document }) => [month, name, period, document].join(' '), [
    words('month', w.month, ({ month }) => month),
    wideWords('line', w.line, ({ name }) => lineName(name, w)),
    words('period', w.period, ({ period }) => (period === null ? '–' : (w.periods[period] ?? period))),
    figures('kwh', 'kWh', ({ quantity, unit }) =>
      [format.number(quantity, 1), ...(unit === undefined ? [] : [unit])].join(' '),
    ),
    figures('money', currency, ({ cents }) => format.number(cents / 100, 2)),
    wideWords('document', w.document, ({ document }) => document),
  ]);
}

const ABOVE = ' above the contract';

/** What a bill calls its own lines, in the words of a language; a price book's names are its author's. */
function lineName(name: string, words: EnergySpeech['words']): string {
  const at = name.indexOf(ABOVE);
  if (at < 0) return words.lineNames[name] ?? name;
  return `${words.aboveContract(name.slice(0, at))}${name.slice(at + ABOVE.length)}`;
}
