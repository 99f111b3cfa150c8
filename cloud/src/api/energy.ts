import {
  BaselineRefusal,
  BaselineWish,
  COMMAND_STATES,
  EnergyBaseline,
  EnergyEvent,
  EnergyMeasure,
  EnergySetup,
} from '@keepsite/cloud-contract';
import { z } from 'zod';
import { dayOf } from '../domain/calendar.ts';
import { learnBaseline } from '../energy/baseline.ts';
import type { EnergyPorts } from '../energy/ports.ts';
import { checkClock, checkSetup, setupOf } from '../energy/setup.ts';
import { tellEdges, toldEdges } from '../energy/tell-edges.ts';
import { zoneOf } from '../energy/zone.ts';
import { CloudError } from '../errors.ts';
import type { Api, ApiPorts } from './context.ts';
import { parseCsv, typedRows } from './csv.ts';
import { energyReportRoutes } from './energy-reports.ts';
import { ClientParams, knownClient } from './known-client.ts';
import { weatherRoutes } from './weather.ts';

const FactParams = ClientParams.extend({ fact: z.string().min(1).max(120) });
const KeptSetup = z.object({ version: z.int(), setup: z.union([EnergySetup, z.object({}).loose()]) });

/** Energy of a client: what it is reckoned from, and the reports. */
export function energyRoutes(energy: EnergyPorts): (api: Api, ports: ApiPorts) => void {
  return (api, ports) => {
    setupRoutes(api, energy);
    factRoutes(api, energy, ports);
    baselineRoutes(api, energy);
    energyReportRoutes(api, energy);
    weatherRoutes(api, energy);
  };
}

function setupRoutes(api: Api, energy: EnergyPorts): void {
  const { store, clock } = energy;
  api.get(
    '/api/clients/:id/energy/setup',
    {
      schema: {
        summary: 'The meter tree, weather, method and tariff; version 0 is what the registry says',
        params: ClientParams,
        response: { 200: KeptSetup },
      },
    },
    async (request) => {
      const { id } = await knownClient(energy, request.params.id);
      const today = dayOf(clock.now(), await zoneOf(energy, id));
      return await setupOf(store, id, today);
    },
  );

  api.put(
    '/api/clients/:id/energy/setup',
    {
      schema: {
        summary: 'Set up anew: adds a version, the ones before stay',
        params: ClientParams,
        body: EnergySetup,
        response: { 200: KeptSetup },
      },
    },
    async (request) => {
      const { id } = await knownClient(energy, request.params.id);
      checkSetup(request.body);
      await checkClock(energy, id, request.body);
      return { version: await store.energy.saveSetup(id, request.body), setup: request.body };
    },
  );

  api.put(
    '/api/clients/:id/energy/setup/meters',
    {
      schema: {
        summary: 'The meter tree alone, as text/csv: asset,device,metric,part,name_en,name_zh,parent,share,use',
        consumes: ['text/csv'],
        params: ClientParams,
        body: z.string(),
        response: { 200: KeptSetup },
      },
    },
    async (request) => {
      const { id } = await knownClient(energy, request.params.id);
      const kept = await setupOf(store, id, dayOf(clock.now(), await zoneOf(energy, id)));
      const setup = EnergySetup.safeParse({ ...kept.setup, meters: metersOf(request.body) });
      if (!setup.success) throw badRows(setup.error);
      checkSetup(setup.data);
      await checkClock(energy, id, setup.data);
      return { version: await store.energy.saveSetup(id, setup.data), setup: setup.data };
    },
  );
}

const MeterRow = z.object({
  asset: z.string(),
  device: z.string(),
  metric: z.string().optional(),
  part: z.string().nullable().optional(),
  name_en: z.string(),
  name_zh: z.string(),
  parent: z.string().nullable().optional(),
  share: z.number().optional(),
  use: z.string().optional(),
});

function metersOf(csv: string): unknown[] {
  const table = parseCsv(csv);
  if (table === null) throw new CloudError('CLOUD_BAD_INPUT', 'this is no CSV with a header');
  return typedRows(table, MeterRow).map(({ name_en: en, name_zh: zh, ...meter }) => ({ ...meter, name: { en, zh } }));
}

function badRows(error: z.ZodError): CloudError {
  const faults = error.issues.map(({ path, message }) => `${path.join('.')} ${message}`);
  return new CloudError('CLOUD_BAD_INPUT', `nothing was changed: ${faults[0] ?? ''}`, { details: faults });
}

const ToldEdge = z.object({ edge: z.string(), state: z.enum(COMMAND_STATES), reason: z.string().nullable() });

/** Measures and the decisions on events alike: listed, and put under their own id. */
function factRoutes(api: Api, energy: EnergyPorts, { notices }: ApiPorts): void {
  const { store } = energy;
  for (const { path, kind, schema, summary } of [
    { path: 'measures', kind: 'measure', schema: EnergyMeasure, summary: 'What was done to save energy' },
    { path: 'events', kind: 'event', schema: EnergyEvent, summary: 'A person’s word on non-routine events' },
  ] as const) {
    const items = z.object({
      items: z.array(schema as z.ZodType),
      next: z.null(),
      edges: z.array(ToldEdge).optional().describe('of events: what the edges said to what is approved now'),
    });
    api.get(
      `/api/clients/:id/energy/${path}`,
      { schema: { summary, params: ClientParams, response: { 200: items } } },
      async (request) => {
        const { id } = await knownClient(energy, request.params.id);
        const items = await store.energy.facts(id, kind);
        return { items, next: null, ...(kind === 'event' && { edges: await toldEdges(energy, id) }) };
      },
    );
    api.put(
      `/api/clients/:id/energy/${path}/:fact`,
      {
        schema: {
          summary: `${summary}: a new one, or a new version of it`,
          params: FactParams,
          body: schema as z.ZodType<EnergyMeasure | EnergyEvent>,
          response: { 200: schema as z.ZodType },
        },
      },
      async (request) => {
        const { id } = await knownClient(energy, request.params.id);
        if (request.body.id !== request.params.fact)
          throw new CloudError(
            'CLOUD_BAD_INPUT',
            `it is ${request.params.fact} in the path and ${request.body.id} in the body`,
          );
        if (kind === 'event') await checkAssets(energy, id, request.body as EnergyEvent);
        await store.energy.saveFact(id, kind, request.body);
        if (kind === 'event') await tellEdges({ ...energy, notices }, id);
        return request.body;
      },
    );
  }
}

/** An event may concern some meters of the tree; others would be told to nobody. */
async function checkAssets(energy: EnergyPorts, client: string, { assets = [] }: EnergyEvent): Promise<void> {
  const { setup } = await setupOf(energy.store, client, dayOf(energy.clock.now(), await zoneOf(energy, client)));
  const unknown = assets.filter((asset) => !setup.meters.some((meter) => meter.asset === asset));
  if (unknown.length > 0)
    throw new CloudError('CLOUD_BAD_INPUT', `not in the meter tree: ${unknown.join(', ')}`, { details: unknown });
}

function baselineRoutes(api: Api, energy: EnergyPorts): void {
  api.get(
    '/api/clients/:id/energy/baselines',
    {
      schema: {
        summary:
          'Every baseline that was learned, newest first; and why none could be learned by itself, when last tried',
        params: ClientParams,
        response: {
          200: z.object({ items: z.array(EnergyBaseline), next: z.null(), refused: BaselineRefusal.nullable() }),
        },
      },
    },
    async (request) => {
      const { id } = await knownClient(energy, request.params.id);
      const [refused] = await energy.store.energy.facts(id, 'refusal');
      return { items: await energy.store.energy.baselines(id), next: null, refused: refused ?? null };
    },
  );

  api.post(
    '/api/clients/:id/energy/baselines',
    {
      schema: {
        summary: 'Learn a baseline; one that its data cannot carry is kept with the reasons',
        params: ClientParams,
        body: BaselineWish,
        response: { 201: EnergyBaseline },
      },
    },
    async (request, reply) => {
      const { id } = await knownClient(energy, request.params.id);
      return await reply.status(201).send(await learnBaseline(energy, id, request.body));
    },
  );
}
