import { RepairReport, type SpendingLine, SpendingStatement } from '@keepsite/cloud-contract';
import { instantText } from '@keepsite/edge-contract';
import { z } from 'zod';
import { DAY, monthBounds, monthOf } from '../domain/calendar.ts';
import { repairReport } from '../domain/repairs.ts';
import { spendingLines, spendingTotals } from '../domain/spending.ts';
import { notFound } from '../errors.ts';
import type { Payer } from '../ports/spending.ts';
import type { Api, ApiPorts } from './context.ts';
import { csvText } from './csv-text.ts';

const Params = z.object({ id: z.string().min(1).max(120) });
const Period = z.object({
  period: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])$/)
    .optional()
    .describe('a calendar month; absent: this one'),
});
const CSV = z.string().describe('text/csv');

/** What emergencies cost, and how repairs were done: month by month, for a client or a site. */
export function spendingRoutes(api: Api, ports: ApiPorts): void {
  for (const whose of ['clients', 'sites'] as const) statementRoutes(api, ports, whose);
  repairRoutes(api, ports);
}

function statementRoutes(api: Api, ports: ApiPorts, whose: 'clients' | 'sites'): void {
  const one = whose === 'clients' ? 'client' : 'site';
  const schema = { params: Params, querystring: Period };
  api.get(
    `/api/${whose}/:id/spending`,
    {
      schema: { summary: `What emergencies cost a ${one} in a month`, ...schema, response: { 200: SpendingStatement } },
    },
    (request) => statement(ports, whose, request.params.id, request.query.period),
  );
  api.get(
    `/api/${whose}/:id/spending.csv`,
    { schema: { summary: 'The same as CSV', ...schema, response: { 200: CSV } } },
    async (request, reply) => {
      const { id } = request.params;
      const { period, lines } = await statement(ports, whose, id, request.query.period);
      const name = `spending-${id.replaceAll(/[^\w.-]/g, '_')}-${period}.csv`;
      return reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${name}"`)
        .send(csvText(HEADER, lines.map(csvRow)));
    },
  );
}

async function statement(
  ports: ApiPorts,
  whose: 'clients' | 'sites',
  id: string,
  asked: string | undefined,
): Promise<SpendingStatement> {
  const { store, clock } = ports;
  const timeZone = whose === 'clients' ? await zoneOfClient(ports, id) : await zoneOfSite(ports, id);
  const period = asked ?? monthOf(clock.now(), timeZone);
  const { from, to } = monthBounds(period, timeZone);
  const payer: Payer = whose === 'clients' ? { client: id } : { site: id };
  const lines = spendingLines(await store.spending.moneyEvents(payer, from, to));
  return {
    client: whose === 'clients' ? id : null,
    site: whose === 'sites' ? id : null,
    period,
    timeZone,
    from: instantText(from),
    to: instantText(to),
    totals: spendingTotals(lines),
    lines,
  };
}

async function zoneOfClient({ store, timeZone }: ApiPorts, id: string): Promise<string> {
  if (!(await store.clients.get(id))) notFound(`client ${id}`);
  const contracts = await store.clients.contracts(id);
  return contracts.at(-1)?.value.timeZone ?? (await store.clients.places(id)).timeZone ?? timeZone;
}

async function zoneOfSite({ store }: ApiPorts, id: string): Promise<string> {
  const { sites } = await store.clients.registry();
  return (sites.find((site) => site.id === id) ?? notFound(`site ${id}`)).zone;
}

const HEADER = [
  'at',
  'kind',
  'what',
  'what_zh',
  'quantity',
  'contractor',
  'contractor_zh',
  'amount',
  'currency',
  'approved_by',
  'remaining',
  'site',
  'asset',
  'fault',
  'incident',
  'edge',
  'event',
  'clients',
  'simulated',
  'due_at',
  'confirmed_at',
  'confirmed_by',
  'arrives_at',
  'arrived_at',
  'arrived_by',
  'reason',
  'given_back_by',
];

function csvRow(line: SpendingLine) {
  const { what, contractor, site, asset, fault, incident, edge, seq, clients, simulated } = line;
  const goods = [what.en, what.zh, line.quantity, contractor.en, contractor.zh];
  const money = [line.amount, line.currency, line.approvedBy, line.remaining];
  const { dueAt, confirmedAt, confirmedBy, arrivesAt, arrivedAt, arrivedBy, reason, givenBackBy } = line;
  const said = [dueAt, confirmedAt, confirmedBy, arrivesAt, arrivedAt, arrivedBy, reason, givenBackBy];
  return [line.at, line.kind, ...goods, ...money, site, asset, fault, incident, edge, seq, clients, simulated, ...said];
}

function repairRoutes(api: Api, ports: ApiPorts): void {
  const { store, clock } = ports;
  const Query = Period.extend({
    days: z.coerce.number().int().min(1).max(90).default(14).describe('what comes back within so many was not mended'),
  });
  api.get(
    '/api/clients/:id/repairs',
    {
      schema: {
        summary: 'Repairs of a month: answered in time, mended the first time',
        params: Params,
        querystring: Query,
        response: { 200: RepairReport },
      },
    },
    async (request) => {
      const { id } = request.params;
      const { days: firstTimeFixDays } = request.query;
      const timeZone = await zoneOfClient(ports, id);
      const now = clock.now();
      const period = request.query.period ?? monthOf(now, timeZone);
      const { from, to } = monthBounds(period, timeZone);
      // What is mended on the last day of a month may come back well into the next one.
      const incidents = await store.incidents.ofClient(id, from, Math.max(now, to) + firstTimeFixDays * DAY);
      const report = repairReport(incidents, { from, to }, { firstTimeFixDays, now });
      return { client: id, period, from: instantText(from), to: instantText(to), firstTimeFixDays, ...report };
    },
  );
}
