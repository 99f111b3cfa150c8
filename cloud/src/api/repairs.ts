import { CommandAnswer } from '@keepsite/cloud-contract';
import {
  ErasedReporters,
  instantText,
  progressOf,
  RepairBody,
  RepairProgress,
  Reporter,
  reportOf,
} from '@keepsite/edge-contract';
import { createHmac, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { notFound } from '../errors.ts';
import type { RepairStore } from '../ports/repairs.ts';
import type { Api, ApiPorts } from './context.ts';
import { DECIDED, placeOrder } from './incidents.ts';

const Answer = CommandAnswer.extend({ progress: z.string().describe('the token of the reporter’s page, /r/{token}') });
const Token = z.object({ token: z.string().min(1).max(600) });
const SEAL_BYTES = 16;

/** Repairs that people report (报修) from anywhere: the edge of that asset decides, their reporter follows by a link. */
export function repairRoutes(api: Api, ports: ApiPorts): void {
  erasureRoute(api, ports);
  const { store, own, clock } = ports;

  api.post(
    '/api/repairs',
    {
      schema: {
        summary: 'A repair: from the form, from a call that somebody writes down, or from a chat robot',
        body: RepairBody,
        response: { 200: Answer, 202: Answer },
      },
    },
    async ({ body }, reply) => {
      const edge = (await store.edges.ofAsset(body.asset)) ?? notFound(`asset ${body.asset}`);
      const receivedAt = own.now();
      // Written first: a report without its reporter could not be called back.
      await store.repairs.take(body.commandId, body.asset, body.reporter);
      const item = { kind: 'report', report: reportOf(body), receivedAt: instantText(receivedAt) } as const;
      const order = { edge, commandId: body.commandId, incident: null, item, receivedAt };
      const { commandId, state, modified, reason } = await placeOrder(ports, order);
      const progress = await tokenOf(store.repairs, commandId);
      return reply.status(DECIDED.includes(state) ? 200 : 202).send({ commandId, state, modified, reason, progress });
    },
  );

  api.get(
    '/api/repairs/progress/:token',
    {
      schema: {
        summary: 'How far a repair has come, for whoever reported it',
        params: Token,
        response: { 200: RepairProgress.extend({ now: z.string() }) },
      },
    },
    async ({ params: { token } }, reply) => {
      reply.headers({ 'referrer-policy': 'no-referrer', 'x-robots-tag': 'noindex, nofollow' });
      const report = (await reportIn(store.repairs, token)) ?? notFound('a repair with this link');
      const { incident } = (await store.repairs.find(report)) ?? notFound('a repair with this link');
      // The edge has not taken it yet: there is nothing to tell.
      if (!incident) return notFound('the repair: the gateway at the site has not taken it yet');
      const { assets, zones, sites } = await store.clients.registry();
      const asset = assets.find(({ id }) => id === incident.asset) ?? notFound('its asset');
      const zone = zones.find(({ id }) => id === incident.zone) ?? notFound('its zone');
      const site = sites.find(({ id }) => id === incident.site) ?? notFound('its site');
      const progress = progressOf(incident, report, { asset, zone, site }) ?? notFound('a repair with this link');
      return { ...progress, now: instantText(clock.now()) };
    },
  );

  api.get(
    '/api/repairs/:id/reporters',
    {
      schema: {
        summary: 'Who reported an incident through the cloud, and how they are reached',
        params: z.object({ id: z.string().min(1).max(200) }),
        response: { 200: z.object({ items: z.array(Reporter.extend({ report: z.string() })), next: z.null() }) },
      },
    },
    async ({ params: { id } }) => {
      const { reports = [] } = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
      const items = [];
      for (const report of reports) {
        const reporter = await store.repairs.reporter(report);
        if (reporter && (reporter.name !== '' || reporter.contact !== '')) items.push({ report, ...reporter });
      }
      return { items, next: null };
    },
  );
}

function erasureRoute(api: Api, ports: ApiPorts): void {
  const { store, own } = ports;
  api.delete(
    '/api/repairs/:id/reporters',
    {
      schema: {
        summary: 'Erase the names and numbers of those who reported an incident, here and at its edge',
        params: z.object({ id: z.string().min(1).max(200) }),
        response: { 200: ErasedReporters },
      },
    },
    async ({ params: { id } }) => {
      const { reports = [], asset, edge } = (await store.incidents.get(id)) ?? notFound(`incident ${id}`);
      const receivedAt = own.now();
      let erased = 0;
      for (const report of reports) if (await store.repairs.erase(report, asset, receivedAt)) erased += 1;
      const commandId = `erase-reporters ${id} ${receivedAt}`;
      const item = { kind: 'erase-reporters', commandId, incident: id, receivedAt: instantText(receivedAt) } as const;
      await placeOrder(ports, { edge, commandId, incident: null, item, receivedAt });
      return { incident: id, erased };
    },
  );
}

/** What it says is signed, so that nobody guesses another's. */
async function tokenOf(repairs: Pick<RepairStore, 'linkKey'>, report: string): Promise<string> {
  const body = Buffer.from(report).toString('base64url');
  return `${body}.${seal(await repairs.linkKey(), body).toString('base64url')}`;
}

async function reportIn(repairs: Pick<RepairStore, 'linkKey'>, token: string): Promise<string | null> {
  const [body = '', shown = ''] = token.split('.');
  const [given, right] = [Buffer.from(shown, 'base64url'), seal(await repairs.linkKey(), body)];
  if (given.length !== right.length || !timingSafeEqual(given, right)) return null;
  return Buffer.from(body, 'base64url').toString();
}

function seal(key: Uint8Array, body: string): Buffer {
  return createHmac('sha256', key).update('repair-progress\0').update(body).digest().subarray(0, SEAL_BYTES);
}
