import { CONDITIONS, FAULTS, RESPONSES, TERMS, VERDICTS, type Fault, type Verb } from '@keepsite/edge-contract';
import { z } from 'zod';
import type { JsonDoor } from '../http-json.ts';

/** What the simulators read of an incident; more fields may come. */
const SeenIncident = z.object({
  id: z.string(),
  site: z.string(),
  asset: z.string(),
  fault: z.enum(FAULTS),
  condition: z.enum(CONDITIONS),
  response: z.enum(RESPONSES),
  openedAt: z.string(),
  clocks: z.array(z.object({ term: z.enum(TERMS), dueAt: z.string(), verdict: z.enum(VERDICTS) })),
  pages: z.array(z.object({ to: z.object({ person: z.string() }) })).default([]),
});
export type SeenIncident = z.infer<typeof SeenIncident>;
const SeenList = z.object({ items: z.array(SeenIncident) });

/** Incidents of the edge, as anybody may ask for them over its API. */
export interface EdgeIncidents {
  open(): Promise<SeenIncident[]>;
  one(id: string): Promise<SeenIncident>;
  order(id: string, verb: Verb, commandId: string, responder: string): Promise<void>;
}

/** Rejects like {@link JsonDoor}, and with a ZodError when the edge answers in another shape. */
export function edgeIncidents(edge: JsonDoor): EdgeIncidents {
  return {
    open: async () => SeenList.parse(await edge.get('/api/incidents?state=open')).items,
    one: async (id) => SeenIncident.parse(await edge.get(`/api/incidents/${encodeURIComponent(id)}`)),
    order: async (id, verb, commandId, responder) => {
      await edge.post(`/api/incidents/${encodeURIComponent(id)}/${verb}`, { commandId, responder });
    },
  };
}

/** The newest open incident of an asset and one of the faults, opened at `since` or later. */
export function newestOf(
  incidents: readonly SeenIncident[],
  asset: string,
  faults: readonly Fault[],
  since: number,
): SeenIncident | undefined {
  return incidents
    .filter((each) => each.asset === asset && faults.includes(each.fault) && Date.parse(each.openedAt) >= since)
    .toSorted((a, b) => Date.parse(b.openedAt) - Date.parse(a.openedAt))[0];
}
