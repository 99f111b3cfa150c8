import { instantMillis, instantText, instantTextOrNull } from '@keepsite/edge-contract';
import { z } from 'zod';
import type { StoredReading } from '../../ports.ts';
import { type Api, type HttpParts, limitUpTo, listOf } from '../api.ts';
import { HttpError } from '../errors.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** Buckets are as wide as one of these: they begin at full minutes and hours, UTC, and from a quarter of an hour on they are quickly told. */
const WIDTHS: readonly number[] = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => seconds * 1000),
  ...[1, 2, 5, 15, 30].map((minutes) => minutes * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((hours) => hours * HOUR_MS),
  ...[1, 2, 7, 14, 28].map((days) => days * DAY_MS),
];

export const ShownReading = z.object({
  device: z.string(),
  metric: z.string(),
  part: z.string().nullable(),
  value: z.union([z.number(), z.boolean(), z.string(), z.null()]),
  at: z.string().nullable().describe('the device’s own time'),
  receivedAt: z.string(),
  quality: z.string(),
  historical: z.boolean(),
  thinned: z.literal(true).optional().describe('there were more of its series about that time'),
});

const figure = z.number().nullable();
const ShownCourse = z.object({
  device: z.string(),
  metric: z.string(),
  part: z.string().nullable(),
  buckets: z.array(
    z.object({
      from: z.string(),
      count: z.int().describe('readings of any quality; a stretch without any has no bucket'),
      good: z.int().describe('readings of good quality: the figures are of these'),
      min: figure,
      max: figure,
      mean: figure.describe('a boolean counts as 1 or 0'),
      last: z.union([z.number(), z.boolean(), z.string(), z.null()]),
      thinned: z.boolean().optional().describe('the readings themselves are no longer all there'),
    }),
  ),
});

const CourseQuery = z.object({
  device: z.string().min(1).max(200),
  metric: z.string().min(1).max(120),
  from: z.iso.datetime({ offset: true }).optional().describe('default: a day before `to`'),
  to: z.iso.datetime({ offset: true }).optional().describe('exclusive; default: now'),
  buckets: limitUpTo(2_000, 600).describe('at most so many'),
});

/** What a page draws of a device's history: its newest values, and the course of a metric. */
export function historyRoutes(api: Api, { store, clock }: Pick<HttpParts, 'store' | 'clock'>): void {
  api.get(
    '/api/devices/:device/latest',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'The newest reading of every series of a device, however old',
        params: z.object({ device: z.string().min(1).max(200) }),
        response: { 200: listOf(ShownReading) },
      },
    },
    ({ params: { device } }) => ({ items: store.latest(device).map(shownReading), next: null }),
  );

  api.get(
    '/api/readings/course',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'How a metric went: least, greatest, mean and last good value of each stretch of time, for every part',
        querystring: CourseQuery,
        response: { 200: listOf(ShownCourse).extend({ widthSeconds: z.number() }) },
      },
    },
    ({ query: { device, metric, buckets, ...range } }) => {
      const to = range.to === undefined ? clock.now() + 1 : instantMillis(range.to);
      const from = range.from === undefined ? to - DAY_MS : instantMillis(range.from);
      if (from >= to) throw new HttpError('INVALID_REQUEST', 'from must be before to');
      const width = widthFor(to - from, buckets);
      const items = store.course({ device, metric, from, to, width }).map((series) => ({
        device,
        metric,
        part: series.part,
        buckets: series.buckets.map((bucket) => ({ ...bucket, from: instantText(bucket.from) })),
      }));
      return { items, next: null, widthSeconds: width / 1000 };
    },
  );
}

/** A reading as the API tells it. */
export function shownReading(reading: StoredReading) {
  return { ...reading, at: instantTextOrNull(reading.at), receivedAt: instantText(reading.receivedAt) };
}

/** The least width with which a span has no more than so many buckets, wherever it begins. */
function widthFor(span: number, buckets: number): number {
  return WIDTHS.find((width) => Math.ceil(span / width) < buckets) ?? Math.ceil(span / DAY_MS) * DAY_MS;
}
