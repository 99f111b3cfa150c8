import type { Figures } from './figures.ts';
import { group } from './response-group.ts';
import { longTimeline } from './response-long.ts';
import { orders } from './response-orders.ts';
import { start } from './response-start.ts';
import { ticks } from './response-ticks.ts';
import { urgency } from './response-urgency.ts';

type Measure = (tell: (line: string) => void) => Promise<Figures>;

/** What is measured of the response; each part can be asked for alone. */
export const RESPONSE_PARTS: Readonly<Record<string, Measure>> = {
  ticks,
  urgency,
  orders,
  start,
  long: longTimeline,
  group,
};

/** Measures these parts of the response, most of them beside ten thousand open incidents; `tell` hears how it goes. */
export async function measureResponse(
  tell: (line: string) => void,
  parts = Object.keys(RESPONSE_PARTS),
): Promise<Figures> {
  let figures: Figures = {};
  for (const part of parts) figures = { ...figures, ...(await RESPONSE_PARTS[part]?.(tell)) };
  return figures;
}
