import type { ApprovedChange } from '@keepsite/cloud-contract';
import type { DailyEnergy } from '@keepsite/edge-contract';
import {
  type CalendarBaseline,
  calendarBaseline,
  calendarExpected,
  type Channel,
  type ChannelUse,
  compareDays,
  emptyUses,
  type ExpectedUse,
  localDay,
  type MeterWarning,
  MeterWatch,
  type MeterWatchState,
  seededRandom,
  shiftDay,
  shiftedReference,
} from '@keepsite/edge-energy';

/** A baseline of at most a year, and not before half of one is known: seasons must be in its scatter. It serves a year. */
export const BASELINE_DAYS = 365;
const LEAST_DAYS = 180;
/** Whole weeks after which a new level is known provisionally, and as many before it to compare with. */
const LEVEL_DAYS = 28;
/** Days of which less was measured are not judged. */
const COVERAGE = 0.8;
/** The draws that calibrate a limit are the same on every gateway. */
const SEED = 1;

/** What is kept of a meter: its baseline, its watch, and how far it has been judged. */
export interface Watched {
  readonly baseline: CalendarBaseline;
  readonly watch: MeterWatchState;
  readonly judged: string;
  /** First and last day of its lesson; absent: it was kept before they were. */
  readonly since?: string;
  readonly learned?: string;
  /** First and last days over which a warning stood since: no lesson for the next baseline. */
  readonly warned?: readonly Spell[];
  /** The approved changes that it goes by, in a line; absent: none. */
  readonly grounds?: string;
  /** New levels that its baseline was shifted to, by their ids; it is provisional until half a year of the newest is known. */
  readonly levels?: readonly string[];
  /** The baseline before the approved changes: what it goes back to when they are withdrawn. */
  readonly former?: Lesson;
}

type Lesson = Pick<Watched, 'baseline' | 'since' | 'learned'>;
type Spell = readonly [from: string, to: string];

/** All that a meter is judged by besides what is kept of it; rows and changes by their days. */
interface Known {
  readonly rows: readonly DailyEnergy[];
  readonly changes: readonly ApprovedChange[];
  readonly zone: string;
}

/** A warning began on this day (or stands, when told anew), or is over: null. */
export interface Told {
  readonly row: DailyEnergy;
  readonly channel: Channel;
  readonly warning: MeterWarning | null;
}

/** What is kept from now on, and what is to be said. */
interface Judged {
  readonly kept: Watched;
  readonly told: readonly Told[];
}

/** A meter of which nothing was kept begins with a lesson; null: too little is known yet. */
export function begun(known: Known): Watched | null {
  return learned(known, known.rows);
}

/**
 * Judges the days that are new. When other changes are approved than before, all days since the lesson are judged anew,
 * and only what stands now is told: nobody is paged about days that are long over.
 */
export function judged(saved: Watched, known: Known): Judged {
  const grounds = groundsOf(known.changes);
  if (grounds === (saved.grounds ?? '')) return renewed(heard(saved, known), known);
  const { baseline, ...days } = saved.former ?? saved;
  const learnedOn = days.learned ?? saved.judged;
  const lesson: Lesson = { baseline, since: firstDay(days, learnedOn), learned: learnedOn };
  const watch = new MeterWatch(baseline.reference).state();
  const start: Watched = { ...lesson, watch, judged: learnedOn, grounds };
  const anew = heard(grounds === '' ? start : { ...start, former: lesson }, known);
  const { kept } = renewed(anew, known);
  return { kept, told: difference(saved, kept, anew.told, known.rows) };
}

/** What the change of approvals changes today: warnings that stand now and did not, and those that stood and do not. */
function difference(saved: Watched, kept: Watched, all: readonly Told[], rows: readonly DailyEnergy[]): Told[] {
  const before = openChannels(saved);
  const now = openChannels(kept);
  const began = now.filter((channel) => !before.includes(channel));
  const over = before.filter((channel) => !now.includes(channel));
  return [
    ...began.flatMap((channel) => all.findLast((told) => told.channel === channel && told.warning !== null) ?? []),
    ...rows.slice(-1).flatMap((row) => over.map((channel) => ({ row, channel, warning: null }))),
  ];
}

function heard(saved: Watched, known: Known): Judged {
  let kept = saved;
  const told: Told[] = [];
  for (const row of known.rows.filter(({ day }) => day > saved.judged)) {
    const step = stepped(kept, row, known);
    kept = { ...step.kept, judged: row.day };
    told.push(...step.told);
  }
  return { kept, told };
}

/** One day: left out, a lesson of a new level, or judged. */
function stepped(kept: Watched, row: DailyEnergy, known: Known): Judged {
  const { changes } = known;
  if (changes.some((change) => isLeftOut(change, row.day))) return { kept, told: [] };
  const unknown = unknownLevels(kept, row.day, changes);
  const [first, level] = [unknown[0], unknown.at(-1)];
  if (!first || !level) return watched(kept, row, known.zone);
  const after = lessonOf(known, level.newLevelFrom as string, row.day).slice(0, LEVEL_DAYS);
  if (after.length >= LEVEL_DAYS) {
    const told = openChannels(kept).map((channel) => ({ row, channel, warning: null }));
    return { kept: shifted(kept, unknown, after, known), told };
  }
  // What rises above a level that has fallen since is a rise in any case.
  return unknown.every(({ direction }) => direction === 'less') ? watched(kept, row, known.zone) : { kept, told: [] };
}

/** Days of a change that teach nothing and are not judged: all of it, or the way to its new level. */
function isLeftOut({ from, to, newLevelFrom }: ApprovedChange, day: string): boolean {
  return from <= day && day < (newLevelFrom ?? to);
}

/** New levels that have begun by a day and that the baseline does not know, oldest first. */
function unknownLevels(kept: Watched, day: string, changes: readonly ApprovedChange[]): ApprovedChange[] {
  const since = firstDay(kept, kept.learned ?? kept.judged);
  return changes
    .filter(({ newLevelFrom = '' }) => newLevelFrom > since && newLevelFrom <= day)
    .filter(({ id }) => !(kept.levels ?? []).includes(id))
    .toSorted((a, b) => compareDays(a.newLevelFrom ?? '', b.newLevelFrom ?? ''));
}

function firstDay({ since }: Pick<Watched, 'since'>, learnedOn: string): string {
  return since ?? shiftDay(learnedOn, -BASELINE_DAYS);
}

/** Known days from a day to another one (included) that no change leaves out. */
function lessonOf({ rows, changes }: Known, from: string, to: string): DailyEnergy[] {
  return rows
    .filter(({ day }) => from <= day && day <= to)
    .filter((row) => isKnown(row) && !changes.some((change) => isLeftOut(change, row.day)));
}

function shifted(
  kept: Watched,
  unknown: readonly ApprovedChange[],
  after: readonly DailyEnergy[],
  known: Known,
): Watched {
  const [first] = unknown as [ApprovedChange];
  const calmRows = calm(known.rows, kept.warned ?? []);
  const before = lessonOf({ ...known, rows: calmRows }, '', shiftDay(first.from, -1)).slice(-LEVEL_DAYS);
  const expected = (rows: readonly DailyEnergy[]): ExpectedUse[] =>
    rows
      .flatMap((row) => usesOf(row, known.zone))
      .map((use) => ({ ...use, expected: calendarExpected(kept.baseline, use) }));
  const reference = shiftedReference(kept.baseline.reference, expected(before), expected(after));
  return {
    ...kept,
    baseline: { ...kept.baseline, reference },
    watch: new MeterWatch(reference).state(),
    levels: [...(kept.levels ?? []), ...unknown.map(({ id }) => id)],
  };
}

function watched(kept: Watched, row: DailyEnergy, zone: string): Judged {
  const watch = new MeterWatch(kept.baseline.reference, kept.watch);
  const open = new Set(openChannels(kept));
  let warned = kept.warned ?? [];
  const told: Told[] = [];
  for (const use of usesOf(row, zone)) {
    if (use.kwh === null) continue;
    const warning = watch.hear({ ...use, expected: calendarExpected(kept.baseline, use) });
    if (warning) warned = extended(warned, warning);
    if (warning?.opened || (!warning && open.has(use.channel))) told.push({ row, channel: use.channel, warning });
  }
  return { kept: { ...kept, watch: watch.state(), warned }, told };
}

/** After a year, or once half a year of a new level is known, the baseline is learned anew, but not while a warning stands. */
function renewed({ kept, told }: Judged, known: Known): Judged {
  const since = kept.learned ?? kept.judged;
  if (openChannels(kept).length > 0) return { kept: { ...kept, learned: since }, told };
  const isOld = kept.judged >= shiftDay(since, BASELINE_DAYS);
  const anew = isOld || (kept.levels ?? []).length > 0 ? learned(known, calm(known.rows, kept.warned ?? [])) : null;
  if (!anew) return { kept: { ...kept, learned: since }, told };
  const { former } = kept;
  return { kept: { ...anew, judged: kept.judged, ...(former && !isOld && { former }) }, told };
}

/** One spell a rise: a warning that goes on makes its spell longer. What no lesson reaches back to is forgotten. */
function extended(spells: readonly Spell[], { since, day }: MeterWarning): Spell[] {
  const oldest = shiftDay(day, -BASELINE_DAYS);
  return [...spells.filter(([from, to]) => from !== since && to >= oldest), [since, day]];
}

function calm(rows: readonly DailyEnergy[], warned: readonly Spell[]): DailyEnergy[] {
  return rows.filter(({ day }) => !warned.some(([from, to]) => from <= day && day <= to));
}

/** A baseline of the newest level's days, without those that a change leaves out. */
function learned(known: Known, rows: readonly DailyEnergy[]): Watched | null {
  const last = known.rows.at(-1)?.day ?? '';
  const levels = known.changes.flatMap(({ newLevelFrom }) => newLevelFrom ?? []).filter((day) => day <= last);
  const lesson = lessonOf({ ...known, rows }, levels.toSorted().at(-1) ?? '', last);
  if (lesson.length < LEAST_DAYS) return null;
  const uses = lesson.flatMap((row) => usesOf(row, known.zone));
  const baseline = calendarBaseline(uses, seededRandom(SEED));
  return {
    baseline,
    watch: new MeterWatch(baseline.reference).state(),
    judged: last,
    since: lesson[0]?.day ?? last,
    learned: last,
    warned: [],
    grounds: groundsOf(known.changes),
  };
}

function groundsOf(changes: readonly ApprovedChange[]): string {
  return changes
    .map(({ id, from, to, newLevelFrom = '', direction = '' }) => [id, from, to, newLevelFrom, direction].join(' '))
    .toSorted()
    .join(', ');
}

function isKnown({ kwh, nightShare, coverage }: DailyEnergy): boolean {
  return kwh !== null && nightShare !== null && coverage >= COVERAGE;
}

function usesOf(row: DailyEnergy, zone: string): ChannelUse[] {
  const { day, kwh, nightShare } = row;
  return emptyUses(localDay(day, zone), new Set()).map((use) => {
    if (!isKnown(row) || kwh === null || nightShare === null) return use;
    return { ...use, kwh: use.channel === 'night' ? kwh * nightShare : kwh * (1 - nightShare) };
  });
}

function openChannels({ watch: { channels } }: Pick<Watched, 'watch'>): Channel[] {
  return (Object.keys(channels) as Channel[]).filter((channel) => channels[channel].cusum.open);
}
