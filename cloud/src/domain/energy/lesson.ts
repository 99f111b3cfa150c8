import type { BaselineRefusal, EnergyBaseline, EnergyMeasure } from '@keepsite/cloud-contract';
import { daysBetween } from '../calendar.ts';

type Both = BaselineRefusal['why'];

/** Who learned what nobody asked for. */
export const SYSTEM = 'system';
/** CalTRACK 2.2.1.1: a baseline is the year before the measure. */
export const BASELINE_DAYS = 365;
/** CalTRACK 2.2.1.2: of which 37 may be missing. */
const WHOLE_YEAR_DAYS = 328;
/** A refusal is looked at again when there may be news: soon while days are still added, seldom when the days lie in the past. */
const RETRY_DAYS = { growing: 7, past: 28 } as const;

/** A baseline that the cloud is to learn by itself, over which days and why. */
export interface Lesson {
  readonly from: string;
  readonly to: string;
  readonly why: Both;
}

/** What is known of a client's energy on `today`. */
export interface Standing {
  readonly today: string;
  /** Of its meter tree as it is now. */
  readonly boundary: string;
  /** Newest first. */
  readonly baselines: readonly EnergyBaseline[];
  readonly measures: readonly EnergyMeasure[];
}

/**
 * What is to be learned now, if anything. A baseline that reports may use is frozen: nothing takes its place,
 * with one exception that is told: one of less than a year, that nobody chose, while no measure has begun.
 */
export function dueLesson(standing: Standing): Lesson | null {
  const { today, boundary, baselines, measures } = standing;
  const usable = baselines.filter((baseline) => baseline.usable);
  const sound = usable.filter((baseline) => !workWithin(baseline, measures));
  const own = sound.filter((baseline) => baseline.boundary === boundary);
  if (own.length > 0) return fullerLesson(own, standing);
  const [elsewhere] = sound;
  if (elsewhere) return { from: elsewhere.from, to: elsewhere.to, why: OTHER_METERS };
  const [spoilt] = usable.filter((baseline) => baseline.boundary === boundary);
  const to = measures.map(({ from }) => from).reduce((first, from) => (from < first ? from : first), today);
  return { from: daysBefore(to, BASELINE_DAYS), to, why: spoilt ? WORK_WITHIN : FIRST };
}

function fullerLesson(own: readonly EnergyBaseline[], { today, measures }: Standing): Lesson | null {
  const [only, ...others] = own;
  if (!only || others.length > 0 || only.by !== SYSTEM) return null;
  const missing = WHOLE_YEAR_DAYS - knownDays(only);
  const isLater = daysBetween(only.to, today) >= BASELINE_DAYS - knownDays(only);
  if (missing <= 0 || !isLater || measures.some(({ from }) => from <= today)) return null;
  return { from: daysBefore(today, BASELINE_DAYS), to: today, why: WHOLE_YEAR };
}

/** The measure whose work lies within a baseline: such a baseline tells neither before nor after. */
export function workWithin(
  { from, to }: Pick<EnergyBaseline, 'from' | 'to'>,
  measures: readonly EnergyMeasure[],
): EnergyMeasure | undefined {
  return measures.find((measure) => measure.from < to && from < measure.to);
}

/** What a lesson rests on besides the data: when that changes, a refusal says nothing any more. */
export function groundsOf(setup: number, measures: readonly EnergyMeasure[]): string {
  return [`setup ${setup}`, ...measures.map(({ id, from, to }) => `${id} ${from}/${to}`)].join(', ');
}

/** Whether a lesson is worth another try on `today` after the last one was refused. */
export function isWorthATry(
  lesson: Lesson,
  last: BaselineRefusal | undefined,
  { today, grounds }: { readonly today: string; readonly grounds: string },
): boolean {
  if (!last || last.grounds !== grounds) return true;
  const wait = lesson.to === today ? RETRY_DAYS.growing : RETRY_DAYS.past;
  return daysBetween(last.day, today) >= wait;
}

function knownDays({ method, n }: EnergyBaseline): number {
  return method.endsWith('hourly') ? n / 24 : n;
}

function daysBefore(day: string, days: number): string {
  return Temporal.PlainDate.from(day).subtract({ days }).toString();
}

const FIRST: Both = {
  en: 'the first days of usage and weather that suffice for a baseline',
  zh: '用电与气温数据首次足以建立基准',
};
const OTHER_METERS: Both = {
  en: 'the meter tree has changed: the same days, on the meters of now',
  zh: '电表树已变更：日期不变，按现有电表重新建立',
};
const WORK_WITHIN: Both = {
  en: 'the work of a measure lies within the baseline before: the year before the measure',
  zh: '原基准期内有节能措施施工：改取措施之前的一年',
};
const WHOLE_YEAR: Both = {
  en: 'a whole year is known now, and no measure has begun: all seasons are in it',
  zh: '数据已满一年且尚无措施开始：基准期涵盖全部季节',
};
