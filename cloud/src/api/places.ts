import { Client } from '@keepsite/cloud-contract';
import {
  Asset,
  DeviceStatus,
  InstantText,
  instantMillis,
  instantText,
  instantTextOrNull,
  QUALITIES,
  Site,
  Zone,
  type Reading,
} from '@keepsite/edge-contract';
import { z } from 'zod';
import { CloudError } from '../errors.ts';
import type { Api, ApiPorts } from './context.ts';

const RegistryView = z.object({
  sites: z.array(Site.extend({ edge: z.string() })),
  zones: z.array(Zone),
  assets: z.array(Asset),
  clients: z.array(Client),
});
const ReadingView = z.object({
  device: z.string(),
  metric: z.string(),
  part: z.string().nullable(),
  value: z.union([z.number(), z.boolean(), z.string(), z.null()]),
  at: InstantText.nullable(),
  receivedAt: InstantText,
  quality: z.enum(QUALITIES),
  historical: z.boolean(),
});
const DAY = 86_400_000;

/** What stands where, which devices speak, and what they said. */
export function placeRoutes(api: Api, { store, metrics, clock }: ApiPorts): void {
  api.get(
    '/api/registry',
    { schema: { summary: 'Sites, zones, assets, and whom they serve', response: { 200: RegistryView } } },
    async () => {
      const [{ sites, zones, assets }, clients] = await Promise.all([store.clients.registry(), store.clients.list()]);
      return { sites: [...sites], zones: [...zones], assets: [...assets], clients };
    },
  );

  api.get(
    '/api/devices',
    {
      schema: {
        summary: 'Devices as their edges last heard them',
        response: { 200: z.object({ items: z.array(DeviceStatus), next: z.null() }) },
      },
    },
    async () => {
      const { devices } = await store.clients.registry();
      return { items: [...devices], next: null };
    },
  );

  api.get(
    '/api/readings',
    {
      schema: {
        summary: 'Readings of a device, oldest first; `next` is the `from` of the next page',
        querystring: z.object({
          device: z.string().min(1).max(200),
          metric: z.string().max(120).optional(),
          part: z.string().max(40).optional(),
          from: z.string().optional(),
          to: z.string().optional().describe('exclusive'),
          limit: z.coerce.number().int().min(1).max(20_000).default(5_000),
        }),
        response: { 200: z.object({ items: z.array(ReadingView), next: InstantText.nullable() }) },
      },
    },
    async (request) => {
      const { device, metric, part, limit } = request.query;
      const to = instantOf(request.query.to) ?? clock.now() + 1;
      const from = instantOf(request.query.from) ?? to - DAY;
      const rows = await metrics.read({ device, metric, part, from, to, limit });
      const last = rows.at(-1);
      return {
        items: rows.map(viewOf),
        next: last && rows.length === limit ? instantText((last.at ?? last.receivedAt) + 1) : null,
      };
    },
  );
}

function viewOf(reading: Reading): z.infer<typeof ReadingView> {
  return { ...reading, at: instantTextOrNull(reading.at), receivedAt: instantText(reading.receivedAt) };
}

function instantOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const millis = instantMillis(text);
  if (Number.isNaN(millis))
    throw new CloudError('CLOUD_BAD_INPUT', `${text} is no instant; write 2026-03-02T08:15:30Z`);
  return millis;
}
