import { DailyEnergy, instantMillis, instantTextOrNull, type Reading, timeOf } from '@keepsite/edge-contract';
import { z } from 'zod';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';
import { HttpError } from '../errors.ts';
import { ShownReading, shownReading } from './history.ts';

const HOUR_MS = 3_600_000;

const ReadingsQuery = z.object({
  device: z.string().min(1).max(200),
  metric: z.string().min(1).max(120).optional(),
  from: z.iso.datetime({ offset: true }).optional().describe('default: an hour before `to`'),
  to: z.iso.datetime({ offset: true }).optional().describe('exclusive; default: now'),
  limit: limitUpTo(10_000, 1_000),
});

/** History of a device, and energy per day. */
export function readingRoutes(api: Api, { store, clock }: Pick<HttpParts, 'store' | 'clock'>): void {
  api.get(
    '/api/readings',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'Readings, oldest first; `next` is the `from` of the next page',
        querystring: ReadingsQuery,
        response: { 200: listOf(ShownReading) },
      },
    },
    ({ query: { device, metric, from, to, limit } }) => {
      // An instant is inclusive for whoever asks "until now".
      const until = to === undefined ? clock.now() + 1 : instantMillis(to);
      const since = from === undefined ? until - HOUR_MS : instantMillis(from);
      if (since > until) throw new HttpError('INVALID_REQUEST', 'from must not be after to');
      const found = store.readings({
        device,
        ...(metric === undefined ? {} : { metric }),
        from: since,
        to: until,
        limit: limit + 1,
      });
      const { items, next } = pageOf(found, limit);
      return { items: items.map(shownReading), next: instantTextOrNull(next) };
    },
  );

  const daily = (days: { from: string; to?: string | undefined }) => ({
    items: store.daily({ from: days.from, to: days.to ?? days.from }),
    next: null,
  });
  const Days = z.object({ from: z.iso.date(), to: z.iso.date().optional().describe('inclusive; default: `from`') });
  const schema = {
    summary: 'Energy of each meter and local day',
    querystring: Days,
    response: { 200: listOf(DailyEnergy) },
  };
  const config = { action: 'facility.read' } as const;
  api.get('/api/energy/daily', { config, schema }, ({ query }) => daily(query));
  const alias = { ...schema, summary: 'The same as /api/energy/daily' };
  api.get('/api/energy', { config, schema: alias }, ({ query }) => daily(query));
}

/** A page ends between two instants, so that the next one neither repeats nor skips a reading. */
function pageOf(found: readonly Reading[], limit: number): { items: readonly Reading[]; next: number | null } {
  const first = found[limit];
  if (!first) return { items: found, next: null };
  const next = timeOf(first);
  const items = found.filter((reading) => timeOf(reading) < next);
  // More readings at one instant than a page holds: better cut them than ask for the same page for ever.
  return items.length > 0 ? { items, next } : { items: found.slice(0, limit), next: next + 1 };
}
