import {
  AdoptBody,
  Adopted,
  type DiscoveredDevice,
  DiscoveredList,
  instantText,
  instantTextOrNull,
  MoveBody,
  type RawMessage,
  ReleaseBody,
} from '@keepsite/edge-contract';
import { z } from 'zod';
import { textOf } from '../../adoption/mappings.ts';
import type { KeptMessage, Store, Stranger } from '../../ports.ts';
import { type Api, type HttpParts, limitUpTo } from '../api.ts';

const SAMPLES = 5;
/** What a list shows of each sample: enough to see what it is. */
const BRIEF_BYTES = 4_096;

type Parts = Pick<HttpParts, 'pipeline' | 'store' | 'installer'>;

/** Devices that nobody has adopted, and putting them on the map. */
export function discoveredRoutes(api: Api, { pipeline, store, installer }: Parts): void {
  api.get(
    '/api/discovered',
    {
      config: { action: 'discovered.read' },
      schema: {
        summary: 'Devices that were heard and that nobody has adopted, newest heard first',
        querystring: z.object({
          device: z.string().max(1_000).optional().describe('this one alone, with whole samples'),
          after: z.string().max(1_000).optional().describe('`next` of the page before'),
          limit: limitUpTo(500, 100),
        }),
        response: { 200: DiscoveredList },
      },
    },
    ({ query: { device, after, limit } }) => {
      const all = pipeline.strangers().toSorted(newestFirst);
      const total = all.length;
      const one = all.filter((it) => it.device === device);
      if (device !== undefined) return { items: one.map((it) => shownStranger(it, store)), next: null, total };
      const from = after === undefined ? 0 : all.findIndex((it) => placeOf(it) > after);
      const items = from < 0 ? [] : all.slice(from, from + limit);
      const last = items.at(-1);
      const next = last && from + limit < total ? placeOf(last) : null;
      return { items: items.map((it) => shownStranger(it, store, BRIEF_BYTES)), next, total };
    },
  );

  api.post(
    '/api/discovered/adopt',
    {
      config: { action: 'device.adopt' },
      schema: { summary: 'Put a device on the map', body: AdoptBody, response: { 200: Adopted } },
    },
    ({ body }) => installer.adopt(body),
  );

  api.post(
    '/api/devices/move',
    {
      config: { action: 'device.adopt' },
      schema: { summary: 'A device stands elsewhere from today on', body: MoveBody, response: { 200: Adopted } },
    },
    ({ body }) => installer.move(body),
  );

  api.post(
    '/api/devices/release',
    {
      config: { action: 'device.adopt' },
      schema: {
        summary: 'A device is no longer ours from today on',
        body: ReleaseBody,
        response: { 200: z.object({ device: z.string() }) },
      },
    },
    ({ body }) => installer.release(body.device),
  );
}

function newestFirst(a: Stranger, b: Stranger): number {
  return placeOf(a) < placeOf(b) ? -1 : 1;
}

/** Sorts by the time last heard, newest first, then by name; also what `next` says. */
function placeOf({ lastHeardAt, device }: Stranger): string {
  return `${String(Number.MAX_SAFE_INTEGER - lastHeardAt).padStart(16, '0')} ${device}`;
}

/** A stranger as it is shown, each sample cut to `bytes`. */
export function shownStranger(
  stranger: Stranger,
  store: Pick<Store, 'kept' | 'keptFor'>,
  bytes = Infinity,
): DiscoveredDevice {
  const { device, family, name, maker, model, topics, online, messages, reason } = stranger;
  const newest = store.kept({ of: { stranger: device }, newestFirst: true, limit: SAMPLES });
  return {
    device,
    family,
    name,
    maker,
    model,
    topics: [...topics],
    online,
    messages,
    reason,
    firstHeardAt: instantText(stranger.firstHeardAt),
    lastHeardAt: instantText(stranger.lastHeardAt),
    kept: store.keptFor(device),
    points: pointsOf(stranger),
    faults: stranger.faults.map(({ vendorCode, at, ...fault }) => ({
      ...fault,
      vendorCode: vendorCode === null ? null : String(vendorCode),
      at: instantTextOrNull(at),
    })),
    samples: newest.map((message) => rawMessage(message, bytes)),
  };
}

/** What it has said, and what it has only announced. */
function pointsOf({ points, labels }: Stranger): DiscoveredDevice['points'] {
  const keys = new Set([...Object.keys(points), ...Object.keys(labels)]);
  return [...keys].map((key) => {
    const { metric = '', part = null } = points[key] ?? labels[key] ?? {};
    const { value = null, quality = 'unknown', at = null } = points[key] ?? {};
    const { name = null, unit = null } = labels[key] ?? {};
    return { metric, part, value, quality, at: instantTextOrNull(at), name, unit };
  });
}

/** A kept message as it is shown, cut to `bytes`. */
export function rawMessage({ at, topic, retain, payload, size }: KeptMessage, bytes: number): RawMessage {
  const part = payload.subarray(0, Math.min(bytes, payload.length));
  // A character that the cut has halved is no reason to call the rest no text.
  const text =
    textOf(payload) === null ? null : new TextDecoder().decode(part, { stream: part.length < payload.length });
  return { at: instantText(at), topic, retain, text, base64: Buffer.from(part).toString('base64'), size };
}
