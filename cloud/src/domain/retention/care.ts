import type { IndicatorValue, RetentionReport } from '@keepsite/cloud-contract';
import type { Colour } from '@keepsite/edge-contract';
import { dayOf } from '../calendar.ts';
import { NAMES } from './names.ts';
import { INDICATORS, type IndicatorName } from './scorecard.ts';
import { sentences, type Words } from './words.ts';
import { instantMillis } from '@keepsite/edge-contract';

export type CareTaskKind = 'turned_red' | 'turned_yellow' | 'turned_grey' | 'silence' | 'praise';

/** Something that somebody should do for a client; the caller gives it an id and finds the person. */
export interface CareTaskDraft {
  /** The same occasion has the same key: store a key once. */
  readonly key: string;
  readonly client: string;
  readonly kind: CareTaskKind;
  /** Whose it is: top management steps in when a client turns red. */
  readonly owner: 'management' | 'account-manager';
  readonly dueInDays: number;
  readonly title: Words;
  readonly detail: Words;
}

/** A contact gap beyond which the absence of complaints is no comfort, days. */
export const SILENCE_GAP_DAYS = 60;
/** How much better than usual the chat must be to be worth a thank-you, z. */
export const PRAISE_Z = -1;

/**
 * What to do after a day's report: on a turn for the worse what happened and what would mend it;
 * when nobody complains but nobody meets either, a visit; when the chat praises, a thank-you.
 * `before` is the colour of the day before; null on the first day, when a bad colour is news too.
 */
export function careTasks(before: Colour | null, report: RetentionReport): CareTaskDraft[] {
  const month = dayOf(instantMillis(report.asOf), 'UTC').slice(0, 7);
  return [...turned(before, report), ...silence(report, month), ...praise(report, month)];
}

function turned(before: Colour | null, report: RetentionReport): CareTaskDraft[] {
  const { colour, client, asOf } = report;
  if (colour === 'green' || colour === before) return [];
  // Red that fades to yellow is good news and was a task already.
  if (colour === 'yellow' && before === 'red') return [];
  const { owner, dueInDays, title } = TURNS[colour];
  const detail = sentences(detailsOf(report).map(({ en, zh }) => ({ en, zh })));
  return [
    {
      key: `${client}:turned_${colour}:${asOf.slice(0, 10)}`,
      client,
      kind: `turned_${colour}`,
      owner,
      dueInDays,
      title,
      detail,
    },
  ];
}

const TURNS = {
  red: { owner: 'management', dueInDays: 1, title: { en: 'Call on the client: red', zh: '客户告急：管理层介入' } },
  yellow: { owner: 'account-manager', dueInDays: 3, title: { en: 'Mend what turned yellow', zh: '客户转黄：整改' } },
  grey: { owner: 'account-manager', dueInDays: 7, title: { en: 'Find out what is missing', zh: '信息不足：补全数据' } },
} as const;

/** Why it turned, the dearest incident, and the first thing that would mend it; of grey, what is missing. */
function detailsOf(report: RetentionReport): Words[] {
  if (report.colour === 'grey') {
    const gaps = report.indicators.filter(({ value }) => value === null).map(({ name }) => labelOf(name));
    const list = { en: gaps.map(({ en }) => en).join(', '), zh: gaps.map(({ zh }) => zh).join('、') };
    return [report.colourReason, { en: `Missing: ${list.en}.`, zh: `缺少：${list.zh}。` }];
  }
  const incident = report.incidents.filter(({ pointsLost }) => pointsLost > 0).slice(0, 1);
  return [
    report.colourReason,
    ...incident.map(({ sentence }) => sentence),
    ...report.mend.slice(0, 2).map(({ sentence }) => sentence),
  ];
}

function silence(report: RetentionReport, month: string): CareTaskDraft[] {
  const gap = indicator(report, 'contact_gap');
  const quiet = indicator(report, 'complaint_response_p90')?.value === null;
  if (!quiet || gap?.value === null || gap === undefined || gap.value <= SILENCE_GAP_DAYS) return [];
  return [
    {
      key: `${report.client}:silence:${month}`,
      client: report.client,
      kind: 'silence',
      owner: 'account-manager',
      dueInDays: 14,
      title: { en: 'Visit: no complaints, and no contact', zh: '上门拜访：无投诉也无联系' },
      detail: gap.sentence,
    },
  ];
}

function praise(report: RetentionReport, month: string): CareTaskDraft[] {
  const chat = indicator(report, 'chat_negativity');
  if (chat === undefined || chat.value === null || chat.value > PRAISE_Z) return [];
  return [
    {
      key: `${report.client}:praise:${month}`,
      client: report.client,
      kind: 'praise',
      owner: 'account-manager',
      dueInDays: 7,
      title: { en: 'Say thank you, and to whom it is due', zh: '感谢客户，表扬员工' },
      detail: chat.sentence,
    },
  ];
}

function indicator(report: RetentionReport, name: IndicatorName): IndicatorValue | undefined {
  return report.indicators.find((each) => each.name === name);
}

function labelOf(name: string): Words {
  const known = INDICATORS.find((each) => each === name);
  return known === undefined ? { en: name, zh: name } : NAMES[known];
}
