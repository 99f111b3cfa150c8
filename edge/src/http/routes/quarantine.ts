import { instantText, type QuarantineGroup, QuarantineGroupList, Retried, RetryBody } from '@keepsite/edge-contract';
import { z } from 'zod';
import type { KeptOf, QuarantineKey, Store } from '../../ports.ts';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';
import { HttpError } from '../errors.ts';
import { rawMessage } from './discovered.ts';

const BRIEF_BYTES = 4_096;
const MOST_GROUPS = 1_000;

const Quarantined = z.object({
  id: z.int(),
  at: z.string(),
  topic: z.string(),
  device: z.string().nullable(),
  family: z.string().nullable(),
  reason: z.string(),
  payload: z.object({ base64: z.string() }).describe('the raw bytes, cut to the store’s bound'),
  size: z.int().describe('how long the message really was'),
});

type Parts = Pick<HttpParts, 'store' | 'installer' | 'refused'>;

/** What could not be trusted: as it came, sorted by what is wrong, and read once more. */
export function quarantineRoutes(api: Api, { store, installer, refused }: Parts): void {
  api.get(
    '/api/quarantine',
    {
      config: { action: 'quarantine.read' },
      schema: {
        summary: 'Messages that could not be trusted, newest first',
        querystring: z.object({ before: z.coerce.number().int().positive().optional(), limit: limitUpTo(500, 100) }),
        response: { 200: listOf(Quarantined).extend({ total: z.int(), refused: z.record(z.string(), z.int()) }) },
      },
    },
    ({ query: { before, limit } }) => {
      const { items, total } = store.quarantine({ ...(before === undefined ? {} : { before }), limit });
      const shown = items.map((item) => ({
        ...item,
        at: instantText(item.at),
        payload: { base64: Buffer.from(item.payload).toString('base64') },
      }));
      const next = items.length === limit ? (items.at(-1)?.id ?? null) : null;
      return { items: shown, next, total, refused: { ...refused() } };
    },
  );

  api.get(
    '/api/quarantine/groups',
    {
      config: { action: 'quarantine.read' },
      schema: { summary: 'The same by device, or topic, and by what is wrong', response: { 200: QuarantineGroupList } },
    },
    () => ({ items: shownGroups(store), next: null, total: store.sizes().quarantined }),
  );

  api.post(
    '/api/quarantine/retry',
    {
      config: { action: 'quarantine.retry' },
      schema: {
        summary: 'Read quarantined messages once more; what they say enters history and pages nobody',
        body: RetryBody,
        response: { 200: Retried },
      },
    },
    ({ body }) => installer.retry(chosen(body)),
  );
}

/** The groups as they are shown, the one heard last first. */
export function shownGroups(store: Pick<Store, 'quarantineGroups'>): QuarantineGroup[] {
  return store.quarantineGroups(MOST_GROUPS).map((group) => ({
    key: keyText(group),
    reason: group.pattern,
    device: group.device,
    topic: group.topic,
    family: group.family,
    count: group.count,
    firstAt: instantText(group.firstAt),
    lastAt: instantText(group.lastAt),
    sample: rawMessage(group.newest, BRIEF_BYTES),
    retryable: group.whole > 0,
  }));
}

function chosen({ key, device }: RetryBody): KeptOf {
  if (device !== undefined) return { device };
  return key === undefined ? 'rejected' : { group: keyOf(key) };
}

function keyText({ pattern, device, topic, family }: QuarantineKey): string {
  return Buffer.from(JSON.stringify([pattern, device, topic, family])).toString('base64url');
}

const Key = z.tuple([z.string(), z.string().nullable(), z.string().nullable(), z.string().nullable()]);

function keyOf(text: string): QuarantineKey {
  try {
    const [pattern, device, topic, family] = Key.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
    return { pattern, device, topic, family };
  } catch {
    throw new HttpError('INVALID_REQUEST', 'this key is not one of /api/quarantine/groups');
  }
}
