import {
  EdgeResponse,
  ResponseBody,
  ResponseCheck,
  ResponseCheckBody,
  ResponseVersion,
  RollbackBody,
} from '@keepsite/cloud-contract';
import {
  instantMillis,
  instantText,
  OnCallList,
  ResponseBook,
  ResponseFinding,
  type Roster,
  RosterChangeBody,
  RosterView,
} from '@keepsite/edge-contract';
import { civilDayText, onCallList, refusals, rehearse, rosterView, LOCAL } from '@keepsite/edge-response';
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { Api, ApiPorts } from './context.ts';
import { effective, findingsOf, knownEdge, saveVersion, stateOf, VERSIONS, weekOf, whole } from './response-book.ts';

const Params = z.object({ edge: z.string().min(1).max(120) });
const RosterParams = Params.extend({ roster: z.string().min(1).max(120) });
const LISTS = { override: 'overrides', swap: 'swaps', note: 'notes' } as const;

/** Who responds at an edge, and how: versions that are checked here, travel down, and are checked again there. */
export function responseRoutes(api: Api, ports: ApiPorts): void {
  versionRoutes(api, ports);
  historyRoutes(api, ports);
  rosterRoutes(api, ports);
  changeRoutes(api, ports);
}

function versionRoutes(api: Api, ports: ApiPorts): void {
  api.get(
    '/api/edges/:edge/response',
    {
      schema: {
        summary: 'People, rosters and response plans of an edge, and whether the edge goes by the newest version',
        params: Params,
        response: { 200: EdgeResponse },
      },
    },
    async (request) => await stateOf(ports, await knownEdge(ports, request.params.edge)),
  );

  api.put(
    '/api/edges/:edge/response',
    {
      schema: {
        summary: 'Save a new version; the edge gets it with its next poll. 422 with sentences when it has an error',
        params: Params,
        body: ResponseBody,
        response: { 200: EdgeResponse },
      },
    },
    async (request) => {
      const edge = await knownEdge(ports, request.params.edge);
      const { after, book, by = null, note = null } = request.body;
      await saveVersion(ports, edge, { after, book, by, note });
      return await stateOf(ports, edge);
    },
  );

  api.post(
    '/api/edges/:edge/response/check',
    {
      schema: {
        summary:
          'What would be said of a version, who would be on call and paged, and a roster’s week; nothing is saved',
        params: Params,
        body: ResponseCheckBody,
        response: { 200: ResponseCheck },
      },
    },
    async (request) => {
      await knownEdge(ports, request.params.edge);
      const { book, rehearse: asked, week } = request.body;
      const findings = findingsOf(ports, book);
      const sound = refusals(findings).length === 0;
      const now = ports.clock.now();
      const onCall = sound ? onCallList(whole(book), now) : { at: instantText(now), items: [] };
      const rehearsed = (asked?.at ?? []).map((at) => ({
        at,
        plan: sound && asked ? rehearse(whole(book), asked.plan, instantMillis(at)) : null,
      }));
      const worked = week ? weekOf(book, findings, { roster: week.roster, from: week.from ?? now }) : null;
      return { findings, onCall, rehearsed, week: worked };
    },
  );
}

function historyRoutes(api: Api, ports: ApiPorts): void {
  const { store } = ports;

  api.get(
    '/api/edges/:edge/response/versions',
    {
      schema: {
        summary: 'All versions, newest first, with what the edge said to each',
        params: Params,
        response: { 200: z.object({ items: z.array(ResponseVersion), next: z.null() }) },
      },
    },
    async (request) => {
      const edge = await knownEdge(ports, request.params.edge);
      return { items: await store.response.versions(edge, VERSIONS), next: null };
    },
  );

  api.post(
    '/api/edges/:edge/response/rollback',
    {
      schema: {
        summary: 'Make an old version the newest one again',
        params: Params,
        body: RollbackBody,
        response: { 200: EdgeResponse },
      },
    },
    async (request) => {
      const edge = await knownEdge(ports, request.params.edge);
      const { to, by = null, note = null } = request.body;
      const old = await store.response.configuration(edge, to);
      if (!old) return notFound(`version ${to} of edge ${edge}`);
      const [newest] = await store.response.versions(edge, 1);
      const after = newest?.version ?? null;
      await saveVersion(ports, edge, { after, book: ResponseBook.parse(old), by, note: note ?? `rollback to ${to}` });
      return await stateOf(ports, edge);
    },
  );
}

function rosterRoutes(api: Api, ports: ApiPorts): void {
  const { clock } = ports;

  api.get(
    '/api/edges/:edge/on-call',
    {
      schema: {
        summary: 'Who is on call at an edge, as far as the cloud knows',
        params: Params,
        querystring: z.object({ at: z.iso.datetime({ offset: true }).optional() }),
        response: { 200: OnCallList },
      },
    },
    async (request) => {
      const book = await effective(ports, await knownEdge(ports, request.params.edge));
      const { at } = request.query;
      return onCallList(book, at === undefined ? clock.now() : instantMillis(at));
    },
  );

  api.get(
    '/api/edges/:edge/rosters/:roster',
    {
      schema: {
        summary: 'A roster of an edge as it will be worked, day by day',
        params: RosterParams,
        querystring: z.object({
          from: z.iso.date().optional(),
          days: z.coerce.number().int().min(1).max(42).default(7),
        }),
        response: { 200: RosterView },
      },
    },
    async (request) => {
      const book = await effective(ports, await knownEdge(ports, request.params.edge));
      const roster = book.rosters.find(({ id }) => id === request.params.roster);
      if (!roster) return notFound(`roster ${request.params.roster}`);
      const from = request.query.from ?? civilDayText(clock.now(), roster.zone);
      const { book: saved } = await stateOf(ports, request.params.edge);
      const local = changesOf(saved, roster.id).filter((id) => !id.startsWith(LOCAL));
      return { ...rosterView(roster, { from, days: request.query.days }, book), local };
    },
  );
}

function changeRoutes(api: Api, ports: ApiPorts): void {
  const { clock } = ports;

  api.post(
    '/api/edges/:edge/rosters/:roster/changes',
    {
      schema: {
        summary: 'Make an override, a swap or a hand-over note: a new version with it is saved',
        params: RosterParams,
        body: RosterChangeBody,
        response: { 200: z.object({ id: z.string(), at: z.string(), findings: z.array(ResponseFinding) }) },
      },
    },
    async (request) => {
      const edge = await knownEdge(ports, request.params.edge);
      const { roster: id } = request.params;
      const { newest, book } = await stateOf(ports, edge);
      if (!book.rosters.some((roster) => roster.id === id)) return notFound(`roster ${id}`);
      const { kind, ...words } = request.body;
      const made = { ...words, id: randomUUID(), by: null, at: instantText(clock.now()) };
      const rosters = book.rosters.map((roster) =>
        roster.id === id ? { ...roster, [LISTS[kind]]: [...roster[LISTS[kind]], made] } : roster,
      );
      const next = { ...book, rosters };
      const note = `${kind} on ${id}`;
      await saveVersion(ports, edge, { after: newest?.version ?? null, book: next, by: null, note });
      const findings = findingsOf(ports, next).filter(({ place }) => place.startsWith(`rosters.${id}`));
      return { id: made.id, at: made.at, findings };
    },
  );

  api.delete(
    '/api/edges/:edge/rosters/:roster/changes/:change',
    {
      schema: {
        summary: 'Take back what was changed in the cloud: a new version without it is saved',
        params: RosterParams.extend({ change: z.string().min(1).max(200) }),
        response: { 200: z.object({ id: z.string() }) },
      },
    },
    async (request) => {
      const edge = await knownEdge(ports, request.params.edge);
      const { roster: id, change } = request.params;
      const { newest, book } = await stateOf(ports, edge);
      // What was made at the edge is the edge's own to take back.
      if (change.startsWith(LOCAL) || !changesOf(book, id).includes(change))
        return notFound(`change ${change} of ${id}`);
      const rosters = book.rosters.map((roster) => (roster.id === id ? without(roster, change) : roster));
      const note = `${change} on ${id} taken back`;
      const after = newest?.version ?? null;
      await saveVersion(ports, edge, { after, book: { ...book, rosters }, by: null, note });
      return { id: change };
    },
  );
}

/** Ids of a roster's overrides, swaps and notes. */
function changesOf({ rosters }: ResponseBook, id: string): string[] {
  const { overrides = [], swaps = [], notes = [] } = rosters.find((roster) => roster.id === id) ?? {};
  return [...overrides, ...swaps, ...notes].map((change) => change.id);
}

function without(roster: Roster, change: string): Roster {
  const others = <T extends { readonly id: string }>(all: readonly T[]): T[] => all.filter(({ id }) => id !== change);
  return {
    ...roster,
    overrides: others(roster.overrides),
    swaps: others(roster.swaps),
    notes: others(roster.notes),
  };
}
