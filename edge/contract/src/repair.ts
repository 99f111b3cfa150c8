import { z } from 'zod';
import { InstantText } from './instant.ts';
import { Id, Name } from './names.ts';
import { ASSET_KINDS, FAULTS, REPAIR_CATEGORIES } from './vocabulary.ts';

export const URGENCIES = ['urgent', 'ordinary'] as const;
export type Urgency = (typeof URGENCIES)[number];

export const REPAIR_CHANNELS = ['call', 'form', 'message'] as const;
export type RepairChannel = (typeof REPAIR_CHANNELS)[number];

const CommandId = z.string().min(8).max(100);

/**
 * What somebody reported (报修), as it stands in the evidence for ever. Who reported it does not: a name
 * and a telephone number must be erasable, and are no business of the other clients of a zone.
 */
export const Repair = z.object({
  /** The report's own id: the commandId that it came with. */
  id: CommandId,
  category: z.enum(REPAIR_CATEGORIES),
  urgency: z.enum(URGENCIES),
  channel: z.enum(REPAIR_CHANNELS),
  text: z.string().max(2_000),
  photos: z.array(z.string().max(200)).max(10),
});
export type Repair = z.infer<typeof Repair>;

/** When the repair will be done, and by whom. */
export const Appointment = z.object({ at: InstantText, by: z.string().min(1).max(200) });
export type Appointment = z.infer<typeof Appointment>;

/** Who reported something, and how they are reached. Kept beside the evidence, never in it. */
export const Reporter = z.object({
  name: z.string().trim().max(80).default(''),
  contact: z.string().trim().max(120).default(''),
});
export type Reporter = z.infer<typeof Reporter>;

/** `DELETE /api/repairs/{incident}/reporters`: how many there were to erase on the server that was asked. */
export const ErasedReporters = z.object({ incident: z.string(), erased: z.int().nonnegative() });
export type ErasedReporters = z.infer<typeof ErasedReporters>;

/** The same on its way to the cloud, which calls people back when the repair is done. */
export const ToldReporter = Reporter.extend({
  report: CommandId,
  asset: Id,
  /** They were erased here, and are to be erased there too; name and contact are empty. */
  erasedAt: InstantText.optional(),
});
export type ToldReporter = z.infer<typeof ToldReporter>;

/** `POST /api/repairs`: the same for a form, a call that somebody writes down, and a chat robot's message. */
export const RepairBody = z.strictObject({
  commandId: CommandId,
  asset: Id,
  category: z.enum(REPAIR_CATEGORIES),
  urgency: z.enum(URGENCIES).default('ordinary'),
  channel: z.enum(REPAIR_CHANNELS).default('form'),
  text: z.string().trim().min(1).max(2_000),
  photos: z.array(z.string().max(200)).max(10).default([]),
  reporter: Reporter.default({ name: '', contact: '' }),
});
export type RepairBody = z.infer<typeof RepairBody>;

/** What a category is taken for, where it differs from the usual. */
export const RepairCategorySettings = z.object({
  name: Name.optional(),
  /** The fault that such a repair is an incident of; a sensor that raises the same joins it. */
  fault: z.enum(FAULTS).optional(),
  /** Assets that are offered for it; absent: all. */
  assetKinds: z.array(z.enum(ASSET_KINDS)).optional(),
  /** Only people with this skill are paged, where there are any. */
  skill: z.string().min(1).max(40).optional(),
});

/** How repairs are promised. The defaults are the published standard: 30 minutes, 24 hours. */
export const RepairSettings = z.object({
  urgentAnswerMinutes: z.number().positive().default(30),
  ordinaryArrangeHours: z.number().positive().default(24),
  /** The same asset and category within so many days means that it was not fixed the first time. */
  firstTimeFixDays: z.int().positive().default(14),
  /** Id of the plan whose people are paged; absent: the plan of a major fault of that asset. */
  plan: Id.optional(),
  categories: z.partialRecord(z.enum(REPAIR_CATEGORIES), RepairCategorySettings).default({}),
});
export type RepairSettings = z.infer<typeof RepairSettings>;

export const REPAIR_STAGES = ['received', 'owner', 'appointment', 'on_site', 'fixed', 'cancelled'] as const;
/** What a reporter sees: how far it has come. No names, no other clients, no evidence. */
export const RepairProgress = z.object({
  id: CommandId,
  category: z.enum(REPAIR_CATEGORIES),
  urgency: z.enum(URGENCIES),
  place: Name,
  asset: Name,
  text: z.string(),
  stages: z.array(z.object({ stage: z.enum(REPAIR_STAGES), at: InstantText.nullable() })),
  /** Until when it is to be answered or arranged. */
  dueAt: InstantText.nullable(),
  appointmentAt: InstantText.nullable(),
  /** False: whoever came says that it is not mended yet. */
  fixed: z.boolean().nullable(),
  timeZone: z.string(),
});
export type RepairProgress = z.infer<typeof RepairProgress>;
