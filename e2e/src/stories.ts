import type { CommandAnswer } from '@keepsite/cloud-contract';
import type { Clock, Incident, Term, Verb } from '@keepsite/edge-contract';
import { randomUUID } from 'node:crypto';
import { type Answered, get, post } from './http.ts';
import type { Wire } from './mqtt.ts';
import { until } from './until.ts';

interface List<T> {
  readonly items: T[];
}

/** The controller of an elevator says that people are trapped, in Keepsite's own dialect. */
export function trap(wire: Wire, elevator: string): Promise<void> {
  return say(wire, elevator, 'raised');
}

/** The same controller says that it is over. */
export function free(wire: Wire, elevator: string): Promise<void> {
  return say(wire, elevator, 'cleared');
}

function say(wire: Wire, elevator: string, state: 'raised' | 'cleared'): Promise<void> {
  const topic = `keepsite/binjiang-park/devices/${elevator}-controller/fault`;
  return wire.say(topic, { at: new Date().toISOString(), fault: 'entrapment', state });
}

/** Incidents of a server, newest first. */
export async function incidents(server: string, state = 'all'): Promise<Incident[]> {
  return (await get<List<Incident>>(`${server}/api/incidents?state=${state}`)).items;
}

/** One incident with its timeline. */
export function incident(server: string, id: string): Promise<Incident> {
  return get(`${server}/api/incidents/${encodeURIComponent(id)}`);
}

/** Resolves to the open entrapment of an elevator as soon as the server has it. */
export function entrapment(server: string, elevator: string): Promise<Incident> {
  return until(
    async () =>
      (await incidents(server, 'open')).find(
        ({ asset, fault, response }) => asset === elevator && fault === 'entrapment' && response !== 'resolved',
      ),
    { for: `the entrapment of ${elevator} at ${server}` },
  );
}

/** Orders a verb of a server, under an id of its own. */
export function order(
  server: string,
  id: string,
  verb: Verb,
  responder: string,
): Promise<Answered<CommandAnswer & { incident?: Incident }>> {
  return post(`${server}/api/incidents/${encodeURIComponent(id)}/${verb}`, { commandId: randomUUID(), responder });
}

/** Acknowledge, arrive, resolve; rejects when one of them is not done. */
export async function seeThrough(edge: string, id: string, responder: string): Promise<void> {
  for (const verb of ['acknowledge', 'arrive', 'resolve'] as const) {
    const { status, body } = await order(edge, id, verb, responder);
    if (status !== 200 || !body.modified) throw new Error(`${verb}: ${status} ${JSON.stringify(body)}`);
  }
}

/** The incident, once its story has that; false before. */
export function has(now: Incident, what: string): Incident | false {
  return now.timeline.some(({ kind }) => kind === what) && now;
}

/** The clock of a term; rejects an incident without it. */
export function clockOf({ id, clocks }: Incident, term: Term): Clock {
  const clock = clocks.find((each) => each.term === term);
  if (!clock) throw new Error(`${id} has no clock for ${term}`);
  return clock;
}
