import { z } from 'zod';
import { CloudError } from '../errors.ts';
import { rescoreClient } from '../jobs/score-client.ts';
import type { Api, ApiPorts } from './context.ts';

const DAYS_AT_ONCE = 800;

/** What only a demo may do: look back as if the cloud had been there all along. */
export function demoRoutes(api: Api, { store, clock, notices, timeZone }: ApiPorts): void {
  api.post(
    '/api/demo/rescore',
    {
      schema: {
        summary: 'Score every day of a past range from the facts’ own times',
        body: z.strictObject({ from: z.iso.date(), to: z.iso.date().describe('inclusive') }),
        response: { 200: z.object({ clients: z.int(), days: z.int() }) },
      },
    },
    async (request) => {
      const { from, to } = request.body;
      const span = Temporal.PlainDate.from(from).until(Temporal.PlainDate.from(to), { largestUnit: 'day' }).days;
      if (span < 0 || span >= DAYS_AT_ONCE)
        throw new CloudError('CLOUD_BAD_INPUT', `from ${from} to ${to} is no range of 1 to ${DAYS_AT_ONCE} days`);
      const clients = await store.clients.list();
      let days = 0;
      for (const client of clients) {
        days += await rescoreClient(store, client, { from, to }, clock.now(), timeZone, 'own');
        await notices.publish([{ kind: 'client', client: client.id }]);
      }
      return { clients: clients.length, days };
    },
  );
}
