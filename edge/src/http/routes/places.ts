import { DeviceStatus, Registry } from '@keepsite/edge-contract';
import { z } from 'zod';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';

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

/** What stands where, what speaks, and what was not understood. */
export function placeRoutes(
  api: Api,
  { pipeline, store, registry, refused }: Pick<HttpParts, 'pipeline' | 'store' | 'registry' | 'refused'>,
): void {
  api.get(
    '/api/registry',
    { schema: { summary: 'Sites, zones, assets, devices, people, crews, plans', response: { 200: Registry } } },
    () => registry,
  );

  api.get(
    '/api/devices',
    {
      schema: {
        summary: 'Devices of the registry, and those that were heard and wait for adoption (asset null)',
        querystring: z.object({ after: z.string().optional(), limit: limitUpTo(5_000, 1_000) }),
        response: { 200: listOf(DeviceStatus) },
      },
    },
    ({ query: { after = '', limit } }) => {
      const rest = pipeline
        .status()
        .devices.filter(({ device }) => device > after)
        .toSorted((a, b) => (a.device < b.device ? -1 : 1));
      const items = rest.slice(0, limit);
      return { items, next: rest.length > limit ? (items.at(-1)?.device ?? null) : null };
    },
  );

  api.get(
    '/api/quarantine',
    {
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
        at: new Date(item.at).toISOString(),
        payload: { base64: Buffer.from(item.payload).toString('base64') },
      }));
      return {
        items: shown,
        next: items.length === limit ? (items.at(-1)?.id ?? null) : null,
        total,
        refused: refused(),
      };
    },
  );
}
