import {
  DailyEnergy,
  DeviceStatus,
  Epoch,
  Heartbeat,
  IncidentEvent,
  ReadingBlock,
  Registry,
  ToldReporter,
  unpackReadings,
  type Reading,
} from '@keepsite/edge-contract';
import { hashOf } from '@keepsite/edge-evidence';
import { z } from 'zod';
import { CloudError } from '../errors.ts';
import type { CheckedEvent } from '../ports.ts';

/** A record that is what it should be, or why it is not. */
export type Checked<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly seq: number | null; readonly reason: string };

/** A batch taken apart: every record judged alone. */
export interface Parcel {
  /** Of the edge's numbering; '' for an edge that has none. */
  readonly epoch: string;
  readonly heartbeat: Heartbeat | null;
  readonly registry: Checked<Registry> | null;
  readonly devices: Checked<DeviceStatus[]> | null;
  readonly events: readonly Checked<CheckedEvent>[];
  readonly blocks: readonly Checked<{ seq: number; readings: readonly Reading[] }>[];
  readonly daily: readonly Checked<DailyEnergy>[];
  /** Those that can be read; of one that cannot the report is here all the same. */
  readonly reporters: readonly ToldReporter[];
  /** The JSON text of a record as it came, cut to 64 KiB; null when it cannot be found again. */
  bodyOf(kind: string, seq: number | null): string | null;
}

/** Only what must be true for anything to be taken; the records inside are judged one by one. */
const Envelope = z.object({
  edge: z.string().min(1).max(120),
  epoch: Epoch.default(''),
  heartbeat: z.unknown().optional(),
  registry: z.unknown().optional(),
  devices: z.unknown().optional(),
  events: z.array(z.unknown()).max(2_000).default([]),
  blocks: z.array(z.unknown()).max(2_000).default([]),
  daily: z.array(z.unknown()).max(5_000).default([]),
  reporters: z.array(z.unknown()).max(500).default([]),
});

const KEPT_TEXT = 65_536;

/** Throws CLOUD_BAD_INPUT when the body is no batch, and CLOUD_FORBIDDEN when it speaks for another edge. */
export function readBatch(edge: string, body: unknown): Parcel {
  const envelope = Envelope.safeParse(body);
  if (!envelope.success)
    throw new CloudError('CLOUD_BAD_INPUT', `this is no batch: ${reasonOf(envelope.error)}`, {
      details: envelope.error.issues,
    });
  const batch = envelope.data;
  if (batch.edge !== edge) throw new CloudError('CLOUD_FORBIDDEN', `the batch speaks for another edge than ${edge}`);
  const heartbeat = Heartbeat.safeParse(batch.heartbeat);
  return {
    epoch: batch.epoch,
    heartbeat: heartbeat.success ? heartbeat.data : null,
    registry: batch.registry === undefined ? null : check(Registry, batch.registry),
    devices: batch.devices === undefined ? null : check(z.array(DeviceStatus).max(20_000), batch.devices),
    events: batch.events.map((raw) => readEvent(edge, raw)),
    blocks: batch.blocks.map(readBlock),
    daily: batch.daily.map((raw) => check(DailyEnergy, raw)),
    reporters: batch.reporters.flatMap((raw) => ToldReporter.safeParse(raw).data ?? []),
    bodyOf: (kind, seq) => textOf(batch, kind, seq),
  };
}

/** The hash is taken over what was sent, before defaults are filled in. */
function readEvent(edge: string, raw: unknown): Checked<CheckedEvent> {
  const checked = check(IncidentEvent, raw);
  if (!checked.ok) return checked;
  const event = checked.value;
  if (event.edge !== edge) return { ok: false, seq: event.seq, reason: `the event belongs to ${event.edge}` };
  return { ok: true, value: { event, body: JSON.stringify(raw), hashOk: hashOf(raw as IncidentEvent) === event.hash } };
}

function readBlock(raw: unknown): Checked<{ seq: number; readings: readonly Reading[] }> {
  const checked = check(ReadingBlock, raw);
  if (!checked.ok) return checked;
  const { seq } = checked.value;
  try {
    return { ok: true, value: { seq, readings: unpackReadings(checked.value) } };
  } catch (cause) {
    return { ok: false, seq, reason: cause instanceof Error ? cause.message : String(cause) };
  }
}

function check<T extends z.ZodType>(schema: T, raw: unknown): Checked<z.infer<T>> {
  const parsed = schema.safeParse(raw);
  return parsed.success
    ? { ok: true, value: parsed.data }
    : { ok: false, seq: seqOf(raw), reason: reasonOf(parsed.error) };
}

function seqOf(raw: unknown): number | null {
  const { seq, version } = (raw ?? {}) as { seq?: unknown; version?: unknown };
  const number = seq ?? version;
  return Number.isSafeInteger(number) ? (number as number) : null;
}

function reasonOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 3)
    .map((issue) => `${issue.path.join('.') || 'it'}: ${issue.message}`)
    .join('; ')
    .replaceAll('\u0000', '\uFFFD')
    .slice(0, 500);
}

function textOf(batch: z.infer<typeof Envelope>, kind: string, seq: number | null): string | null {
  const lists: Record<string, readonly unknown[]> = {
    event: batch.events,
    block: batch.blocks,
    registry: [batch.registry],
  };
  const raw = lists[kind]?.find((record) => seqOf(record) === seq);
  return raw === undefined ? null : keptText(raw);
}

/** JSON text of what was refused; what is too long is kept as a text that was cut. */
export function keptText(raw: unknown): string {
  const text = JSON.stringify(raw);
  return text.length > KEPT_TEXT ? JSON.stringify(text.slice(0, KEPT_TEXT)) : text;
}
