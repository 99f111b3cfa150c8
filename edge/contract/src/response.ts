import { z } from 'zod';
import { InstantText } from './instant.ts';
import { Day, Id, Name } from './names.ts';
import { HandOverNote, Hours, RosterChanges, RosterOverride, RosterSwap, DAY_KINDS } from './roster.ts';
import { ResponseBook } from './registry.ts';

/** One version of who responds and how, as a cloud holds it for an edge. */
export const ResponseConfiguration = ResponseBook.extend({ version: z.int().positive() });
export type ResponseConfiguration = z.infer<typeof ResponseConfiguration>;

/** What was changed at the edge itself, by roster; kept apart from what the cloud sends. */
export const LocalRosterChanges = z.object({ rosters: z.record(Id, RosterChanges) });
export type LocalRosterChanges = z.infer<typeof LocalRosterChanges>;

/** A sentence about something that a person has written down. An error refuses it, a warning does not. */
export const ResponseFinding = z.object({
  level: z.enum(['error', 'warning']),
  place: z.string(),
  /** Which field of that place; absent: the whole of it. */
  field: z.string().optional(),
  text: z.object({ en: z.string(), zh: z.string() }),
});
export type ResponseFinding = z.infer<typeof ResponseFinding>;

const Stretch = { from: InstantText, to: InstantText };

/** One person on call for a stretch of time, and why. */
export const Duty = z.object({
  person: Id,
  name: z.string(),
  skills: z.array(z.string()),
  ...Stretch,
  layer: Id.nullable(),
  because: z.enum(['rotation', 'swap', 'override']),
  /** The id of the swap or override. */
  change: Id.nullable(),
});
export type Duty = z.infer<typeof Duty>;

/** Who is on call on one roster, who comes next, and when nobody will be. */
export const OnCall = z.object({
  roster: Id,
  version: z.int(),
  name: Name,
  zone: z.string(),
  now: z.array(Duty),
  /** Null: nothing changes within the next weeks. Nobody in `people`: then nobody is on call. */
  next: z.object({ at: InstantText, people: z.array(z.object({ person: Id, name: z.string() })) }).nullable(),
  /** Within the seven days from then. */
  gaps: z.array(z.object(Stretch)),
  notes: z.array(HandOverNote),
});
export type OnCall = z.infer<typeof OnCall>;

/** `GET /api/on-call?at=`. */
export const OnCallList = z.object({ at: InstantText, items: z.array(OnCall) });
export type OnCallList = z.infer<typeof OnCallList>;

/** `GET /api/rosters/{roster}?from=&days=`: a roster as it will be worked. */
export const RosterView = z.object({
  roster: Id,
  version: z.int(),
  name: Name,
  zone: z.string(),
  covers: z.array(Hours).optional(),
  days: z.array(z.object({ day: Day, ...Stretch, kind: z.enum(DAY_KINDS), name: Name.nullable() })),
  shifts: z.array(Duty),
  gaps: z.array(z.object(Stretch)),
  ...RosterChanges.shape,
  /** Ids of the changes that were made at this edge and may be taken back here. */
  local: z.array(Id),
});
export type RosterView = z.infer<typeof RosterView>;

/** `GET /api/response`: what answers incidents from now on. */
export const ResponseState = z.object({
  /** Where it comes from: the cloud, or this edge's own registry. */
  source: z.enum(['cloud', 'registry']),
  /** The cloud's version; null: the cloud has sent none. */
  version: z.int().nullable(),
  /** What is wrong with what was kept, or with a change that no longer fits; null: all is well. */
  trouble: z.string().nullable(),
  book: ResponseBook,
  findings: z.array(ResponseFinding),
});
export type ResponseState = z.infer<typeof ResponseState>;

/** What a person says of a change; who made it and when the server knows. */
const own = { id: true, by: true, at: true } as const;
/** `POST /api/rosters/{roster}/changes`. */
export const RosterChangeBody = z.discriminatedUnion('kind', [
  RosterOverride.omit(own).extend({ kind: z.literal('override') }),
  RosterSwap.omit(own).extend({ kind: z.literal('swap') }),
  HandOverNote.omit(own).extend({ kind: z.literal('note') }),
]);
export type RosterChangeBody = z.infer<typeof RosterChangeBody>;
