import { instantText } from '@keepsite/edge-contract';
import { exportCsv, exportIncident, type IncidentExport } from '@keepsite/edge-evidence';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { Api, ApiPorts } from './context.ts';

const Params = z.object({ id: z.string().min(1).max(200) });
/** Links of the edge's chain between an incident's first and last event that an export may hold. */
const MOST_LINKS = 20_000;

/** An incident as a file that anybody can check without us. */
export function exportRoutes(api: Api, { store, own }: ApiPorts): void {
  async function exported(id: string): Promise<IncidentExport> {
    const incident = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
    const events = (await store.incidents.events(id)).map(({ event }) => event);
    const links = await store.incidents.links(id, MOST_LINKS);
    const made = { exportedAt: instantText(own.now()), exportedBy: 'cloud' } as const;
    // Another edge may have named this incident: only its own edge's events make it.
    return exportIncident(
      events.filter(({ edge }) => edge === incident.edge),
      links,
      made,
    );
  }

  api.get(
    '/api/incidents/:id/export.json',
    {
      schema: {
        summary:
          'Events with their hashes, story in both languages, pages: `npm run edge -- evidence verify FILE` checks it',
        params: Params,
      },
    },
    async ({ params }, reply) =>
      reply
        .type('application/json; charset=utf-8')
        .header('content-disposition', `attachment; filename="${fileName(params.id)}.json"`)
        .send(JSON.stringify(await exported(params.id))),
  );

  api.get(
    '/api/incidents/:id/export.csv',
    { schema: { summary: 'The story of an incident, one line an event, for a spreadsheet', params: Params } },
    async ({ params }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${fileName(params.id)}.csv"`)
        .send(exportCsv(await exported(params.id))),
  );
}

function fileName(id: string): string {
  return `incident-${id.replaceAll(/[^\w.-]/g, '_')}`;
}
