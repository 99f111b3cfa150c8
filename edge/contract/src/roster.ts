import { z } from 'zod';
import { Day, Id, Name } from './names.ts';

/**
 * Who is on call when. All times of day are civil times of the roster's zone; what is bound to one
 * moment (an override, a swap, a note) carries an instant.
 */
const Instant = z.iso.datetime({ offset: true }).describe('RFC 3339, e.g. 2026-10-01T08:00:00+08:00');
const Stretch = { from: Instant, to: Instant.describe('exclusive') };
const CivilTime = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM');
const CivilDateTime = z
  .string()
  .regex(/^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d$/, 'must be YYYY-MM-DDTHH:MM, by the clock of the roster’s zone');

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof WEEKDAYS)[number];

export const DAY_KINDS = ['workday', 'weekend', 'holiday'] as const;
/** What a day is for those who work: 调休 makes a Saturday a `workday`, a national day makes a Thursday a `holiday`. */
export type DayKind = (typeof DAY_KINDS)[number];

/** Days that are not what their weekday says. Outside `from`…`to` (both included) nobody has said anything yet. */
export const Calendar = z.object({
  id: Id,
  version: z.int().positive(),
  name: Name,
  weekend: z.array(z.enum(WEEKDAYS)).default(['sat', 'sun']),
  from: Day,
  to: Day,
  /** `to` is the last such day; absent: it is one day. */
  days: z
    .array(z.object({ from: Day, to: Day.optional(), kind: z.enum(['holiday', 'workday']), name: Name }))
    .default([]),
});
export type Calendar = z.infer<typeof Calendar>;

/** A daily stretch of hours. `to` at or before `from` is on the next day, so 00:00–00:00 is a whole day. */
export const Hours = z.object({
  /** On which days it begins, by kind or by name; absent: on all. */
  days: z
    .array(z.enum([...DAY_KINDS, ...WEEKDAYS]))
    .min(1)
    .optional(),
  from: CivilTime.default('00:00'),
  to: CivilTime.default('00:00'),
});
export type Hours = z.infer<typeof Hours>;

/** Members take turns of `every` `unit`s, for ever. Everybody of every layer that is on counts. */
export const RosterLayer = z.object({
  id: Id,
  /** Persons or crews; a crew takes its turn together. */
  members: z.array(Id).min(1).max(100),
  /** When the first member’s first turn begins: date and hand-off time. */
  from: CivilDateTime,
  /** When the layer ends; absent: never. */
  until: CivilDateTime.optional(),
  every: z.int().min(1).max(1_000).default(1),
  unit: z.enum(['hours', 'days', 'weeks']).default('weeks'),
  /** When it counts within a turn; absent: around the clock. */
  hours: z.array(Hours).min(1).max(20).optional(),
});
export type RosterLayer = z.infer<typeof RosterLayer>;

const Made = {
  id: Id,
  /** Who made it, and when. */
  by: Id.nullable().default(null),
  at: Instant,
};

/**
 * For a stretch of time the roster says otherwise. With `off` naming people, those of `on` stand in
 * whenever one of them would be on call; with nobody `off` they come in addition; with `everybody`
 * they are on call alone. Of two that contradict each other the later made counts.
 */
export const RosterOverride = z.object({
  ...Made,
  ...Stretch,
  off: z.union([z.literal('everybody'), z.array(Id).max(50)]).default([]),
  on: z.array(Id).max(50).default([]),
  reason: z.string().max(500).nullable().default(null),
});
export type RosterOverride = z.infer<typeof RosterOverride>;

const Turn = z.object({ person: Id, ...Stretch });
/** Two people take each other’s shifts: in `give` the one of `take` stands in, and the other way round. */
export const RosterSwap = z.object({
  ...Made,
  give: Turn,
  take: Turn,
  reason: z.string().max(500).nullable().default(null),
});
export type RosterSwap = z.infer<typeof RosterSwap>;

/** What the next shift must know. */
export const HandOverNote = z.object({
  ...Made,
  text: z.string().min(1).max(2_000),
  /** Until when it matters; absent: for a week. */
  until: Instant.optional(),
});
export type HandOverNote = z.infer<typeof HandOverNote>;

/** What people change from day to day without a new version of the roster. */
export const RosterChanges = z.object({
  overrides: z.array(RosterOverride).max(1_000).default([]),
  swaps: z.array(RosterSwap).max(1_000).default([]),
  notes: z.array(HandOverNote).max(1_000).default([]),
});
export type RosterChanges = z.infer<typeof RosterChanges>;

export const Roster = z.object({
  id: Id,
  version: z.int().positive(),
  name: Name,
  zone: z.string().describe('IANA time zone, e.g. Asia/Shanghai'),
  /** Which days are workdays; absent: Monday to Friday. */
  calendar: Id.optional(),
  layers: z.array(RosterLayer).min(1).max(20),
  /** When somebody has to be on call; absent: always. */
  covers: z.array(Hours).min(1).max(20).optional(),
  ...RosterChanges.shape,
});
export type Roster = z.infer<typeof Roster>;
