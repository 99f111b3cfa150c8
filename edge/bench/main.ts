import { decodeCosts } from './decode.ts';
import type { Figures } from './figures.ts';
import { history } from './history.ts';
import { latency } from './latency.ts';
import { neighbours } from './neighbours.ts';
import { memory } from './memory.ts';
import { scale } from './scale.ts';
import { start } from './start.ts';
import { throughput } from './throughput.ts';

type Measure = (tell: (line: string) => void) => Figures | Promise<Figures>;

/** What is measured of the edge; each part can be asked for alone. */
export const EDGE_PARTS: Readonly<Record<string, Measure>> = {
  decode: decodeCosts,
  throughput,
  latency,
  neighbours,
  history,
  start,
  scale,
  memory,
};

/** Measures these parts of the edge; `tell` hears how it goes. */
export async function measureEdge(tell: (line: string) => void, parts = Object.keys(EDGE_PARTS)): Promise<Figures> {
  let figures: Figures = {};
  for (const part of parts) figures = { ...figures, ...(await EDGE_PARTS[part]?.(tell)) };
  return figures;
}
