import { CRM_KINDS, type CrmKind } from '@keepsite/cloud-contract';
import { instantMillis } from '@keepsite/edge-contract';
import { z } from 'zod';
import { startOfDay } from '../domain/calendar.ts';
import { CloudError, notFound } from '../errors.ts';
import type { Api, ApiPorts } from './context.ts';
import { acceptCsv, parseCsv, typedRows } from './csv.ts';

const KINDS = Object.keys(CRM_KINDS) as CrmKind[];
const Params = z.object({ id: z.string().min(1).max(120), kind: z.enum(KINDS) });
const Items = z.object({ items: z.array(z.unknown()).max(20_000) });
const Imported = z.object({ received: z.int(), changed: z.int() });
const IMPORT_BYTES = 16 << 20;
/** Which field tells when a fact happened, by kind. */
const OWN_TIME = ['at', 'receivedAt', 'issuedOn', 'day', 'plannedOn'] as const;
const FAULTS_SHOWN = 50;

/** Facts of the relation: invoices, complaints, surveys, messages, visits, … as JSON or CSV. */
export function crmRoutes(api: Api, ports: ApiPorts): void {
  const { store, live, timeZone } = ports;
  acceptCsv(api);

  api.post(
    '/api/clients/:id/:kind',
    {
      bodyLimit: IMPORT_BYTES,
      schema: {
        summary: 'Import facts: {items: […]} or text/csv with a header; a fact sent again under its id replaces itself',
        consumes: ['application/json', 'text/csv'],
        params: Params,
        body: z.union([Items, z.string()]),
        response: { 200: Imported },
      },
    },
    async (request) => {
      const { id, kind } = request.params;
      if (!(await store.clients.get(id))) notFound(`client ${id}`);
      const facts = readFacts(kind, rowsOf(kind, request.body));
      const items = facts.map((body) => ({ id: body.id, at: ownTime(body, timeZone), body }));
      const changed = await store.clients.saveFacts(id, kind, items);
      if (changed > 0) live.touch([id]);
      return { received: items.length, changed };
    },
  );

  api.get(
    '/api/clients/:id/:kind',
    {
      schema: {
        summary: 'The newest version of every fact',
        params: Params,
        response: { 200: z.object({ items: z.array(z.unknown()), next: z.null() }) },
      },
    },
    async (request) => {
      const { id, kind } = request.params;
      if (!(await store.clients.get(id))) notFound(`client ${id}`);
      const kept = await store.clients.facts(id, kind);
      return { items: kept.map(({ value }) => value), next: null };
    },
  );
}

type Fact = { readonly id: string } & Readonly<Record<string, unknown>>;

function rowsOf(kind: CrmKind, body: z.infer<typeof Items> | string): readonly unknown[] {
  if (typeof body !== 'string') return body.items;
  const table = parseCsv(body);
  if (table === null)
    throw new CloudError(
      'CLOUD_BAD_INPUT',
      'this is no CSV: a quote is never closed, or a row is longer than the header',
    );
  return typedRows(table, CRM_KINDS[kind]);
}

/** All or nothing: an import with faults names them row by row and changes nothing. */
function readFacts(kind: CrmKind, rows: readonly unknown[]): Fact[] {
  const facts: Fact[] = [];
  const faults: { item: number; path: string; message: string }[] = [];
  for (const [index, row] of rows.entries()) {
    const parsed = CRM_KINDS[kind].safeParse(row);
    if (parsed.success) facts.push(parsed.data);
    else
      faults.push(
        ...parsed.error.issues.map((issue) => ({
          item: index + 1,
          path: issue.path.join('.'),
          message: issue.message,
        })),
      );
  }
  if (faults.length === 0) return facts;
  const message = `nothing was imported: ${faults.length} faults, first in item ${faults[0]?.item}: ${faults[0]?.path} ${faults[0]?.message}`;
  throw new CloudError('CLOUD_BAD_INPUT', message, { details: faults.slice(0, FAULTS_SHOWN) });
}

function ownTime(fact: Fact, timeZone: string): number {
  const text = OWN_TIME.map((name) => fact[name]).find((value) => typeof value === 'string') as string;
  return text.length === 10 ? startOfDay(text, timeZone) : instantMillis(text);
}
