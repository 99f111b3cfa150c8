import type { CrmFact } from '@keepsite/cloud-contract';
import { dayOf, daysBetween, startOfDay } from '../calendar.ts';
import { knownAt, type ClientFacts } from '../facts.ts';
import { missing, type Measurement } from './measurement.ts';
import type { ScorecardLine } from './scorecard.ts';
import { count, number, type Words } from './words.ts';

/** Months of its own history that a client's chat is compared with: 180 days before the window. */
export const BASELINE_MONTHS = 6;
/** Fewer messages in a month, or fewer such months, say nothing about a mood. */
export const LEAST_MESSAGES = 20;
export const LEAST_MONTHS = 3;
/** A chat group that hardly ever changes its tone still varies by one message in a hundred. */
export const LEAST_SPREAD = 1;

/**
 * Indicator 11: (negative − positive) per 100 messages of the last 30 days, as a z-score against the
 * same figure of the six 30-day months before. Above 0 the mood is worse than this client's usual.
 * The spread is the sample standard deviation of those months, at least 1 per 100.
 */
export function chatNegativity(facts: ClientFacts, line: ScorecardLine): Measurement {
  const today = dayOf(facts.asOf, facts.timeZone);
  const length = line.windowDays ?? 30;
  const known = knownAt(facts.crm.messages, facts.asOf).filter(({ day }) => day <= today);
  const byMonth = Map.groupBy(known, ({ day }) => Math.floor(daysBetween(day, today) / length));
  const recent = byMonth.get(0) ?? [];
  const before = Array.from({ length: BASELINE_MONTHS }, (_, i) => byMonth.get(i + 1) ?? []);
  const now = negativity(recent);
  const usual = before.map(negativity).filter((rate) => rate !== null);
  if (now === null)
    return missing(
      `Fewer than ${LEAST_MESSAGES} messages in ${length} days.`,
      `${length} 天内消息不足 ${LEAST_MESSAGES} 条。`,
    );
  if (usual.length < LEAST_MONTHS) {
    return missing('Too little chat history to know what is usual.', '聊天历史不足，无法判断常态。');
  }
  const mean = average(usual);
  const value = (now - mean) / Math.max(spread(usual, mean), LEAST_SPREAD);
  const messages = recent.reduce((sum, { total }) => sum + total, 0);
  const mood = value > 0.5 ? WORSE : value < -0.5 ? BETTER : USUAL;
  const sentence = {
    en: `${count(messages, 'message')} in ${length} days: per 100, ${balance(now).en}, usually ${balance(mean).en}. ${mood.en}`,
    zh: `${length} 天内 ${messages} 条消息：每百条中${balance(now).zh}，平时${balance(mean).zh}。${mood.zh}`,
  };
  const newest =
    recent
      .map(({ day }) => day)
      .toSorted()
      .at(-1) ?? today;
  return { value, asOf: startOfDay(newest, facts.timeZone), sentence };
}

const WORSE = { en: 'Worse than usual.', zh: '情绪差于平时。' };
const BETTER = { en: 'Better than usual.', zh: '情绪好于平时。' };
const USUAL = { en: 'As usual.', zh: '情绪与平时相当。' };

function negativity(days: readonly CrmFact<'messages'>[]): number | null {
  const total = days.reduce((sum, day) => sum + day.total, 0);
  if (total < LEAST_MESSAGES) return null;
  return (100 * days.reduce((sum, { negative, positive }) => sum + negative - positive, 0)) / total;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function spread(values: readonly number[], mean: number): number {
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function balance(rate: number): Words {
  const size = number(Math.abs(rate));
  return rate < 0
    ? { en: `${size} more positive than negative`, zh: `正面比负面多 ${size} 条` }
    : { en: `${size} more negative than positive`, zh: `负面比正面多 ${size} 条` };
}
