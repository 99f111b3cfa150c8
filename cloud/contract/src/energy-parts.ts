import type { KeptEnergyReport } from './energy-kept.ts';
import type { EnergyReport } from './energy-report.ts';
import {
  boundaryFacts,
  carbonLines,
  coefficientsText,
  costFacts,
  coverageFacts,
  coverageLines,
  demandFacts,
  eventFacts,
  flaggedLines,
  gapLines,
  measureLines,
  modelFacts,
  weatherLines,
  type EnergyFacts,
} from './energy-lines.ts';
import type { EnergySpeech } from './energy-speech.ts';
import {
  costTable,
  eventsTable,
  figuresTable,
  gatesTable,
  metersTable,
  monthsTable,
  qualityTable,
  versionsTable,
  type EnergyTable,
} from './energy-tables.ts';
import type { EnergyWords } from './energy-words.ts';

/** A piece of a report, to be set as text of a page or of a PDF. */
export type EnergyBlock =
  | { readonly kind: 'verdict'; readonly isGood: boolean; readonly title: string; readonly text: string }
  | { readonly kind: 'text' | 'note' | 'command'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: EnergyFacts }
  | { readonly kind: 'table'; readonly table: EnergyTable }
  | { readonly kind: 'list'; readonly lines: readonly string[] }
  | { readonly kind: 'charts' }
  /** What is proposed and decided: a page lets people decide. */
  | { readonly kind: 'events'; readonly table: EnergyTable }
  | { readonly kind: 'signatures'; readonly people: readonly Signature[] }
  | EnergySection;

/** Blocks under a smaller heading. */
export interface EnergySection {
  readonly kind: 'section';
  readonly title: string;
  /** Seldom read from end to end: a page may fold it away. */
  readonly isLong: boolean;
  readonly blocks: readonly EnergyBlock[];
}

/** Who is to sign; a name where somebody has. */
export interface Signature {
  readonly role: string;
  readonly name: string | null;
}

export type EnergyPartName = keyof EnergyWords['parts'];

/** One of the eleven parts under its numbered heading. */
export interface EnergyPart {
  readonly name: EnergyPartName;
  readonly title: string;
  readonly blocks: readonly EnergyBlock[];
}

/** All that a report says, in its order: page and PDF set the same pieces, each in its own way. */
export function energyParts(kept: KeptEnergyReport, speech: EnergySpeech): EnergyPart[] {
  return Object.entries(PARTS).map(([name, blocksOf]) => ({
    name: name as EnergyPartName,
    title: speech.words.parts[name as EnergyPartName],
    blocks: blocksOf(kept, speech),
  }));
}

type Blocks = (kept: KeptEnergyReport, speech: EnergySpeech) => EnergyBlock[];

const PARTS: Readonly<Record<EnergyPartName, Blocks>> = {
  result: ({ report: { headline } }, speech) => {
    const { words, language } = speech;
    const { verdict, sentence, refusal, figures, sinceMeasure } = headline;
    return [
      {
        kind: 'verdict',
        isGood: verdict === 'savings demonstrated',
        title: words.verdict[verdict],
        text: sentence[language],
      },
      ...(refusal.length > 0 ? [listed(words.refusal, textsOf(refusal, speech))] : []),
      ...(figures && sinceMeasure ? [tableBlock(figuresTable(figures, sinceMeasure, speech))] : []),
    ];
  },

  boundary: ({ report }, speech) => {
    const { words } = speech;
    return [
      { kind: 'text', text: words.optionC },
      tableBlock(metersTable(report.boundary, speech)),
      { kind: 'facts', facts: boundaryFacts(report, speech) },
      ...(report.boundary.baselines?.length
        ? [section(words.versions, tableBlock(versionsTable(report.boundary, speech)))]
        : []),
      listed(words.measures, measureLines(report.boundary, speech), words.measureNone),
    ];
  },

  quality: ({ report: { quality } }, speech) => {
    const { words } = speech;
    return [
      tableBlock(qualityTable(quality, speech)),
      listed(words.gaps, gapLines(quality, speech), words.gapsNone),
      listed(words.flagged, flaggedLines(quality, speech), words.flaggedNone),
      listed(words.weather, weatherLines(quality, speech), words.weatherNone),
    ];
  },

  model: ({ report: { model } }, speech) => {
    const { words } = speech;
    if (!model) return [note(words.modelNone)];
    return [
      { kind: 'facts', facts: modelFacts(model, speech) },
      tableBlock(gatesTable(model, speech)),
      longSection(words.coefficients, note(coefficientsText(model, speech))),
    ];
  },

  months: ({ report }, speech) => {
    const { words } = speech;
    if (report.months.length === 0) return [note(words.modelNone)];
    return [
      tableBlock(monthsTable(report, speech)),
      ...(report.months.some(({ partial }) => partial) ? [note(words.partialMark)] : []),
    ];
  },

  charts: () => [{ kind: 'charts' }],

  events: ({ report }, speech) => {
    const facts = eventFacts(report, speech);
    return [
      report.events.items.length === 0
        ? note(speech.words.eventNone)
        : { kind: 'events', table: eventsTable(report.events, speech) },
      ...(facts ? [{ kind: 'facts', facts } as const] : []),
    ];
  },

  coverage: ({ report: { coverage } }, speech) => {
    if (!coverage) return [note(speech.words.coverageNone)];
    return [
      { kind: 'facts', facts: coverageFacts(coverage, speech) },
      { kind: 'list', lines: coverageLines(coverage, speech) },
    ];
  },

  money: ({ report }, speech) => [
    costSection(report.cost, speech),
    carbonSection(report.carbon, speech),
    pueSection(report.pue, speech),
  ],

  limits: ({ report }, speech) => [{ kind: 'list', lines: textsOf(report.limitations, speech) }],

  evidence: ({ id, hash, report }, { language, words }) => {
    const { inputsHash, software, bootstrap, command, signatures } = report.evidence;
    return [
      {
        kind: 'facts',
        facts: [
          [words.report, `${id} (${report.format})`],
          [words.hash, hash],
          [words.inputsHash, inputsHash],
          [words.software, software],
          [words.madeAt, report.madeAt],
          ['', words.bootstrap(bootstrap.draws, bootstrap.seed)],
        ],
      },
      { kind: 'text', text: words.rerun },
      { kind: 'command', text: command },
      section(words.signatures, {
        kind: 'signatures',
        people: signatures.map(({ role, name }) => ({ role: role[language], name })),
      }),
    ];
  },
};

function costSection(cost: EnergyReport['cost'], speech: EnergySpeech): EnergySection {
  const { words, format } = speech;
  if (!cost.ok) return refused(words.cost, cost.reason, speech);
  return section(
    `${words.cost}: ${format.money(cost.avoided, cost.currency)}`,
    { kind: 'facts', facts: [...costFacts(cost, speech), ...demandFacts(cost, speech)] },
    longSection(words.costLines, tableBlock(costTable(cost, speech))),
    ...(cost.skippedHours > 0 ? [note(words.skippedHours(format.number(cost.skippedHours)))] : []),
    ...textsOf(cost.notes, speech).map(note),
  );
}

function carbonSection(carbon: EnergyReport['carbon'], speech: EnergySpeech): EnergySection {
  const { words, format } = speech;
  if (!carbon.ok) return refused(words.carbon, carbon.reason, speech);
  return listed(`${words.carbon}: ${format.number(carbon.kgCo2, 1)} kg`, carbonLines(carbon, speech));
}

function pueSection(pue: EnergyReport['pue'], speech: EnergySpeech): EnergySection {
  const { words, format } = speech;
  if (!pue.ok) return refused(words.pue, pue.reason, speech);
  const name = pue.interim ? words.interimPue : words.pue;
  return section(`${name}: ${format.number(pue.value, 3)}`, note(words.known(format.share(pue.coverage))));
}

type Both = EnergyReport['limitations'][number];

function refused(title: string, reason: Both, { language }: EnergySpeech): EnergySection {
  return section(title, note(reason[language]));
}

/** A list under its heading; `none` where it is empty. */
function listed(title: string, lines: readonly string[], none = '–'): EnergySection {
  return section(title, lines.length === 0 ? note(none) : { kind: 'list', lines });
}

function section(title: string, ...blocks: readonly EnergyBlock[]): EnergySection {
  return { kind: 'section', title, isLong: false, blocks };
}

function longSection(title: string, ...blocks: readonly EnergyBlock[]): EnergySection {
  return { kind: 'section', title, isLong: true, blocks };
}

function textsOf(texts: readonly Both[], { language }: EnergySpeech): string[] {
  return texts.map((text) => text[language]);
}

function tableBlock(table: EnergyTable): EnergyBlock {
  return { kind: 'table', table };
}

function note(text: string): EnergyBlock {
  return { kind: 'note', text };
}
