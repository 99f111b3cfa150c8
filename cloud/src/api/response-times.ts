import { RESPONSE_GROUPS, type ResponseGroup, ResponseStatistics } from '@keepsite/cloud-contract';
import { z } from 'zod';
import { DAY, monthBounds, monthOf, startOfDay, dayOf } from '../domain/calendar.ts';
import { responseStatistics } from '../domain/after/response-times.ts';
import { LASTING_REPAIR_DAYS } from '../domain/retention/service.ts';
import { CloudError, notFound } from '../errors.ts';
import type { Api, ApiPorts } from './context.ts';

const DAYS_BACK = 90;
const LONGEST_DAYS = 3_700;
const Period = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/, 'must be a month, e.g. 2026-03');
const Common = {
  by: z.enum(RESPONSE_GROUPS).optional(),
  simulated: z.stringbool().default(false).describe('true: what was only simulated counts too'),
};

/** How fast people responded, and what came back. Every number names its incidents. */
export function responseTimeRoutes(api: Api, { store, clock, timeZone }: ApiPorts): void {
  interface Asked {
    readonly from: number;
    readonly to: number;
    readonly zone: string;
    readonly by?: ResponseGroup | undefined;
    readonly simulated: boolean;
    readonly client?: string | undefined;
    readonly site?: string | undefined;
    readonly fault?: string | undefined;
  }

  async function statistics({ from, to, zone, by, simulated, ...whose }: Asked): Promise<ResponseStatistics> {
    // A repair has to last beyond the time that is asked for.
    const incidents = await store.after.responses({ from, to: to + LASTING_REPAIR_DAYS * DAY, ...whose });
    return responseStatistics(incidents, { from, to, timeZone: zone, by: by ?? null, simulated, client: whose.client });
  }

  api.get(
    '/api/response/statistics',
    {
      schema: {
        summary: 'Time to acknowledge, on site and resolve (p50, p95), and repeat failures',
        querystring: z.object({
          from: z.iso.date().optional().describe('civil date; default: 90 days ago'),
          to: z.iso.date().optional().describe('exclusive; default: tomorrow'),
          client: z.string().max(120).optional(),
          site: z.string().max(120).optional(),
          fault: z.string().max(60).optional(),
          ...Common,
        }),
        response: { 200: ResponseStatistics },
      },
    },
    async (request) => {
      const { from, to, ...rest } = request.query;
      const now = clock.now();
      const bounds = {
        from: startOfDay(from ?? dayOf(now - DAYS_BACK * DAY, timeZone), timeZone),
        to: startOfDay(to ?? dayOf(now + DAY, timeZone), timeZone),
      };
      if (bounds.from >= bounds.to || bounds.to - bounds.from > LONGEST_DAYS * DAY)
        throw new CloudError('CLOUD_BAD_INPUT', '`from` must lie before `to`, by ten years at most');
      return await statistics({ ...bounds, ...rest, zone: timeZone });
    },
  );

  api.get(
    '/api/clients/:id/response',
    {
      schema: {
        summary: 'The same of one client and calendar month',
        params: z.object({ id: z.string().min(1).max(120) }),
        querystring: z.object({ period: Period.optional(), ...Common }),
        response: { 200: ResponseStatistics },
      },
    },
    async (request) => {
      const { id } = request.params;
      if (!(await store.clients.get(id))) notFound(`client ${id}`);
      // The same months as the SLA's.
      const zone = (await store.clients.contracts(id)).at(-1)?.value.timeZone ?? timeZone;
      const { period = monthOf(clock.now(), zone), by, simulated } = request.query;
      return await statistics({ ...monthBounds(period, zone), zone, by, simulated, client: id });
    },
  );
}
