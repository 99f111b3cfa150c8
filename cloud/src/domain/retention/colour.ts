import type { Colour, Millis } from '@keepsite/edge-contract';
import type { CrmFact } from '@keepsite/cloud-contract';
import { DAY } from '../calendar.ts';
import { number, percent, type Words } from './words.ts';

/** What the machine remembers from one day to the next; plain JSON, stored with the day's score. */
export interface ColourState {
  readonly at: Millis;
  /** What was shown: the basis, unless a veto or too little knowledge overrode it. */
  readonly colour: Colour;
  /** Where the score alone stands; keeps its place while the client is grey. Null before the first score. */
  readonly basis: Exclude<Colour, 'grey'> | null;
  readonly smoothed: number | null;
  /** When `smoothed` last took a score in. */
  readonly smoothedAt: Millis | null;
  /** First day of the unbroken run that leads to a change; null when there is none. */
  readonly since: { readonly below70: Millis | null; readonly above75: Millis | null; readonly above55: Millis | null };
}

export interface ColourDay {
  readonly at: Millis;
  readonly score: number | null;
  readonly coverage: number;
  readonly low: number | null;
  /** Vetoes in force: neither future nor released. */
  readonly vetoes: readonly CrmFact<'vetoes'>[];
}

export interface NextColour {
  readonly state: ColourState;
  readonly colour: Colour;
  readonly reason: Words;
}

/** Thresholds on the smoothed score and the days they must hold. */
export const COLOUR_RULES = {
  halfLifeDays: 7,
  minimumCoverage: 0.6,
  greenNeedsLow: 50,
  yellowBelow: { score: 70, days: 2 },
  greenFrom: { score: 75, days: 7 },
  redBelow: 50,
  yellowFrom: { score: 55, days: 14 },
} as const;

/**
 * One day of the colour machine. Call it once a day with the state of the day before; a second call
 * on one day must start from that same state.
 *
 * Green to yellow below 70 on 2 days; yellow to green from 75 on 7 days; yellow to red below 50 at
 * once; red to yellow from 55 on 14 days; all on the smoothed score (half-life 7 days), at most one
 * step a day. Grey below coverage 0.6: the basis waits unchanged. Green also needs `low` of 50 or
 * more. A veto is red at once and for as long as it is in force; beneath it the basis goes on.
 */
export function nextColour(state: ColourState | null, day: ColourDay): NextColour {
  const known = day.score !== null && day.coverage >= COLOUR_RULES.minimumCoverage;
  const next = known ? advance(state, day, day.score ?? 0) : paused(state, day.at);
  const colour = shown(next, day, known);
  return { state: { ...next, colour }, colour, reason: reasonOf(state, next, day, colour) };
}

function advance(state: ColourState | null, day: ColourDay, score: number): ColourState {
  const smoothed = smooth(state, day.at, score);
  const before = state?.since;
  const run = (holds: boolean, since: Millis | null | undefined): Millis | null => (holds ? (since ?? day.at) : null);
  const since = {
    below70: run(smoothed < COLOUR_RULES.yellowBelow.score, before?.below70),
    above75: run(smoothed >= COLOUR_RULES.greenFrom.score && safelyKnown(day), before?.above75),
    above55: run(smoothed >= COLOUR_RULES.yellowFrom.score, before?.above55),
  };
  const basis = state?.basis ?? null;
  const next = basis === null ? firstBasis(smoothed, day) : nextBasis(basis, smoothed, day, since);
  return { at: day.at, colour: next, basis: next, smoothed, smoothedAt: day.at, since };
}

/** EWMA whose half-life is 7 days whatever the time between two scores. */
function smooth(state: ColourState | null, at: Millis, score: number): number {
  if (state?.smoothed === null || state?.smoothed === undefined || state.smoothedAt === null) return score;
  const kept = 0.5 ** (Math.max(at - state.smoothedAt, 0) / (COLOUR_RULES.halfLifeDays * DAY));
  return kept * state.smoothed + (1 - kept) * score;
}

function paused(state: ColourState | null, at: Millis): ColourState {
  return {
    at,
    colour: 'grey',
    basis: state?.basis ?? null,
    smoothed: state?.smoothed ?? null,
    smoothedAt: state?.smoothedAt ?? null,
    since: { below70: null, above75: null, above55: null },
  };
}

function firstBasis(smoothed: number, day: ColourDay): NonNullable<ColourState['basis']> {
  if (smoothed < COLOUR_RULES.redBelow) return 'red';
  return smoothed < COLOUR_RULES.yellowBelow.score || !safelyKnown(day) ? 'yellow' : 'green';
}

function nextBasis(
  basis: NonNullable<ColourState['basis']>,
  smoothed: number,
  day: ColourDay,
  since: ColourState['since'],
): NonNullable<ColourState['basis']> {
  const held = (from: Millis | null, days: number): boolean => from !== null && daysIn(from, day.at) >= days;
  switch (basis) {
    case 'green':
      return held(since.below70, COLOUR_RULES.yellowBelow.days) || !safelyKnown(day) ? 'yellow' : 'green';
    case 'yellow':
      if (smoothed < COLOUR_RULES.redBelow) return 'red';
      return held(since.above75, COLOUR_RULES.greenFrom.days) ? 'green' : 'yellow';
    case 'red':
      return held(since.above55, COLOUR_RULES.yellowFrom.days) ? 'yellow' : 'red';
  }
}

function safelyKnown({ low }: ColourDay): boolean {
  return low !== null && low >= COLOUR_RULES.greenNeedsLow;
}

/** Days of an unbroken run, its first included. A daily job that runs some hours early still counts. */
function daysIn(from: Millis, at: Millis): number {
  return Math.floor((at - from) / DAY + 0.25) + 1;
}

function shown(state: ColourState, day: ColourDay, known: boolean): Colour {
  if (day.vetoes.length > 0) return 'red';
  return known && state.basis !== null ? state.basis : 'grey';
}

function reasonOf(before: ColourState | null, next: ColourState, day: ColourDay, colour: Colour): Words {
  const [veto] = day.vetoes;
  if (veto !== undefined) return vetoReason(veto, day.vetoes.length);
  if (colour === 'grey') return greyReason(day);
  const figures = {
    en: `smoothed score ${number(next.smoothed ?? 0)}, today ${number(day.score ?? 0)}, ${percent(day.coverage, 0)} of the facts known`,
    zh: `平滑得分 ${number(next.smoothed ?? 0)}，今日 ${number(day.score ?? 0)}，已掌握 ${percent(day.coverage, 0)} 的信息`,
  };
  const change = CHANGE[`${before?.basis ?? 'none'} ${colour}`] ?? HELD[colour];
  const doubt = colour === 'yellow' && (next.smoothed ?? 0) >= COLOUR_RULES.greenFrom.score && !safelyKnown(day);
  const cause = doubt ? DOUBT : change;
  return { en: `${cause.en}: ${figures.en}.`, zh: `${cause.zh}：${figures.zh}。` };
}

const { yellowBelow, greenFrom, redBelow, yellowFrom, greenNeedsLow, minimumCoverage } = COLOUR_RULES;

const HELD: { readonly [colour in Exclude<Colour, 'grey'>]: Words } = {
  green: { en: 'Stable', zh: '稳定' },
  yellow: { en: 'At risk', zh: '有风险' },
  red: { en: 'In danger', zh: '告急' },
};

const CHANGE: { readonly [step: string]: Words } = {
  'green yellow': {
    en: `Turned yellow, below ${yellowBelow.score} on ${yellowBelow.days} days`,
    zh: `转黄：连续 ${yellowBelow.days} 天低于 ${yellowBelow.score} 分`,
  },
  'yellow green': {
    en: `Turned green, ${greenFrom.score} or more on ${greenFrom.days} days`,
    zh: `转绿：连续 ${greenFrom.days} 天不低于 ${greenFrom.score} 分`,
  },
  'yellow red': { en: `Turned red, below ${redBelow}`, zh: `转红：低于 ${redBelow} 分` },
  'red yellow': {
    en: `Turned yellow, ${yellowFrom.score} or more on ${yellowFrom.days} days`,
    zh: `转黄：连续 ${yellowFrom.days} 天不低于 ${yellowFrom.score} 分`,
  },
};

const DOUBT: Words = {
  en: `Not green, because with the missing facts the score could be below ${greenNeedsLow}`,
  zh: `不能评绿：计入缺失信息，得分可能低于 ${greenNeedsLow} 分`,
};

const VETO_WORDS: { readonly [kind in CrmFact<'vetoes'>['kind']]: Words } = {
  injury: { en: 'somebody was injured', zh: '发生人员受伤' },
  non_renewal_notice: { en: 'the client gave written notice that it will not renew', zh: '客户书面通知不再续约' },
  invoice_over_90_days: { en: 'an invoice is more than 90 days overdue', zh: '有账单逾期超过 90 天' },
};

function vetoReason(veto: CrmFact<'vetoes'>, total: number): Words {
  const words = VETO_WORDS[veto.kind];
  const more = total > 1 ? { en: ` (and ${total - 1} more)`, zh: `（另有 ${total - 1} 项）` } : { en: '', zh: '' };
  return {
    en: `Red at once: ${words.en}${more.en}. It stays until somebody releases it with a reason.`,
    zh: `立即转红：${words.zh}${more.zh}。须有人说明理由后解除。`,
  };
}

function greyReason(day: ColourDay): Words {
  const known = percent(day.coverage, 0);
  const needed = percent(minimumCoverage, 0);
  return {
    en: `Too little is known for a colour: ${known} of the facts, ${needed} needed.`,
    zh: `信息不足，无法评色：已掌握 ${known}，至少需要 ${needed}。`,
  };
}
