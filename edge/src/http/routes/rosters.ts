import {
  instantMillis,
  InstantText,
  instantText,
  OnCallList,
  ResponseFinding,
  ResponseState,
  RosterChangeBody,
  RosterView,
} from '@keepsite/edge-contract';
import { onCallList, rosterView } from '@keepsite/edge-response';
import { z } from 'zod';
import { actingAs } from '../../access/roles.ts';
import { localDay } from '../../domain/directory.ts';
import type { Api, HttpParts } from '../api.ts';
import { HttpError } from '../errors.ts';

type Parts = Pick<HttpParts, 'registry' | 'clock' | 'response' | 'access'>;

const Params = z.object({ roster: z.string().min(1).max(200) });
const At = z.iso.datetime({ offset: true }).optional().describe('an instant; default: now');
const Week = z.object({
  from: z.iso.date().optional().describe('the first day, by the roster’s own calendar; default: today'),
  days: z.coerce.number().int().min(1).max(42).default(7),
});
const Made = z.object({
  id: z.string(),
  findings: z.array(ResponseFinding).describe('what is doubtful about the roster now, such as a gap'),
});

/** Who is on call, as it was planned and as it was changed from day to day. */
export function rosterRoutes(api: Api, parts: Parts): void {
  readRoutes(api, parts);
  changeRoutes(api, parts);
}

function readRoutes(api: Api, { registry, clock, response }: Parts): void {
  api.get(
    '/api/on-call',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'Who is on call at an instant on every roster, who comes next, and when nobody will be',
        querystring: z.object({ at: At }),
        response: { 200: OnCallList },
      },
    },
    ({ query: { at } }) => onCallList(registry(), at === undefined ? clock.now() : instantMillis(at)),
  );

  api.get(
    '/api/rosters/:roster',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'A roster as it will be worked, day by day',
        params: Params,
        querystring: Week,
        response: { 200: RosterView },
      },
    },
    ({ params, query: { from, days } }) => {
      const book = registry();
      const roster = book.rosters.find(({ id }) => id === params.roster);
      if (!roster) throw new HttpError('ROSTER_UNKNOWN', `no roster ${params.roster} is known here`);
      const first = from ?? localDay(clock.now(), roster.zone);
      return { ...rosterView(roster, { from: first, days }, book), local: response.local(roster.id) };
    },
  );

  api.get(
    '/api/response',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'People, rosters and response plans as they count now, and what is doubtful about them',
        response: { 200: ResponseState },
      },
    },
    () => response.state(),
  );
}

function changeRoutes(api: Api, { clock, response, access }: Parts): void {
  api.post(
    '/api/rosters/:roster/changes',
    {
      config: { action: 'roster.change' },
      schema: {
        summary: 'Make an override, a swap or a hand-over note here; the next version of the cloud keeps it',
        params: Params,
        body: RosterChangeBody,
        response: { 200: Made.extend({ at: InstantText }) },
      },
    },
    async ({ params, body, principal, ip }) => {
      const by = (principal && actingAs(principal)) ?? principal?.name ?? 'nobody';
      const made = await response.change(params.roster, body, by);
      const detail = { roster: params.roster, change: made.id, what: body.kind };
      access?.audit.record({ kind: 'roster_changed', by: principal?.name ?? by, address: ip, detail });
      return { ...made, at: instantText(clock.now()) };
    },
  );

  api.delete(
    '/api/rosters/:roster/changes/:change',
    {
      config: { action: 'roster.change' },
      schema: {
        summary: 'Take back what was changed here',
        params: Params.extend({ change: z.string().min(1).max(200) }),
        response: { 200: z.object({ id: z.string() }) },
      },
    },
    async ({ params, principal, ip }) => {
      await response.takeBack(params.roster, params.change);
      const detail = { roster: params.roster, change: params.change, what: 'taken back' };
      access?.audit.record({ kind: 'roster_changed', by: principal?.name ?? 'nobody', address: ip, detail });
      return { id: params.change };
    },
  );
}
