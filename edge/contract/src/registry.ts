import { z } from 'zod';
import { Address } from './address.ts';
import { Day, Id, Name } from './names.ts';
import { RepairSettings } from './repair.ts';
import { Calendar, Roster } from './roster.ts';
import { Authority, Dispatch } from './spending.ts';
import { ASSET_KINDS, PROOFS, SEVERITIES, TERMS } from './vocabulary.ts';

/**
 * What stands where, and whom it serves: device → asset → zone → clients, with validity dates.
 * An incident belongs to every client whose zone it touches on the day it happens.
 */
export const Site = z.object({
  id: Id,
  name: Name,
  zone: z.string().describe('IANA time zone, e.g. Asia/Shanghai'),
  kind: z.enum(['data-center', 'office-park', 'mall', 'residential', 'other']),
});
export type Site = z.infer<typeof Site>;

export const Zone = z.object({
  id: Id,
  site: Id,
  name: Name,
  /** Who uses this zone; `from` inclusive, `to` exclusive, absent: open. */
  clients: z
    .array(z.object({ client: Id, contract: Id.optional(), from: Day.optional(), to: Day.optional() }))
    .default([]),
});
export type Zone = z.infer<typeof Zone>;

export const Asset = z.object({
  id: Id,
  zone: Id,
  kind: z.enum(ASSET_KINDS),
  name: Name,
  /** Numbers a rule may name, e.g. ratedLoadKg, criticalLevelM, contractDemandKw, ratedVoltageV, topFloor. */
  traits: z.record(z.string(), z.union([z.number(), z.string(), z.boolean()])).default({}),
});
export type Asset = z.infer<typeof Asset>;

export const Device = z.object({
  id: z.string().min(1).max(200).describe('as its dialect names it; what decode prints as `device`'),
  family: z.string().max(60),
  asset: Id,
  name: z.string().max(200).optional(),
  /** Topics that are read in the family's dialect although nobody would recognise them. */
  topics: z.array(z.string().min(1).max(1_000)).max(20).optional(),
  /** The device's own zone when it sends local time; absent: the site's. */
  timeZone: z.string().optional(),
  /** Longest silence that is normal, in seconds; absent: the family's own. */
  expectEverySeconds: z.number().positive().optional(),
  /** The asset (a gateway) that carries what it says: when that falls silent, so does this. */
  via: Id.optional(),
  from: Day.optional(),
  to: Day.optional(),
});
export type Device = z.infer<typeof Device>;

export const Person = z.object({
  id: Id,
  name: z.string().min(1).max(120),
  skills: z.array(z.string().max(40)).default([]),
  addresses: z.array(Address).default([]),
});
export type Person = z.infer<typeof Person>;

export const Crew = z.object({ id: Id, name: Name, members: z.array(Id).min(1) });
export type Crew = z.infer<typeof Crew>;

export const PLAN_WHEN = ['always', 'open', 'not_on_site', 'not_accepted', 'not_answered'] as const;
/**
 * One step of the ladder. It is taken when its time has come and `when` still holds:
 * `open` nobody has acknowledged, `not_on_site` nobody is on site, `not_accepted` no channel has
 * accepted any page yet, `not_answered` the promise to answer is not kept yet and nobody is on site, `always`.
 */
export const PlanStep = z.object({
  afterSeconds: z.number().min(0),
  when: z.enum(PLAN_WHEN).default('always'),
  /** Ids of rosters, crews or persons; of a roster those who are on call at T0. */
  page: z.array(Id).default([]),
  /** Only those of them who have every one of these skills. */
  skills: z.array(z.string().min(1).max(40)).max(10).optional(),
  /** Channels to use, in order; absent: every address of the person. */
  channels: z.array(z.string().max(40)).optional(),
  /** Takes an acknowledgement back (its history stays), so that somebody else may claim it. */
  release: z.boolean().default(false),
  /** What it orders by itself, within the plan's authority. */
  dispatch: z.array(Dispatch).max(20).optional(),
  /** What it is for, in both languages; a plain text is shown as it is to everybody. */
  note: z.union([z.string().max(200), Name]).optional(),
});
export type PlanStep = z.infer<typeof PlanStep>;

export const Plan = z.object({
  id: Id,
  version: z.int().positive(),
  /** Which incidents it serves; the first plan that matches wins. Absent: all. */
  clients: z.array(Id).optional(),
  sites: z.array(Id).optional(),
  severities: z.array(z.enum(SEVERITIES)).optional(),
  faults: z.array(z.string()).optional(),
  /** Seconds from T0 for each SLA term, unless a client's contract has its own; a term that is absent has no clock. */
  terms: z.partialRecord(z.enum(TERMS), z.number().positive()).default({ acknowledge: 120, on_site: 420 }),
  /** Which proof of presence stops the on-site clock. */
  proof: z.enum(PROOFS).default('declared'),
  /** Severities that start clocks and the ladder. */
  clockSeverities: z.array(z.enum(SEVERITIES)).default(['critical', 'major']),
  /** When the steps end and nobody is on site, page the last step again this often. Absent: no repeat. */
  repeatEverySeconds: z.number().positive().optional(),
  steps: z.array(PlanStep).max(40),
  /** What may be spent with nobody's leave. */
  authority: Authority.optional(),
  /** Ids of rosters, crews or persons who are paged when a step finds nobody on call. */
  alert: z.array(Id).optional(),
});
export type Plan = z.infer<typeof Plan>;

/** What a contract promises: it takes the place of a plan's targets. A term that is absent was not promised. */
export const ContractTargets = z.object({
  id: Id,
  version: z.int().positive(),
  terms: z.partialRecord(z.enum(TERMS), z.number().positive()),
  /** Which proof of presence stops the on-site clock; absent: what the plan says. */
  proof: z.enum(PROOFS).optional(),
});
export type ContractTargets = z.infer<typeof ContractTargets>;

export const Registry = z.object({
  version: z.int().positive(),
  sites: z.array(Site),
  zones: z.array(Zone),
  assets: z.array(Asset),
  devices: z.array(Device),
  people: z.array(Person).default([]),
  crews: z.array(Crew).default([]),
  plans: z.array(Plan).default([]),
  /** How repairs that people report are promised; absent: 30 minutes, 24 hours. */
  repairs: RepairSettings.optional(),
  calendars: z.array(Calendar).default([]),
  rosters: z.array(Roster).default([]),
  contracts: z.array(ContractTargets).default([]),
});
export type Registry = z.infer<typeof Registry>;

/** Who responds and how: the part of a registry that a cloud may hold for an edge. */
export const ResponseBook = Registry.pick({
  people: true,
  crews: true,
  plans: true,
  calendars: true,
  rosters: true,
  contracts: true,
});
export type ResponseBook = z.infer<typeof ResponseBook>;
