import type { Command, Incident, Registry } from '@keepsite/edge-contract';
import { foldIncident, instantText } from '@keepsite/edge-contract';
import type { CommandAnswer } from '@keepsite/cloud-contract';
import { createCredentialDesk } from '../access/credential-desk.ts';
import { createSeal } from '../access/seal.ts';
import { createSign } from '../acting/acting-key.ts';
import { createActing } from '../acting/acting.ts';
import type { Installer } from '../adoption/installer.ts';
import type { PipelineStatus } from '../ports.ts';
import { createRepairDesk } from '../repair/repair-desk.ts';
import { OPENED } from './evidence-samples.ts';
import { createFakeClock } from './fake-clock.ts';
import { createMemoryPhotos, createMemoryVersions } from './memory-acting.ts';
import { createMemoryCredentials } from './memory-credentials.ts';
import { createPhoneBook } from '../push/phone-book.ts';
import { createChannelDesk } from '../channel-desk.ts';
import { createPhoneDesk } from '../push/phone-desk.ts';
import { createMemoryPhones } from './memory-phones.ts';
import { createMaintenanceDesk } from '../maintenance/maintenance-desk.ts';
import { createMemoryDisk, createMemoryStore } from './memory-store.ts';
import type { HttpParts, HttpSettings } from '../http/api.ts';
import { createLiveFeed } from '../http/feed.ts';
import { createMetrics } from '../http/metrics.ts';
import { createHttpServer } from '../http/server.ts';

export const SETTINGS: HttpSettings = {
  edge: 'edge-1',
  demo: true,
  trustedProxies: [],
  cloudUrl: null,
  doors: { cloudPort: 7000, simulatorPort: 7080 },
  webDir: null,
};

export const REGISTRY: Registry = {
  version: 1,
  sites: [{ id: 'park', name: { en: 'Park', zh: '园区' }, zone: 'Asia/Shanghai', kind: 'office-park' }],
  zones: [{ id: 'tower', site: 'park', name: { en: 'Tower', zh: '塔楼' }, clients: [] }],
  assets: [{ id: 'lift-3', zone: 'tower', kind: 'elevator', name: { en: 'Lift 3', zh: '3 号梯' }, traits: {} }],
  devices: [],
  people: [],
  crews: [],
  plans: [],
  calendars: [],
  rosters: [],
  contracts: [],
};

const noInstaller = () => Promise.reject(new Error('this bench has no installer'));
const NOBODY: Installer = {
  adopt: noInstaller,
  move: noInstaller,
  release: noInstaller,
  mappings: () => [],
  saveMapping: noInstaller,
  removeMapping: noInstaller,
  preview: () => ({ ok: true, errors: [], family: null, messages: [] }),
  retry: noInstaller,
  catchUp: noInstaller,
};

const sendsNothing = () => Promise.reject(new Error('this bench sends nothing'));

/** An incident that was opened `minutesAgo` before the bench's start. */
export function incidentOf(id: string, minutesAgo: number): Incident {
  const at = instantText(Date.UTC(2026, 2, 2, 8) - minutesAgo * 60_000);
  return foldIncident(null, {
    edge: 'edge-1',
    seq: 1,
    incident: id,
    at,
    recordedAt: at,
    by: { kind: 'system', id: 'edge-1' },
    change: OPENED,
  });
}

/** An API over the in-memory store and a pipeline that decides as a test tells it to. */
export async function createHttpBench(over: { settings?: Partial<HttpSettings>; parts?: Partial<HttpParts> } = {}) {
  const clock = createFakeClock();
  const disk = createMemoryDisk();
  const store = createMemoryStore({ disk });
  const orders: Command[] = [];
  const decision: { answer: Pick<CommandAnswer, 'state' | 'modified' | 'reason'> } = {
    answer: { state: 'done', modified: true, reason: null },
  };
  const status: PipelineStatus = {
    messages: 5,
    readings: 9,
    rejected: 1,
    duplicates: 0,
    commits: 3,
    waiting: 0,
    withheld: null,
    openIncidents: 1,
    turnsToCome: 0,
    strangers: 0,
  };
  const feed = createLiveFeed({ clock, open: () => store.incidents({ state: 'open', limit: 100 }) });
  const pipeline: HttpParts['pipeline'] = {
    order: (command) => {
      orders.push(command);
      return Promise.resolve({ commandId: command.commandId, ...decision.answer });
    },
    report: (report) => Promise.resolve({ commandId: report.commandId, ...decision.answer, incident: 'inc-9' }),
    drill: (drill) => Promise.resolve({ commandId: drill.commandId, ...decision.answer, incident: 'inc-9' }),
    status: () => status,
    devices: () => [],
    strangers: () => [],
  };
  let windows = 0;
  const acting = createActing({
    key: new Uint8Array(32),
    versions: createMemoryVersions(),
    files: createMemoryPhotos(),
    networks: [],
    registry: () => REGISTRY,
    pipeline,
    store,
    clock,
    ...over.parts,
  });
  const parts: HttpParts = {
    pipeline,
    acting,
    maintenance: createMaintenanceDesk({
      store,
      clock,
      registry: () => REGISTRY,
      newId: () => `mw-${(windows += 1)}`,
      changed: () => Promise.resolve(),
      tell: feed.maintenance,
      publish: () => undefined,
    }),
    repairs: createRepairDesk({
      sign: createSign(new Uint8Array(32)),
      registry: () => REGISTRY,
      pipeline,
      photos: acting.photos,
      store,
    }),
    phones: createPhoneDesk({
      book: createPhoneBook({
        store: createMemoryPhones(),
        publicKey: '',
        accounts: null,
        people: () => [],
        clock,
        log: { info: () => undefined, error: () => undefined },
      }),
      notifier: {
        test: sendsNothing,
        assertAllowedUrl: () => undefined,
      },
      nameOf: (person) => person,
    }),
    channels: createChannelDesk({
      channels: new Map(),
      people: () => REGISTRY.people,
      notifier: { test: sendsNothing },
    }),
    publicUrl: () => 'https://edge.example',
    store,
    registry: () => REGISTRY,
    families: () => ['keepsite'],
    usualSilence: () => 60,
    installer: NOBODY,
    credentials: createCredentialDesk({
      store: createMemoryCredentials(),
      seal: createSeal(new Uint8Array(32)),
      clock,
      topicsOf: () => [],
      onChanged: () => Promise.resolve(),
      record: () => undefined,
    }),
    response: {
      change: () => Promise.reject(new Error('this bench keeps no rosters')),
      takeBack: () => Promise.reject(new Error('this bench keeps no rosters')),
      local: () => [],
      state: () => ({ source: 'registry', version: null, trouble: null, book: REGISTRY, findings: [] }),
    },
    access: null,
    clock,
    scalable: null,
    feed,
    refused: () => ({ packet_too_large: 2 }),
    metrics: createMetrics(),
    events: { workFailed: () => undefined },
    relay: null,
    faults: () => ({ broker: null, store: null }),
    troubles: () => ({}),
    storeDamages: () => 0,
    ...over.parts,
  };
  const api = await createHttpServer(parts, { ...SETTINGS, ...over.settings });
  return { api, clock, disk, store, orders, decision, feed, parts };
}
