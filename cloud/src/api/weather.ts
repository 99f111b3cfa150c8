import { instantMillis, InstantText, instantText } from '@keepsite/edge-contract';
import { numberOf, type Separator } from '@keepsite/edge-energy';
import { z } from 'zod';
import type { EnergyPorts } from '../energy/ports.ts';
import { CloudError, notFound } from '../errors.ts';
import type { Api } from './context.ts';
import { parseCsv } from './csv.ts';

const SiteParams = z.object({ site: z.string().min(1).max(120) });
const IMPORT_BYTES = 16 << 20;
const HOUR_MS = 3_600_000;
const COLDEST_C = -90;
const HOTTEST_C = 60;
const Sample = z.object({ at: InstantText, celsius: z.number().gt(COLDEST_C).lt(HOTTEST_C) });

/** Outdoor temperature of a site, hour by hour, each with where it is from. */
export function weatherRoutes(api: Api, { store }: EnergyPorts): void {
  api.post(
    '/api/sites/:site/weather',
    {
      bodyLimit: IMPORT_BYTES,
      schema: {
        summary:
          'Load hours of outdoor temperature: {items: [{at, celsius}]}, or text/csv with the columns time (RFC 3339) and celsius',
        consumes: ['application/json', 'text/csv'],
        params: SiteParams,
        querystring: z.object({ document: z.string().min(1).max(200).default('upload') }),
        body: z.union([z.object({ items: z.array(Sample).min(1).max(200_000) }), z.string()]),
        response: { 200: z.object({ version: z.int(), hours: z.int() }) },
      },
    },
    async (request) => {
      const { site } = request.params;
      if (!(await store.clients.registry()).sites.some(({ id }) => id === site)) notFound(`site ${site}`);
      const hours = hourMeans(
        typeof request.body === 'string' ? samplesOfCsv(request.body) : request.body.items.map(sampleOf),
      );
      const version = await store.energy.saveWeather(site, 'csv', request.query.document, hours);
      return { version, hours: hours.length };
    },
  );

  api.get(
    '/api/sites/:site/weather',
    {
      schema: {
        summary: 'The newest value of each hour of a source, with its version and document',
        params: SiteParams,
        querystring: z.object({ source: z.string().default('csv'), from: InstantText, to: InstantText }),
        response: {
          200: z.object({
            items: z.array(z.object({ at: InstantText, celsius: z.number(), version: z.int(), document: z.string() })),
            next: z.null(),
          }),
        },
      },
    },
    async (request) => {
      const { source, from, to } = request.query;
      const hours = await store.energy.weather(request.params.site, source, instantMillis(from), instantMillis(to));
      return { items: hours.map((hour) => ({ ...hour, at: instantText(hour.at) })), next: null };
    },
  );
}

interface Felt {
  readonly at: number;
  readonly celsius: number;
}

/** Throws CLOUD_BAD_INPUT with the first row that cannot be believed. */
function samplesOfCsv(text: string): Felt[] {
  const table = parseCsv(text);
  if (table === null || table.rows.length === 0)
    throw new CloudError('CLOUD_BAD_INPUT', 'this is no CSV with the columns time and celsius');
  return table.rows.map((row, index) => rowOf(row, index, table.separator));
}

function sampleOf({ at, celsius }: z.infer<typeof Sample>): Felt {
  return { at: instantMillis(at), celsius };
}

/** The mean of each hour's values. */
function hourMeans(samples: readonly Felt[]): Felt[] {
  const hours = Map.groupBy(samples, ({ at }) => Math.floor(at / HOUR_MS) * HOUR_MS);
  return [...hours].map(([at, own]) => ({
    at,
    celsius: own.reduce((sum, { celsius }) => sum + celsius, 0) / own.length,
  }));
}

function rowOf(row: Readonly<Record<string, string>>, index: number, separator: Separator): Felt {
  const at = instantMillis(row['time'] ?? '');
  const celsius = numberOf((row['celsius'] ?? '').trim(), separator) ?? Number.NaN;
  if (Number.isNaN(at) || !(celsius > COLDEST_C && celsius < HOTTEST_C))
    throw new CloudError(
      'CLOUD_BAD_INPUT',
      `row ${index + 1} is no time (2026-03-02T08:00:00Z) with a temperature in °C: ${Object.values(row).join(',').slice(0, 80)}`,
    );
  return { at, celsius };
}
