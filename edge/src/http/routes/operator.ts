import { instantText, ROLES, type User, WhoAmI } from '@keepsite/edge-contract';
import type { FastifyRequest } from 'fastify';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';
import { actingAs, actionsOf, DEMO, type Principal } from '../../access/roles.ts';
import type { Api, HttpParts, HttpSettings } from '../api.ts';
import type { Pipeline } from '../../ports.ts';
import { registerProbes, type Probe } from '../metrics.ts';

const ByPart = z.record(z.string(), z.string().nullable());
const Ready = z.object({
  ready: z.boolean(),
  faults: ByPart.describe('what keeps the edge from its work'),
  degraded: ByPart.describe('what people should look into although it does its work'),
});

type Parts = Pick<
  HttpParts,
  'pipeline' | 'store' | 'clock' | 'feed' | 'metrics' | 'relay' | 'faults' | 'troubles' | 'storeDamages' | 'refused'
>;

/** What whoever keeps the box running asks: alive, ready, numbers, who am I, what is still to be sent. */
export function operatorRoutes(api: Api, parts: Parts, settings: HttpSettings): void {
  registerProbes(parts.metrics, probesOf(parts));

  api.get(
    '/healthz',
    {
      config: { action: 'open' },
      schema: { summary: 'The process answers', response: { 200: z.object({ alive: z.literal(true) }) } },
    },
    () => ({
      alive: true as const,
    }),
  );

  api.get(
    '/readyz',
    {
      config: { action: 'open' },
      schema: { summary: 'Messages can arrive and be kept', response: { 200: Ready, 503: Ready } },
    },
    (_, reply) => {
      const faults = parts.faults();
      const ready = Object.values(faults).every((fault) => fault === null);
      void reply.status(ready ? 200 : 503);
      return { ready, faults: { ...faults }, degraded: { ...parts.troubles() } };
    },
  );

  api.get(
    '/metrics',
    { config: { action: 'metrics.read' }, schema: { summary: 'Numbers for Prometheus' } },
    async (_, reply) => reply.type(parts.metrics.registry.contentType).send(await parts.metrics.registry.metrics()),
  );

  api.get(
    '/api/whoami',
    {
      config: { action: 'self' },
      schema: { summary: 'Who asks, who answers, where the other doors are', response: { 200: WhoAmI } },
    },
    (request) => whoAmI(request, parts, settings, api),
  );

  api.get(
    '/api/outbox',
    { config: { action: 'outbox.read' }, schema: { summary: 'What is still to be sent, and what the cloud refused' } },
    () => outbox(parts),
  );
}

function whoAmI(request: FastifyRequest, { clock }: Pick<Parts, 'clock'>, settings: HttpSettings, api: Api): WhoAmI {
  const { edge, demo, doors, cloudUrl } = settings;
  const host = (request.host || '127.0.0.1').replace(/:\d+$/, '');
  const door = (port: number) => `http://${host}:${port}`;
  const links = demo
    ? {
        edge: door((api.server.address() as AddressInfo | null)?.port ?? 0),
        cloud: door(doors.cloudPort),
        simulator: door(doors.simulatorPort),
      }
    : cloudUrl === null
      ? {}
      : { cloud: cloudUrl };
  const user = userOf(request.principal ?? DEMO);
  return { server: 'edge', name: edge, demo, user, links, now: instantText(clock.now()) };
}

function userOf(principal: Principal): User {
  const { kind, name, displayName, role, responder } = principal;
  return {
    id: actingAs(principal) ?? name,
    name: displayName,
    roles: kind === 'demo' ? [...ROLES] : [role],
    client: null,
    account: kind === 'account' ? name : null,
    responder,
    may: actionsOf(principal),
  };
}

/** `items` are the records that the cloud refused for good, newest first. */
function outbox({ relay, store }: Pick<Parts, 'relay' | 'store'>) {
  const { owedPages } = store.sizes();
  const status = relay?.() ?? null;
  return {
    items: status?.refused.items ?? [],
    next: null,
    refused: status?.refused.total ?? 0,
    gone: status?.refused.gone ?? 0,
    pages: { owed: owedPages },
    cloud: status && {
      connected: status.connected,
      lastAcceptedAt: status.lastAcceptedAt,
      lastError: status.lastError,
      failures: status.failures,
      waiting: status.waiting,
      ranges: status.ranges,
    },
  };
}

function probesOf({ pipeline, store, clock, feed, relay, refused, troubles, storeDamages }: Parts): Probe[] {
  const sizes = (name: keyof ReturnType<Parts['store']['sizes']>) => () => store.sizes()[name];
  const status =
    (name: 'messages' | 'readings' | 'rejected' | 'duplicates' | 'commits' | 'waiting' | 'openIncidents') => () =>
      pipeline.status()[name];
  return [
    {
      name: 'broker_refused_total',
      help: 'What the embedded broker refused before it was a message.',
      label: 'reason',
      value: refused,
    },
    { name: 'messages_total', help: 'Messages taken from the broker.', value: status('messages') },
    { name: 'readings_total', help: 'Readings kept.', value: status('readings') },
    { name: 'rejected_total', help: 'Messages, or parts of them, in quarantine.', value: status('rejected') },
    { name: 'duplicates_total', help: 'What had been said before.', value: status('duplicates') },
    { name: 'commits_total', help: 'Transactions on disk.', value: status('commits') },
    { name: 'waiting_messages', help: 'Taken and not yet committed.', value: status('waiting') },
    {
      name: 'withheld',
      help: '1 while readings are not acknowledged because the disk is full.',
      value: () => Number(pipeline.status().withheld !== null),
    },
    {
      name: 'reserve_bytes',
      help: 'What is left of the disk that is kept back for incidents.',
      value: () => store.reserve().left,
    },
    {
      name: 'degraded',
      help: '1 while people should look into something although the edge does its work.',
      label: 'part',
      value: () => Object.fromEntries(Object.entries(troubles()).map(([part, text]) => [part, Number(text !== null)])),
    },
    {
      name: 'store_damages_total',
      help: 'How often the store was found damaged and started anew.',
      value: storeDamages,
    },
    { name: 'open_incidents', help: 'Incidents that are not over.', value: status('openIncidents') },
    {
      name: 'devices',
      help: 'Devices by state.',
      label: 'state',
      value: () => countDevices(pipeline),
    },
    { name: 'store_bytes', help: 'Size of the store.', value: sizes('bytes') },
    {
      name: 'thinned_readings_total',
      help: 'Readings that the disk’s limit has taken from the history.',
      value: sizes('thinned'),
    },
    {
      name: 'undelivered_blocks_total',
      help: 'Blocks that it has taken before the cloud had accepted them.',
      value: sizes('undelivered'),
    },
    {
      name: 'damaged_parts_total',
      help: 'Parts of the history that were found damaged and set aside.',
      value: sizes('damaged'),
    },
    { name: 'owed_pages', help: 'Pages without an outcome.', value: sizes('owedPages') },
    { name: 'quarantined_messages', help: 'Messages in quarantine.', value: sizes('quarantined') },
    {
      name: 'outbox_records',
      help: 'Records that the cloud has not accepted.',
      label: 'kind',
      value: () => relay?.().waiting ?? {},
    },
    {
      name: 'uplink_connected',
      help: '1 while the cloud accepts what it is sent.',
      value: () => Number(relay?.().connected ?? 0),
    },
    { name: 'stream_listeners', help: 'Pages that follow the event stream.', value: () => feed.listeners },
    { name: 'clock_scale', help: 'How fast edge time runs.', value: () => clock.scale },
    {
      name: 'clock_offset_seconds',
      help: 'Edge time minus the machine’s wall clock.',
      value: () => (clock.offsetMs ?? 0) / 1000,
    },
  ];
}

/** Known devices have an asset; unknown ones wait to be adopted, as `/api/discovered` lists them. */
export function countDevices(pipeline: Pick<Pipeline, 'devices' | 'status'>) {
  const known = pipeline.devices().filter(({ asset }) => asset !== null);
  return {
    known: known.length,
    unknown: pipeline.status().strangers,
    silent: known.filter(({ silent }) => silent).length,
  };
}
