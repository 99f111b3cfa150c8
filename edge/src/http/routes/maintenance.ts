import {
  DrillBody,
  Incident,
  type Fault,
  ELEVATOR_FAULTS,
  MaintenanceBody,
  MaintenanceEnd,
  MaintenanceExtension,
  MaintenanceWindow,
  type Registry,
} from '@keepsite/edge-contract';
import { CommandAnswer } from '@keepsite/cloud-contract';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { actingAs, auditName } from '../../access/roles.ts';
import { familyOf } from '../../domain/storm/cause.ts';
import { type Api, type HttpParts, listOf } from '../api.ts';
import { HttpError } from '../errors.ts';

const Params = z.object({ id: z.string().min(1).max(200) });

type Parts = Pick<HttpParts, 'maintenance' | 'pipeline' | 'store' | 'registry' | 'clock' | 'access'>;

/** Announced work, and exercises. */
export function maintenanceRoutes(api: Api, parts: Parts): void {
  windowRoutes(api, parts);
  drillRoutes(api, parts);
}

function windowRoutes(api: Api, { maintenance, access }: Parts): void {
  const audit = (request: FastifyRequest, what: string, { id, reason, from, to }: MaintenanceWindow) =>
    access?.audit.record({
      kind: 'maintenance_changed',
      by: request.principal ? auditName(request.principal) : 'nobody',
      address: request.ip,
      detail: { what, window: id, reason, from, to },
    });

  api.get(
    '/api/maintenance',
    {
      config: { action: 'facility.read' },
      schema: {
        summary: 'Maintenance windows: those that are on or to come, then those of the last 30 days',
        response: { 200: listOf(MaintenanceWindow) },
      },
    },
    () => ({ items: maintenance.list(), next: null }),
  );

  api.post(
    '/api/maintenance',
    {
      config: { action: 'maintenance.manage' },
      schema: {
        summary: 'Announce work: what begins within it is shown and pages nobody until it ends',
        body: MaintenanceBody,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const { by, ...body } = request.body;
      const window = await maintenance.make(body, personOf(request, by));
      audit(request, 'made', window);
      return window;
    },
  );

  api.post(
    '/api/maintenance/:id/end',
    {
      config: { action: 'maintenance.manage' },
      schema: {
        summary: 'End it now: what still lasts is paged',
        params: Params,
        body: MaintenanceEnd,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const window = await maintenance.end(request.params.id, personOf(request, request.body.by));
      audit(request, 'ended', window);
      return window;
    },
  );

  api.post(
    '/api/maintenance/:id/extend',
    {
      config: { action: 'maintenance.manage' },
      schema: {
        summary: 'Move its end',
        params: Params,
        body: MaintenanceExtension,
        response: { 200: MaintenanceWindow },
      },
    },
    async (request) => {
      const { to, by } = request.body;
      const window = await maintenance.extend(request.params.id, to, personOf(request, by));
      audit(request, 'extended', window);
      return window;
    },
  );
}

function drillRoutes(api: Api, { pipeline, store, registry, clock }: Parts): void {
  api.post(
    '/api/drills',
    {
      config: { action: 'drill.start' },
      schema: {
        summary: 'Start a drill: the whole ladder for real people, marked on every page, counted nowhere',
        body: DrillBody,
        response: { 200: CommandAnswer.extend({ incident: Incident }) },
      },
    },
    async (request) => {
      const { site, asset: named, note, by, ...body } = request.body;
      const asset = named ?? assetOf(site ?? '', body.fault, registry());
      if (!registry().assets.some(({ id }) => id === asset))
        throw new HttpError('ASSET_UNKNOWN', `no asset ${asset ?? `of site ${site ?? ''}`} is known here`);
      const order = { ...body, asset: asset ?? '', note: note ?? null, by: personOf(request, by) };
      const answer = await pipeline.drill(order, clock.now(), 'edge');
      const incident = answer.incident === null ? undefined : store.incident(answer.incident);
      if (answer.state === 'refused' || !incident)
        throw new HttpError('COMMAND_REFUSED', answer.reason ?? 'this cannot be done now', { answer });
      return { ...answer, incident };
    },
  );
}

/** Whoever is signed in acts for himself. */
function personOf({ principal }: FastifyRequest, named: string | undefined): string {
  const own = principal && actingAs(principal);
  const person = own ?? named;
  if (!person) throw new HttpError('INVALID_REQUEST', 'say in whose name: by');
  return person;
}

const ELEVATOR: ReadonlySet<Fault> = new Set(ELEVATOR_FAULTS);

/** The first asset of a site on which such a fault may happen. */
function assetOf(site: string, fault: Fault, { zones, assets }: Registry): string | undefined {
  const here = new Set(zones.filter((zone) => zone.site === site).map(({ id }) => id));
  const candidates = assets.filter(({ zone }) => here.has(zone));
  const kinds = ELEVATOR.has(fault) ? ['elevator'] : familyOf(fault) === 'water' ? ['sump', 'pump', 'room'] : [];
  return (candidates.find(({ kind }) => kinds.includes(kind)) ?? candidates[0])?.id;
}
