import type { EnergyReport } from '@keepsite/cloud-contract';
import type { Content } from '../../pdf/document.ts';
import type { Part, Speech } from './language.ts';
import { facts, grid, heading, list, note, subheading } from './layout.ts';

/** Part 4. */
export const modelPart: Part<Content> = ({ model }, speech) => {
  const { words, format } = speech;
  if (!model) return [heading(words.parts.model), note(words.modelNone)];
  const gates = model.gates.map(({ name, limit, value, passed }) => [
    words.gateNames[name] ?? name,
    `≤ ${format.share(limit)}`,
    format.share(value, 2),
    passed ? words.passed : words.failed,
  ]);
  return [
    heading(words.parts.model),
    facts([
      [words.method, model.method],
      [words.formula, model.formula],
      [words.knots, model.knotsF.map((knot) => `${format.number((knot - 32) / 1.8, 1)} ℃`).join(', ') || '–'],
      ['R²', format.number(model.r2, 4)],
      ['CV(RMSE), NMBE', `${format.share(model.cvrmse, 2)}, ${format.share(model.nmbe, 3)}`],
      [words.nParameters, `${model.n}; ${model.parameters} + ${model.intercepts}`],
      [words.rho, `${format.number(model.rho, 3)}; ${format.number(model.nEffective, 1)}`],
      ...(model.tested ? [[words.tested, model.tested.map((part) => format.share(part)).join(', ')] as const] : []),
    ]),
    grid([words.gate, '', '', ''], gates, { left: [0, 3], widths: ['*', 'auto', 'auto', 'auto'] }),
    subheading(words.coefficients),
    note(
      model.coefficients
        .map(({ name, value }) => `${name} ${value === null ? words.dropped : value.toPrecision(5)}`)
        .join('; '),
    ),
  ];
};

/** Part 7. */
export const eventsPart: Part<Content> = ({ events, headline }, { words, format }) => [
  heading(words.parts.events),
  ...(events.items.length === 0
    ? [note(words.eventNone)]
    : [
        grid(
          ['', words.eventEffect, words.eventStatus, words.decidedBy, words.reason],
          events.items.map(({ from, to, effect, state, by, reason }) => [
            words.to(from, to),
            format.kwh(effect),
            words.eventState[state],
            by ?? '–',
            reason ?? '–',
          ]),
          { left: [0, 2, 3, 4], widths: ['*', 'auto', 'auto', 'auto', '*'] },
        ),
      ]),
  ...(events.unadjusted && headline.sinceMeasure
    ? [
        facts([
          [words.withoutEvents, savedText(headline.sinceMeasure, format)],
          [words.withEvents, savedText(events.unadjusted, format)],
        ]),
      ]
    : []),
];

function savedText(
  { savings, fraction, interval90 }: NonNullable<EnergyReport['headline']['figures']>,
  format: Speech['format'],
): string {
  return `${format.kwh(savings)} (${format.share(fraction)}), ${format.range(interval90)}`;
}

/** Part 8. */
export const coveragePart: Part<Content> = ({ coverage }, { words, format }) => {
  if (!coverage) return [heading(words.parts.coverage), note(words.coverageNone)];
  const celsius = ({ low, high }: { low: number; high: number }) =>
    words.coverageRange(format.number(low, 1), format.number(high, 1));
  return [
    heading(words.parts.coverage),
    facts([
      [`${words.baseline}: ${words.coverageTemperature}`, celsius(coverage.baselineC)],
      [`${words.reportingDays}: ${words.coverageTemperature}`, celsius(coverage.reportingC)],
    ]),
    list([
      words.coverageWithin(coverage.within, coverage.below, coverage.above),
      words.coverageSaved(format.kwh(coverage.savingsWithin), format.kwh(coverage.savingsOutside)),
      words.coverageUnseen(coverage.unseenTimes),
    ]),
  ];
};

/** Part 9. */
export const moneyPart: Part<Content> = (report, speech) => [
  heading(speech.words.parts.money),
  ...costContent(report.cost, speech),
  ...carbonContent(report.carbon, speech),
  ...pueContent(report.pue, speech),
];

function costContent(cost: EnergyReport['cost'], { words, format, both }: Speech): Content[] {
  if (!cost.ok) return [subheading(words.cost), note(both(cost.reason))];
  const money = (cents: number) => format.money(cents, cost.currency);
  return [
    subheading(`${words.cost}: ${money(cost.avoided)}`),
    facts([
      [words.costExpected, money(cost.expected)],
      [words.costActual, money(cost.actual)],
      [words.blended, cost.blendedRate === null ? '–' : `${format.number(cost.blendedRate, 4)} ${cost.currency}/kWh`],
      [words.tariff, `${both(cost.tariff)}; ${cost.documents.join('; ')}`],
    ]),
    grid(
      [words.line, words.period, 'kWh', cost.currency, words.document],
      cost.lines.map(({ name, period, quantity, cents, document }) => [
        name,
        period ?? '–',
        format.number(quantity, 1),
        format.number(cents / 100, 2),
        document,
      ]),
      { left: [0, 1, 4], widths: ['*', 'auto', 'auto', 'auto', '*'] },
    ),
    ...(cost.skippedHours > 0 ? [note(words.skippedHours(format.number(cost.skippedHours)))] : []),
    ...cost.notes.map((text) => note(both(text))),
  ];
}

function carbonContent(carbon: EnergyReport['carbon'], { words, format, both }: Speech): Content[] {
  if (!carbon.ok) return [subheading(words.carbon), note(both(carbon.reason))];
  return [
    subheading(`${words.carbon}: ${format.number(carbon.kgCo2, 1)} kg`),
    list(
      carbon.lines.map((line) => {
        const scope = words.scope[line.scope] ?? line.scope;
        const text = words.carbonLine(
          format.kwh(line.kwh),
          String(line.kgPerKwh),
          line.region,
          scope,
          line.factorYear,
          line.document,
        );
        return `${line.year}: ${text}${line.provisional ? `, ${words.provisional}` : ''}`;
      }),
    ),
  ];
}

function pueContent(pue: EnergyReport['pue'], { words, format, both }: Speech): Content[] {
  if (!pue.ok) return [subheading(words.pue), note(both(pue.reason))];
  const name = pue.interim ? words.interimPue : words.pue;
  return [subheading(`${name}: ${format.number(pue.value, 3)}`), note(words.known(format.share(pue.coverage)))];
}
