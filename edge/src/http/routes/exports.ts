import { type IncidentEvent, instantText } from '@keepsite/edge-contract';
import { exportCsv, exportIncident, type IncidentExport } from '@keepsite/edge-evidence';
import { z } from 'zod';
import type { Api, HttpParts } from '../api.ts';
import { known } from '../deeds.ts';

const Params = z.object({ id: z.string().min(1).max(200) });
/** Links between an incident's events that are looked at: more would keep the edge from its work. */
const MOST_LINKS = 5_000;
const AT_ONCE = 1_000;

/** An incident as a file that anybody can check without us. */
export function exportRoutes(api: Api, { store, clock }: Pick<HttpParts, 'store' | 'clock'>): void {
  /** Handed out once it is on the disk: after a power cut the chain must go on from what others were given. */
  async function exported(id: string): Promise<IncidentExport> {
    known(store, id);
    const events = allEvents(store, id);
    const [first, last] = [events.at(0)?.seq ?? 1, events.at(-1)?.seq ?? 0];
    const all = store.events({ after: first - 1, limit: Math.min(MOST_LINKS, last - first + 1) });
    const links = all.filter(({ seq }) => seq <= last);
    await store.synced();
    return exportIncident(events, links, { exportedAt: instantText(clock.now()), exportedBy: 'edge' });
  }

  api.get(
    '/api/incidents/:id/export.json',
    {
      config: { action: 'facility.read' },
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
    {
      config: { action: 'facility.read' },
      schema: { summary: 'The story of an incident, one line an event, for a spreadsheet', params: Params },
    },
    async ({ params }, reply) =>
      reply
        .type('text/csv; charset=utf-8')
        .header('content-disposition', `attachment; filename="${fileName(params.id)}.csv"`)
        .send(exportCsv(await exported(params.id))),
  );
}

function allEvents(store: HttpParts['store'], incident: string): IncidentEvent[] {
  const events: IncidentEvent[] = [];
  for (;;) {
    const page = store.events({ incident, after: events.at(-1)?.seq ?? 0, limit: AT_ONCE });
    events.push(...page);
    if (page.length < AT_ONCE) return events;
  }
}

function fileName(id: string): string {
  return `incident-${id.replaceAll(/[^\w.-]/g, '_')}`;
}
