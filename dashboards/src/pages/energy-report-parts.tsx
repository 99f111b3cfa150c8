import type { EnergyFigures } from '@keepsite/cloud-contract';
import type { EnergyWords } from '@keepsite/cloud-contract/energy-view';
import type { ReactNode } from 'react';
import { useSpeech } from '../words/language.tsx';
import { Facts, Grid, Items, Part, type PartProps, useNumbers } from './energy-report-table.tsx';

/** Part 1: the verdict and its sentence, then the figures. */
export function ResultPart({ report: { headline }, words }: PartProps): ReactNode {
  const { name } = useSpeech();
  const { verdict, sentence, refusal, figures, sinceMeasure } = headline;
  return (
    <Part title={words.parts.result}>
      <p className={verdict === 'savings demonstrated' ? 'report-verdict is-good' : 'report-verdict'}>
        <b>{words.verdict[verdict]}</b>
        <span>{name(sentence)}</span>
      </p>
      {refusal.length > 0 && <Items title={words.refusal} items={refusal.map(name)} none="" />}
      {figures && sinceMeasure && <FiguresGrid columns={[figures, sinceMeasure]} words={words} />}
    </Part>
  );
}

function FiguresGrid({
  columns,
  words,
}: {
  readonly columns: readonly EnergyFigures[];
  readonly words: EnergyWords;
}): ReactNode {
  const { kwh, share, range } = useNumbers();
  const rows: readonly (readonly [string, (figures: EnergyFigures) => string])[] = [
    ['', ({ from, to }) => words.to(from, to)],
    [words.adjusted, ({ adjustedBaseline }) => kwh(adjustedBaseline)],
    [words.actual, ({ actual }) => kwh(actual)],
    [words.avoided, ({ savings, fraction }) => `${kwh(savings)} (${share(fraction)})`],
    [words.interval, ({ interval90, interval90By }) => `${range(interval90)} (${words.intervalBy[interval90By]})`],
    [words.fsu, ({ fsu90 }) => share(fsu90)],
    ['', ({ verdict }) => words.verdict[verdict]],
  ];
  return (
    <Grid header={['', words.thisPeriod, words.since]} rows={rows.map(([title, of]) => [title, ...columns.map(of)])} />
  );
}

/** Part 2. */
export function BoundaryPart({ report: { boundary, zone }, words }: PartProps): ReactNode {
  const { name } = useSpeech();
  const { share } = useNumbers();
  const { baseline } = boundary;
  return (
    <Part title={words.parts.boundary}>
      <p>{words.optionC}</p>
      <Grid
        header={[words.meter, words.device, words.parent, words.share, words.counted, '']}
        rows={boundary.meters.map((meter) => [
          name(meter.name),
          meter.device,
          meter.parent ?? '–',
          share(meter.share, 0),
          meter.counted ? words.yes : words.no,
          words.use[meter.use],
        ])}
        left={[0, 1, 2, 5]}
      />
      <Facts
        rows={[
          [
            words.baseline,
            baseline
              ? `${words.baselineOf(baseline.from, baseline.to, baseline.version)}, ${baseline.method}`
              : words.baselineNone,
          ],
          [words.zone, zone],
        ]}
      />
      <Items
        title={words.measures}
        items={boundary.measures.map(({ what, from, to, by }) => `${name(what)} (${by}); ${words.blackout(from, to)}`)}
        none={words.measureNone}
      />
    </Part>
  );
}

/** Part 3. */
export function QualityPart({ report: { quality }, words }: PartProps): ReactNode {
  const { number, share } = useNumbers();
  return (
    <Part title={words.parts.quality}>
      <Grid
        header={[
          words.month,
          words.hours,
          words.measured,
          words.filled,
          words.estimated,
          words.missing,
          words.weatherMissing,
          words.coverageShare,
        ]}
        rows={quality.months.map((month) => [
          month.month,
          ...[month.hours, month.measured, month.filled, month.estimated, month.missing, month.weatherMissing].map(
            (count) => number(count),
          ),
          share(1 - month.missing / month.hours),
        ])}
      />
      <Items
        title={words.gaps}
        items={quality.gaps.map(
          ({ from, to, hours }) => `${minute(from)} … ${minute(to)}: ${words.gapHours(number(hours))}`,
        )}
        none={words.gapsNone}
      />
      <Items
        title={words.flagged}
        items={quality.flagged.map(
          ({ kind, from, to, rows }) =>
            `${words.faultKinds[kind] ?? kind}: ${minute(from)} … ${minute(to)}, ${words.rows(rows)}`,
        )}
        none={words.flaggedNone}
      />
      <Items
        title={words.weather}
        items={quality.weather.map(({ source, version, document, hours }) =>
          words.weatherSource(source, version, document, hours),
        )}
        none={words.weatherNone}
      />
    </Part>
  );
}

function minute(instant: string): string {
  return `${instant.slice(0, 16).replace('T', ' ')}Z`;
}

/** Part 5. */
export function MonthsPart({ report: { months, headline }, words }: PartProps): ReactNode {
  const { kwh, share, range } = useNumbers();
  const { sinceMeasure: since } = headline;
  if (months.length === 0)
    return (
      <Part title={words.parts.months}>
        <p className="faint">{words.modelNone}</p>
      </Part>
    );
  const row = (
    title: string,
    {
      actual,
      adjustedBaseline,
      savings,
      interval90,
    }: Pick<EnergyFigures, 'actual' | 'adjustedBaseline' | 'savings' | 'interval90'>,
  ) => [
    title,
    kwh(actual),
    kwh(adjustedBaseline),
    kwh(savings),
    share(adjustedBaseline > 0 ? savings / adjustedBaseline : null),
    range(interval90),
  ];
  return (
    <Part title={words.parts.months}>
      <Grid
        header={[words.month, words.actual, words.adjusted, words.avoided, '%', words.plusMinus]}
        rows={[
          ...months.map((month) => row(month.partial ? `${month.month} *` : month.month, month)),
          ...(since ? [row(words.total, since)] : []),
        ]}
      />
      {months.some(({ partial }) => partial) && <p className="faint small">{words.partialMark}</p>}
    </Part>
  );
}
