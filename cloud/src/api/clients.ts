import { Client, ClientEnergy, ClientSummary, Contract, RetentionReport, SlaReport } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { dayOf } from '../domain/calendar.ts';
import { latestVersions } from '../domain/sla.ts';
import { CloudError, notFound } from '../errors.ts';
import { clientSla } from '../jobs/client-sla.ts';
import { HISTORY_DAYS } from '../jobs/score-client.ts';
import type { Scorecard } from '../ports.ts';
import type { Api, ApiPorts } from './context.ts';

const Params = z.object({ id: z.string().min(1).max(120) });
const ContractParams = Params.extend({ contract: z.string().min(1).max(120) });
const WORST_FIRST = { red: 0, yellow: 1, grey: 2, green: 3 } as const;
const UNSCORED = { en: 'Not scored yet.', zh: '尚未评分。' };
const DAY = 86_400_000;

/** Clients, what they were promised, how it was kept, and what it did to the renewal. */
export function clientRoutes(api: Api, ports: ApiPorts): void {
  listRoutes(api, ports);
  contractRoutes(api, ports);
  reportRoutes(api, ports);
}

function listRoutes(api: Api, ports: ApiPorts): void {
  const { store, live } = ports;
  api.get(
    '/api/clients',
    {
      schema: {
        summary: 'Every client, worst first',
        response: { 200: z.object({ items: z.array(ClientSummary), next: z.null() }) },
      },
    },
    async () => {
      const [clients, cards, open] = await Promise.all([
        store.clients.list(),
        store.scores.latestOfAll(),
        store.incidents.openByClient(),
      ]);
      const items: ClientSummary[] = [];
      for (const client of clients)
        items.push(await summaryOf(ports, client, cards.get(client.id), open.get(client.id) ?? 0));
      return { items: items.toSorted(worstFirst), next: null };
    },
  );

  api.get(
    '/api/clients/:id',
    { schema: { summary: 'One client', params: Params, response: { 200: ClientSummary } } },
    async (request) => {
      const { id } = request.params;
      const client = await known(ports, id);
      const [card, open] = await Promise.all([store.scores.latest(id), store.incidents.openByClient()]);
      return await summaryOf(ports, client, card ?? undefined, open.get(id) ?? 0);
    },
  );

  api.put(
    '/api/clients/:id',
    { schema: { summary: 'Make or change a client', params: Params, body: Client, response: { 200: Client } } },
    async (request) => {
      sameId('client', request.params.id, request.body.id);
      await store.clients.save(request.body);
      live.touch([request.params.id]);
      return request.body;
    },
  );
}

function contractRoutes(api: Api, ports: ApiPorts): void {
  const { store, live } = ports;
  const versions = z.object({ items: z.array(Contract), next: z.null() });
  api.get(
    '/api/clients/:id/contracts',
    { schema: { summary: 'Every version of every contract', params: Params, response: { 200: versions } } },
    async (request) => {
      await known(ports, request.params.id);
      const kept = await store.clients.contracts(request.params.id);
      return { items: kept.map(({ value }) => value), next: null };
    },
  );

  api.put(
    '/api/clients/:id/contracts/:contract',
    {
      schema: {
        summary: 'Sign a contract, or a new version of it',
        params: ContractParams,
        body: Contract,
        response: { 200: Contract },
      },
    },
    async (request) => {
      const { id, contract } = request.params;
      sameId('client', id, request.body.client);
      sameId('contract', contract, request.body.id);
      await known(ports, id);
      if (!(await store.clients.saveContract(request.body)))
        throw new CloudError(
          'CLOUD_CONFLICT',
          `version ${request.body.version} of ${contract} is signed with other terms; give the change a higher version`,
        );
      live.touch([id]);
      return request.body;
    },
  );
}

function reportRoutes(api: Api, ports: ApiPorts): void {
  const { store, clock, timeZone } = ports;
  const Period = z.object({
    period: z
      .string()
      .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
      .optional(),
  });
  api.get(
    '/api/clients/:id/sla',
    {
      schema: {
        summary: 'A month’s promises and how they were kept',
        params: Params,
        querystring: Period,
        response: { 200: SlaReport },
      },
    },
    async (request) => {
      await known(ports, request.params.id);
      return await clientSla(store, request.params.id, request.query.period, clock.now(), timeZone);
    },
  );

  api.get(
    '/api/clients/:id/retention',
    {
      schema: {
        summary: 'The score as it was stored, with its reasons and history',
        params: Params,
        response: { 200: RetentionReport },
      },
    },
    async (request) => {
      const { id } = request.params;
      await known(ports, id);
      const card = (await store.scores.latest(id)) ?? (await scoreNow(ports, id));
      return { ...card.report, history: await store.scores.history(id, HISTORY_DAYS) };
    },
  );

  const Range = z.object({ from: z.iso.date().optional(), to: z.iso.date().optional().describe('exclusive') });
  api.get(
    '/api/clients/:id/energy',
    {
      schema: {
        summary: 'Daily energy of the client’s meters',
        params: Params,
        querystring: Range,
        response: { 200: ClientEnergy },
      },
    },
    async (request) => {
      const { id } = request.params;
      await known(ports, id);
      const { from = dayOf(clock.now() - 30 * DAY, timeZone), to = dayOf(clock.now() + DAY, timeZone) } = request.query;
      const rows = await store.clients.energy(id, from, to);
      const days = rows.map(({ day, asset, kwh, usualKwh, peakKw, nightShare, coverage }) => ({
        day,
        asset,
        kwh,
        usualKwh,
        peakKw,
        nightShare,
        coverage,
      }));
      return { client: id, days };
    },
  );
}

/** A client that nobody has scored yet is scored on the first look, and stored like any other. */
async function scoreNow(ports: ApiPorts, id: string): Promise<Scorecard> {
  ports.live.touch([id]);
  await ports.live.settled();
  return (await ports.store.scores.latest(id)) ?? notFound(`a score of ${id}`);
}

async function summaryOf(
  ports: ApiPorts,
  client: Client,
  card: Scorecard | undefined,
  openIncidents: number,
): Promise<ClientSummary> {
  const { store, clock, timeZone } = ports;
  const [{ sites }, contracts, sla] = await Promise.all([
    store.clients.places(client.id),
    store.clients.contracts(client.id),
    clientSla(store, client.id, undefined, clock.now(), timeZone),
  ]);
  const today = dayOf(clock.now(), timeZone);
  const running = latestVersions(contracts.map(({ value }) => value)).filter(
    ({ from, to }) => from <= today && today < to,
  );
  return {
    ...client,
    sites,
    score: card?.report.score ?? null,
    colour: card?.report.colour ?? 'grey',
    colourReason: card?.report.colourReason ?? UNSCORED,
    attainment: sla.terms.find(({ term }) => term === 'on_site')?.attainment ?? null,
    openIncidents,
    contractEnds:
      running
        .map(({ to }) => to)
        .toSorted()
        .at(0) ?? null,
    annualValue: running.length === 0 ? null : running.reduce((sum, { annualValue }) => sum + annualValue, 0),
  };
}

function worstFirst(a: ClientSummary, b: ClientSummary): number {
  return WORST_FIRST[a.colour] - WORST_FIRST[b.colour] || (a.score ?? 101) - (b.score ?? 101) || (a.id < b.id ? -1 : 1);
}

async function known({ store }: ApiPorts, id: string): Promise<Client> {
  return (await store.clients.get(id)) ?? notFound(`client ${id}`);
}

function sameId(what: string, path: string, body: string): void {
  if (path !== body)
    throw new CloudError('CLOUD_BAD_INPUT', `the ${what} is ${path} in the path and ${body} in the body`);
}
