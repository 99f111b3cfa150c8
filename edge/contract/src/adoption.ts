import { z } from 'zod';
import { InstantText } from './instant.ts';
import { Asset, Device, Site, Zone } from './registry.ts';
import { FAULTS, QUALITIES } from './vocabulary.ts';

/**
 * What the edge hears and nobody has adopted, and how it is put on the map: the words of
 * `/api/discovered`, `/api/devices/…`, `/api/places`, `/api/mappings` and `/api/quarantine/…`.
 * Every refusal is an {@link ErrorBody}: its message is a sentence for the person on site.
 */

const Value = z.union([z.number(), z.boolean(), z.string(), z.null()]);

/** A message as it arrived: its text where it is UTF-8, and always its bytes. */
export const RawMessage = z.object({
  at: InstantText.describe('when the edge received it'),
  topic: z.string(),
  retain: z.boolean(),
  text: z.string().nullable().describe('null: the bytes are no text'),
  base64: z.string().describe('the bytes; fewer than `size` when they were cut'),
  size: z.int().describe('how long the message really was, bytes'),
});
export type RawMessage = z.infer<typeof RawMessage>;

/** The newest word of one point, as it will be a reading once the device is adopted. */
export const DiscoveredPoint = z.object({
  metric: z.string(),
  part: z.string().nullable(),
  value: Value,
  quality: z.enum(QUALITIES),
  at: InstantText.nullable().describe('the device’s own time'),
  /** The device's own name of the point and its unit, where a birth or a discovery message told them. */
  name: z.string().nullable(),
  unit: z.string().nullable(),
});
export type DiscoveredPoint = z.infer<typeof DiscoveredPoint>;

export const DiscoveredFault = z.object({
  fault: z.enum(FAULTS),
  vendorCode: z.string().nullable(),
  state: z.enum(['raised', 'cleared']),
  at: InstantText.nullable(),
});
export type DiscoveredFault = z.infer<typeof DiscoveredFault>;

/** A device that was heard and that nobody has adopted. */
export const DiscoveredDevice = z.object({
  device: z.string().describe('its id; the topic where no dialect recognises what it says'),
  family: z.string().nullable().describe('the dialect that it speaks; null: nobody recognises it, write a mapping'),
  name: z.string().nullable(),
  maker: z.string().nullable(),
  model: z.string().nullable(),
  topics: z.array(z.string()).describe('the newest first, at most five'),
  firstHeardAt: InstantText,
  lastHeardAt: InstantText,
  online: z.boolean().nullable(),
  messages: z.int().describe('how many it has sent'),
  kept: z.int().describe('how many of them are kept and will be read once it is adopted'),
  reason: z.string().nullable().describe('why its newest message, or a part of it, could not be read; null: it could'),
  points: z.array(DiscoveredPoint),
  faults: z.array(DiscoveredFault),
  samples: z.array(RawMessage).max(5).describe('newest first; in the list cut to 4 KiB, by `?device=` whole'),
});
export type DiscoveredDevice = z.infer<typeof DiscoveredDevice>;

/** `GET /api/discovered?after&limit`, newest heard first; `?device=` answers that one alone, or none. */
export const DiscoveredList = z.object({
  items: z.array(DiscoveredDevice),
  next: z.string().nullable(),
  total: z.int().describe('how many wait in all, whatever was asked for'),
});
export type DiscoveredList = z.infer<typeof DiscoveredList>;

// ------------------------------------------------------------------------------------ adoption

/** A new site; only an edge that has none yet, or a portfolio that grows, needs one. */
export const NewSite = Site.strict();
/** A new zone on a site, by id or new. */
export const NewZone = Zone.extend({ site: z.union([Site.shape.id, NewSite]) }).strict();
/** A new asset in a zone, by id or new. */
export const NewAsset = Asset.extend({ zone: z.union([Asset.shape.zone, NewZone]) }).strict();
/** Where something belongs: an asset of the registry, or a new one with what is new around it. */
export const AssetChoice = z.union([Device.shape.asset, NewAsset]);
export type AssetChoice = z.infer<typeof AssetChoice>;

/** `POST /api/discovered/adopt`: puts a device on the map. Answers an {@link Adopted}. */
export const AdoptBody = z.strictObject({
  device: z.string().min(1).max(1_000).describe('as `/api/discovered` names it: an id, or a topic'),
  family: Device.shape.family
    .optional()
    .describe('the dialect; absent: the one that was guessed. Needed for a device that was never heard'),
  mapping: z.string().max(80).optional().describe('name of a saved mapping: the device is read by it'),
  name: z.string().min(1).max(200),
  asset: AssetChoice,
  timeZone: Device.shape.timeZone,
  expectEverySeconds: Device.shape.expectEverySeconds,
});
export type AdoptBody = z.infer<typeof AdoptBody>;

/** `POST /api/devices/move`: a device stands elsewhere from today on, or is called otherwise. Answers an {@link Adopted}. */
export const MoveBody = z.strictObject({
  device: Device.shape.id,
  asset: AssetChoice.optional().describe('absent: it stays where it is'),
  name: z.string().min(1).max(200).optional(),
  timeZone: Device.shape.timeZone,
  expectEverySeconds: Device.shape.expectEverySeconds,
});
export type MoveBody = z.infer<typeof MoveBody>;

/** `POST /api/devices/release`: a device is no longer ours from today on; its history stays. Answers {device}. */
export const ReleaseBody = z.strictObject({ device: Device.shape.id });
export type ReleaseBody = z.infer<typeof ReleaseBody>;

/** What became of messages that were kept: `tried` of them were read anew. */
export const Retried = z.object({
  tried: z.int(),
  decoded: z.int().describe('messages that are understood now: in history, or waiting for the device that they name'),
  stillRejected: z.int().describe('messages that stay, with their new reason'),
  readings: z.int().describe('how many readings entered history; they page nobody'),
});
export type Retried = z.infer<typeof Retried>;

/** The device as the registry names it now, and what became of what it had said before. */
export const Adopted = z.object({ device: Device, retried: Retried });
export type Adopted = z.infer<typeof Adopted>;

/** `GET /api/places`: what an adoption may choose from. */
export const Places = z.object({
  sites: z.array(Site),
  zones: z.array(Zone),
  assets: z.array(
    Asset.extend({ site: z.string(), devices: z.array(z.string()).describe('ids that stand there today') }),
  ),
  clients: z.array(z.string()).describe('every client that a zone names'),
  families: z.array(z.string()).describe('every dialect and mapping that this edge speaks'),
  expectEverySeconds: z
    .record(z.string(), z.number())
    .describe('the longest silence that is normal for each of them, where a device has none of its own'),
});
export type Places = z.infer<typeof Places>;

// ------------------------------------------------------------------------------------ mappings

/** The file name of a mapping, without `.yaml`. */
export const MappingName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,79}$/, 'a mapping’s name is small letters, digits, dot, dash and underscore');

/** A mistake in a mapping: line and column count from 1, `key` is the way to it. */
export const MappingFault = z.object({ line: z.int(), column: z.int(), key: z.string(), message: z.string() });
export type MappingFault = z.infer<typeof MappingFault>;

export const MappingFile = z.object({
  name: z.string(),
  yaml: z.string(),
  family: z.string().nullable().describe('null while it has errors'),
  ok: z.boolean(),
  errors: z.array(MappingFault),
});
export type MappingFile = z.infer<typeof MappingFile>;

/** `GET /api/mappings`, by name. */
export const MappingList = z.object({ items: z.array(MappingFile), next: z.null() });
export type MappingList = z.infer<typeof MappingList>;

/**
 * `PUT /api/mappings/:name`: takes effect at once, or 422 `MAPPING_INVALID` with
 * {@link MappingFault}s as `details` and nothing written. Answers a {@link SavedMapping}.
 */
export const MappingBody = z.strictObject({ yaml: z.string().max(65_536) });
export type MappingBody = z.infer<typeof MappingBody>;

/** The file, and what became of the messages that it reads now. Devices that it brings to light are in `/api/discovered`. */
export const SavedMapping = MappingFile.extend({ retried: Retried, devices: z.array(z.string()) });
export type SavedMapping = z.infer<typeof SavedMapping>;

/**
 * `DELETE /api/mappings/:name`: 409 `MAPPING_IN_USE` while a device is read by it. What it had read
 * of strangers waits under its topics again. Answers {name}.
 */
export const RemovedMapping = z.object({ name: z.string() });
export type RemovedMapping = z.infer<typeof RemovedMapping>;

/** `POST /api/mappings/preview`: what a mapping makes of kept messages, or of those given. Writes nothing. */
export const MappingPreviewBody = z.strictObject({
  yaml: z.string().max(65_536),
  device: z.string().max(1_000).optional().describe('its kept messages, the newest 20; a topic is fine'),
  samples: z
    .array(
      z.strictObject({
        topic: z.string().min(1).max(1_000),
        text: z.string().optional().describe('the payload as text…'),
        base64: z.base64().optional().describe('…or as bytes'),
        retain: z.boolean().default(false),
        at: InstantText.optional().describe('when it was received; default: now'),
      }),
    )
    .max(50)
    .optional(),
});
export type MappingPreviewBody = z.infer<typeof MappingPreviewBody>;

/** One line as `npm run decode` prints it. */
export const DecodedLine = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('reading'),
    family: z.string(),
    device: z.string(),
    metric: z.string(),
    part: z.string().nullable(),
    value: Value,
    at: InstantText.nullable(),
    quality: z.enum(QUALITIES),
    historical: z.boolean(),
  }),
  z.object({
    kind: z.literal('fault'),
    family: z.string(),
    device: z.string(),
    fault: z.enum(FAULTS),
    vendorCode: z.union([z.string(), z.number(), z.null()]),
    state: z.enum(['raised', 'cleared']),
    at: InstantText.nullable(),
    quality: z.enum(QUALITIES),
    historical: z.boolean(),
  }),
  z.object({ kind: z.literal('availability'), family: z.string(), device: z.string(), online: z.boolean() }),
  z.object({
    kind: z.literal('rejected'),
    family: z.string().nullable(),
    device: z.string().nullable(),
    reason: z.string(),
  }),
]);
export type DecodedLine = z.infer<typeof DecodedLine>;

/**
 * Always 200: mistakes are the answer, and then no message has a line. `family` of a message tells
 * who read it: the mapping, or a dialect that was surer.
 */
export const MappingPreview = z.object({
  ok: z.boolean(),
  errors: z.array(MappingFault),
  family: z.string().nullable(),
  messages: z.array(
    z.object({
      at: InstantText,
      topic: z.string(),
      retain: z.boolean(),
      text: z.string().nullable(),
      size: z.int(),
      family: z.string().nullable(),
      lines: z.array(DecodedLine),
    }),
  ),
});
export type MappingPreview = z.infer<typeof MappingPreview>;

// ------------------------------------------------------------------------------------ quarantine

/** Messages of one device, or of one topic, that could not be trusted for one reason; numbers and quoted values in it are `…`. */
export const QuarantineGroup = z.object({
  key: z.string().describe('for `POST /api/quarantine/retry`'),
  reason: z.string(),
  device: z.string().nullable(),
  topic: z.string().nullable().describe('where they came, when nobody can tell the device; its first 1,000 characters'),
  family: z.string().nullable(),
  count: z.int(),
  firstAt: InstantText,
  lastAt: InstantText,
  sample: RawMessage.describe('the newest; cut to 4 KiB'),
  retryable: z.boolean().describe('false: of every message only the beginning is kept'),
});
export type QuarantineGroup = z.infer<typeof QuarantineGroup>;

/** `GET /api/quarantine/groups`, the group heard last first. */
export const QuarantineGroupList = z.object({ items: z.array(QuarantineGroup), next: z.null(), total: z.int() });
export type QuarantineGroupList = z.infer<typeof QuarantineGroupList>;

/** `POST /api/quarantine/retry`: exactly one of them. Answers {@link Retried}. */
export const RetryBody = z
  .strictObject({
    key: z.string().min(1).max(16_000).optional(),
    device: z.string().min(1).max(1_000).optional(),
    all: z.literal(true).optional(),
  })
  .refine((body) => Object.values(body).filter((it) => it !== undefined).length === 1, 'say key, device or all');
export type RetryBody = z.infer<typeof RetryBody>;
