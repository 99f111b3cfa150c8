import type { EnergyFigures, EnergyReport } from './energy-report.ts';
import { modelText } from './energy-model-text.ts';
import type { EnergySpeech } from './energy-speech.ts';

/** Names and what stands beside them; no name comes twice. */
export type EnergyFacts = readonly (readonly [name: string, value: string])[];

/** Part 2: what it is compared with, and whose clock its days go by. */
export function boundaryFacts(
  { boundary: { baseline }, zone }: Pick<EnergyReport, 'boundary' | 'zone'>,
  { words }: EnergySpeech,
): EnergyFacts {
  const compared = baseline
    ? [words.baselineOf(baseline.from, baseline.to, baseline.version), baseline.method].join(words.comma)
    : words.baselineNone;
  return [
    [words.baseline, compared],
    [words.zone, zone],
  ];
}

/** Part 2: what was done. */
export function measureLines({ measures }: EnergyReport['boundary'], { language, words }: EnergySpeech): string[] {
  return measures.map(({ what, from, to, by }) => `${what[language]} (${by}); ${words.blackout(from, to)}`);
}

/** Part 3: the longest gaps, the longest first. */
export function gapLines({ gaps, zone }: EnergyReport['quality'], { words, format }: EnergySpeech): string[] {
  return gaps.map(({ from, to, hours }) =>
    [`${minute(from, zone)} … ${minute(to, zone)}`, words.gapHours(format.number(hours))].join(words.colon),
  );
}

/** Part 3: what a person should look at. */
export function flaggedLines({ flagged, zone }: EnergyReport['quality'], { words }: EnergySpeech): string[] {
  return flagged.map(({ kind, from, to, rows }) => {
    const when = [`${minute(from, zone)} … ${minute(to, zone)}`, words.rows(rows)].join(words.comma);
    return [words.faultKinds[kind] ?? kind, when].join(words.colon);
  });
}

/** Part 3: where the weather comes from. */
export function weatherLines({ weather }: EnergyReport['quality'], { words }: EnergySpeech): string[] {
  return weather.map(({ source, version, document, hours }) => words.weatherSource(source, version, document, hours));
}

/** By the clock of the report's days. */
function minute(instant: string, zone: string): string {
  // Swedish is ISO 8601 as people write it: 2026-03-02 08:15.
  return new Date(instant).toLocaleString('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
}

type Model = NonNullable<EnergyReport['model']>;

/** Part 4: the model and how well it knows its baseline. */
export function modelFacts(model: Model, { language, words, format }: EnergySpeech): EnergyFacts {
  const knots = model.knotsF.map((knot) => `${format.number(celsiusOf(knot), 1)} °C`);
  return [
    [words.method, model.method],
    [words.formula, modelText(model.formula, language)],
    [words.knots, knots.join(', ') || '–'],
    ['R²', format.number(model.r2, 4)],
    ['CV(RMSE), NMBE', `${format.share(model.cvrmse, 2)}, ${format.share(model.nmbe, 3)}`],
    [words.nParameters, `${model.n}; ${model.parameters} + ${model.intercepts}`],
    [words.rho, `${format.number(model.rho, 3)}; ${format.number(model.nEffective, 1)}`],
    ...(model.tested ? [[words.tested, model.tested.map((part) => format.share(part)).join(', ')] as const] : []),
  ];
}

function celsiusOf(fahrenheit: number): number {
  return (fahrenheit - 32) / 1.8;
}

/** Part 4: every coefficient with its value. */
export function coefficientsText({ coefficients }: Model, { language, words }: EnergySpeech): string {
  return coefficients
    .map(({ name, value }) => `${modelText(name, language)} ${value === null ? words.dropped : value.toPrecision(5)}`)
    .join('; ');
}

/** Part 7: what was saved with and without the approved events; null where none is approved. */
export function eventFacts(
  { events: { unadjusted }, headline: { sinceMeasure } }: Pick<EnergyReport, 'events' | 'headline'>,
  { words, format }: EnergySpeech,
): EnergyFacts | null {
  if (!unadjusted || !sinceMeasure) return null;
  const saved = ({ savings, fraction, interval90 }: EnergyFigures) =>
    `${format.kwh(savings)} (${format.share(fraction)}), ${format.range(interval90)}`;
  return [
    [words.withoutEvents, saved(sinceMeasure)],
    [words.withEvents, saved(unadjusted)],
  ];
}

/** Part 7: what was decided on an event, and whether use stays changed. */
export function eventStateText(
  { state, newLevelFrom }: EnergyReport['events']['items'][number],
  { words }: Pick<EnergySpeech, 'words'>,
): string {
  const said = words.eventState[state];
  return newLevelFrom === undefined ? said : words.newLevel(said, newLevelFrom);
}

type Coverage = NonNullable<EnergyReport['coverage']>;

/** Part 8: which temperatures were seen. */
export function coverageFacts({ baselineC, reportingC }: Coverage, { words, format }: EnergySpeech): EnergyFacts {
  const celsius = ({ low, high }: Coverage['baselineC']) =>
    words.coverageRange(format.number(low, 1), format.number(high, 1));
  return [
    [`${words.baseline}: ${words.coverageTemperature}`, celsius(baselineC)],
    [`${words.reportingDays}: ${words.coverageTemperature}`, celsius(reportingC)],
  ];
}

/** Part 8: how much of the period, and of what was saved, lies within them. */
export function coverageLines(coverage: Coverage, { words, format }: EnergySpeech): string[] {
  const { within, below, above, savingsWithin, savingsOutside, unseenTimes } = coverage;
  return [
    words.coverageWithin(within, below, above),
    words.coverageSaved(format.kwh(savingsWithin), format.kwh(savingsOutside)),
    words.coverageUnseen(unseenTimes),
  ];
}

type Cost = Extract<EnergyReport['cost'], { ok: true }>;

/** Part 9: both bills, the rate and the price book. */
export function costFacts(cost: Cost, { language, words, format }: EnergySpeech): EnergyFacts {
  const { currency, expected, actual, blendedRate, tariff, documents } = cost;
  return [
    [words.costExpected, format.money(expected, currency)],
    [words.costActual, format.money(actual, currency)],
    [words.blended, blendedRate === null ? '–' : `${format.number(blendedRate, 4)} ${currency}/kWh`],
    [words.tariff, `${tariff[language]}; ${documents.join('; ')}`],
  ];
}

/** Part 9: the month's demand charge, in a line, and what of it was avoided; none where no demand is charged. */
export function demandFacts({ demand, currency }: Cost, { words, format }: EnergySpeech): EnergyFacts {
  if (!demand) return [];
  const { basis, kw, known, quarters, cents, avoided, wellUsed } = demand;
  const charged = cents === null ? words.demandNotBilled : format.money(cents, currency);
  return [
    [words.demand[basis], words.demandOf(charged, format.number(kw, 1), format.number(known), format.number(quarters))],
    ...(wellUsed ? [wellUsedFact(wellUsed, currency, { words, format })] : []),
    [words.demandAvoided[basis === 'capacity' ? 'capacity' : 'demand'], words.avoidedDemand[avoided]],
  ];
}

function wellUsedFact(
  { kwhPerKva, limit, share, reached, cents, document }: NonNullable<NonNullable<Cost['demand']>['wellUsed']>,
  currency: string,
  { words, format }: Pick<EnergySpeech, 'words' | 'format'>,
): EnergyFacts[number] {
  const state = words.wellUsedOf[`${reached}`];
  const told = words.wellUsedTold(format.number(kwhPerKva, 1), state, format.money(cents, currency), document);
  return [words.wellUsed(format.number(limit), format.share(share, 0)), told];
}

/** Part 9: carbon by year, each with its factor and where that is from. */
export function carbonLines(
  { lines }: Extract<EnergyReport['carbon'], { ok: true }>,
  { words, format }: EnergySpeech,
): string[] {
  return lines.map(({ year, kwh, kgPerKwh, region, scope, factorYear, document, provisional }) => {
    const scopeName = words.scope[scope] ?? scope;
    const text = words.carbonLine(format.kwh(kwh), String(kgPerKwh), region, scopeName, factorYear, document);
    return [`${year}${words.colon}${text}`, ...(provisional ? [words.provisional] : [])].join(words.comma);
  });
}
