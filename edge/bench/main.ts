import { decodeCosts } from './decode.ts';
import type { Figures } from './figures.ts';
import { latency } from './latency.ts';
import { throughput } from './throughput.ts';

/** Everything that is measured of the edge; `tell` hears how it goes. */
export async function measureEdge(tell: (line: string) => void): Promise<Figures> {
  return { ...decodeCosts(), ...(await throughput(tell)), ...(await latency(tell)) };
}
