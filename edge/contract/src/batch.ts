import { z } from 'zod';
import { IncidentEvent } from './incident.ts';
import { InstantText } from './instant.ts';
import { ReadingBlock } from './reading.ts';
import { Registry } from './registry.ts';
import { ToldReporter } from './repair.ts';

const Id = z.string().min(1).max(200);

/** Every ten seconds, and with every batch: is the edge alive, how far behind is it, what time has it. */
export const Heartbeat = z.object({
  edge: Id,
  at: InstantText,
  startedAt: InstantText,
  version: z.string().max(60),
  /** Blocks and events not yet accepted by the cloud. */
  backlog: z.object({ events: z.int(), blocks: z.int() }),
  openIncidents: z.int(),
  quarantined: z.int(),
  devices: z.object({ known: z.int(), unknown: z.int(), silent: z.int() }),
  /** How fast the edge's clock runs; 1 outside the demo. */
  clock: z.object({ scale: z.number(), offsetMs: z.number() }).default({ scale: 1, offsetMs: 0 }),
  simulated: z.boolean().default(false),
  /** What is wrong with the gateway itself, by part (`disk`, `broker`, `store`, `clock`), in a sentence. */
  troubles: z.record(z.string().max(40), z.string().max(2_000)).optional(),
  /** The version of the response plans from the cloud that counts now; null: none does. */
  response: z.int().positive().nullable().optional(),
  /** The Ed25519 key (32 bytes, base64url) by which the cloud checks this edge’s links; absent: its links lead to itself. */
  linkKey: z
    .string()
    .regex(/^[\w-]{43}$/)
    .optional(),
});
export type Heartbeat = z.infer<typeof Heartbeat>;

/** A device that was heard: what it is bound to, when it last spoke, whether it is online. */
export const DeviceStatus = z.object({
  device: Id,
  family: z.string(),
  asset: Id.nullable(),
  site: Id.nullable(),
  lastHeardAt: InstantText.nullable(),
  online: z.boolean().nullable(),
  silent: z.boolean(),
});
export type DeviceStatus = z.infer<typeof DeviceStatus>;

/** kWh of one local day of a meter, beside the same weekdays before; the night is 22:00–06:00 local. */
export const DailyEnergy = z.object({
  asset: Id,
  device: Id,
  day: z.iso.date(),
  kwh: z.number().nullable(),
  peakKw: z.number().nullable(),
  peakAt: InstantText.nullable(),
  nightShare: z.number().nullable(),
  /** Median of the same weekday in the four weeks before; null when fewer than two are known. */
  usualKwh: z.number().nullable(),
  /** Share of the day with data, 0…1. A gap is never a saving. */
  coverage: z.number(),
});
export type DailyEnergy = z.infer<typeof DailyEnergy>;

/** Tells one numbering of an edge's events and blocks from the next: it is made with the store's file, and lost with it. */
export const Epoch = z.string().regex(/^[a-z0-9]{0,40}$/);

/** What the edge posts to `POST /api/edges/{edge}/batches`; every part may be absent. */
export const Batch = z.object({
  edge: Id,
  /** Events and blocks are known by edge, epoch and seq. Absent or '': of an edge that has only ever had one numbering. */
  epoch: Epoch.optional(),
  sentAt: InstantText,
  heartbeat: Heartbeat.optional(),
  registry: Registry.optional(),
  devices: z.array(DeviceStatus).max(20_000).optional(),
  events: z.array(IncidentEvent).max(2_000).default([]),
  blocks: z.array(ReadingBlock).max(2_000).default([]),
  daily: z.array(DailyEnergy).max(5_000).default([]),
  /** Who reported repairs at the edge, until the cloud has them. */
  reporters: z.array(ToldReporter).max(500).optional(),
});
export type Batch = z.infer<typeof Batch>;

export const RECORD_VERDICTS = ['accepted', 'duplicate', 'rejected', 'retry'] as const;
/** The cloud's answer, record by record, so that one bad record never blocks the queue. */
export const BatchResult = z.object({
  results: z.array(
    z.object({
      kind: z.enum(['event', 'block', 'registry', 'daily']),
      seq: z.int().nullable(),
      verdict: z.enum(RECORD_VERDICTS),
      reason: z.string().nullable().default(null),
    }),
  ),
  /** The newest numbers of this epoch that the cloud had before this batch; 0: none. Absent: it does not tell. */
  known: z.object({ event: z.int().nonnegative(), block: z.int().nonnegative() }).optional(),
});
export type BatchResult = z.infer<typeof BatchResult>;
